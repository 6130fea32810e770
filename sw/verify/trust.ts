// Whom a client trusts: `sotto-trust/v1`. Grammar: wasm/release/trust.h. It is compiled in, never fetched.
import { type Bytes, decimal, decode } from './bytes.ts';
import { type Key, parseKey } from './note.ts';

const TRUST_BYTES_MAX = 8192;
const EACH_MAX = 16;
const ORDER = ['sotto-trust/v1', 'line', 'release', 'threshold', 'log', 'witness', 'group', 'quorum'];

export interface Witness {
  readonly name: string;
  readonly key: Key;
  readonly url: string;
}
interface Group {
  readonly need: number;
  readonly members: readonly string[];
}
export interface Trust {
  readonly line: string;
  readonly release: readonly Key[];
  readonly threshold: number;
  readonly log: Key;
  readonly logUrl: string;
  readonly witnesses: readonly Witness[];
  readonly groups: ReadonlyMap<string, Group>;
  /** Name of a witness or of a group; '' for none. */
  readonly quorum: string;
}

/** The lines by their first word, each in its place. */
function sorted(text: string): Map<string, string[][]> | null {
  const lines = new Map<string, string[][]>(ORDER.map((name) => [name, []]));
  let place = 0;
  for (const line of text.slice(0, -1).split('\n')) {
    const [name = '', ...fields] = line.split(' ');
    const rank = ORDER.indexOf(name);
    if (rank < place || fields.some((f) => f === '') || fields.length > 2 + EACH_MAX * 2) return null;
    place = rank;
    lines.get(name)?.push(fields);
  }
  const counts = ORDER.map((name) => lines.get(name)?.length ?? 0);
  const most = counts.every((n, i) => n <= (['release', 'witness', 'group'].includes(ORDER[i] ?? '') ? EACH_MAX : 1));
  return most && [0, 1, 2, 3, 4, 7].every((i) => (counts[i] ?? 0) > 0) ? lines : null;
}

function parseGroup(fields: readonly string[], known: ReadonlySet<string>): Group | null {
  const [, rule = '', ...members] = fields;
  const n = members.length;
  const need = rule === 'all' ? n : rule === 'any' ? 1 : decimal(rule);
  const fine = need !== null && need >= 1 && need <= n && new Set(members).size === n;
  return fine && members.every((m) => known.has(m)) ? { need, members } : null;
}

export async function parseTrust(bytes: Bytes): Promise<Trust | null> {
  const text = bytes.length > TRUST_BYTES_MAX ? null : decode(bytes);
  const lines = text?.endsWith('\n') ? sorted(text) : null;
  if (text === null || lines === null) return null;
  const rows = (name: string): string[][] => lines.get(name) ?? [];
  const keys = [...rows('release'), ...rows('log'), ...rows('witness').map((f) => f.slice(1))];
  const all: Key[] = [];
  for (const [i, [vkey = '']] of keys.entries()) {
    const key = await parseKey(vkey, i > rows('release').length ? 4 : 1);
    if (key === null || all.some((k) => k.raw.every((b, at) => b === key.raw[at]))) return null;
    all.push(key);
  }
  const release = all.slice(0, rows('release').length);
  const [log, ...cosigners] = all.slice(release.length);
  const names = new Set<string>();
  const witnesses: Witness[] = [];
  for (const [i, [name = '', , url = '', ...more]] of rows('witness').entries()) {
    const key = cosigners[i];
    if (key === undefined || more.length > 0 || name === 'none' || names.has(name)) return null;
    names.add(name);
    witnesses.push({ name, key, url });
  }
  const groups = new Map<string, Group>();
  for (const fields of rows('group')) {
    const [name = ''] = fields;
    const group = parseGroup(fields, names);
    if (group === null || name === 'none' || names.has(name)) return null;
    names.add(name);
    groups.set(name, group);
  }
  const [line = '', ...a] = rows('line')[0] ?? [];
  const [k = '', ...b] = rows('threshold')[0] ?? [];
  const [, logUrl = '', ...c] = rows('log')[0] ?? [];
  const [quorum = '', ...d] = rows('quorum')[0] ?? [];
  const threshold = decimal(k) ?? 0;
  const odd = a.length + b.length + c.length + d.length + rows('release').filter((f) => f.length !== 1).length;
  if (odd > 0 || !/^[!-~]+$/.test(line) || threshold < 1 || threshold > release.length || log === undefined)
    return null;
  if (quorum !== 'none' && !names.has(quorum)) return null;
  return { line, release, threshold, log, logUrl, witnesses, groups, quorum: quorum === 'none' ? '' : quorum };
}

/** Do these witnesses satisfy the quorum? Always when it is none. */
export function hasQuorum(trust: Trust, signed: ReadonlySet<string>): boolean {
  const holds = (name: string): boolean => {
    const group = trust.groups.get(name);
    return group ? group.members.filter(holds).length >= group.need : signed.has(name);
  };
  return trust.quorum === '' || holds(trust.quorum);
}
