// Whom a client trusts: `sotto-trust/v1`. Grammar: wasm/release/trust.h. It is compiled in, never fetched.
import { decimal } from './bytes.ts';
import { isPlain, type Key, type Kind, parseKey } from './note.ts';

const TRUST_BYTES_MAX = 8192;
export interface Witness {
  readonly name: string;
  readonly key: Key;
  /** May be empty. */
  readonly url: string;
}
export interface Group {
  readonly name: string;
  readonly need: number;
  readonly members: readonly string[];
}
/** Plain data, so that a build may write it down. */
export interface Trust {
  readonly line: string;
  readonly release: readonly Key[];
  readonly threshold: number;
  readonly log: Key;
  readonly witnesses: readonly Witness[];
  readonly groups: readonly Group[];
  /** Name of a witness or of a group; '' for none. */
  readonly quorum: string;
}

/** The fields of each line but its first word. */
function rows(lines: string): string[][] {
  return lines.split('\n').flatMap((line) => (line ? [line.split(' ').slice(1)] : []));
}

/** Nobody may appear twice: no log that is also a witness, no maintainer who counts twice. */
async function addKey(all: Key[], vkey: string, kind: Kind): Promise<Key | null> {
  const key = await parseKey(vkey, kind);
  if (key === null || all.some((k) => k.name === key.name || k.raw === key.raw)) return null;
  all.push(key);
  return key;
}

function pattern(): RegExp {
  const word = '[!-~]+';
  return new RegExp(
    `^sotto-trust/v1\\nline (${word})\\n((?:release [^ \\n]+\\n){1,16})threshold (\\d+)\\nlog ([^ \\n]+(?: ${word})?)\\n` +
      `((?:witness ${word} [^ \\n]+(?: ${word})?\\n){0,16})((?:group ${word} ${word}(?: ${word})+\\n){0,16})quorum (${word})\\n$`,
  );
}

export async function parseTrust(text: string): Promise<Trust | null> {
  const found = pattern().exec(text);
  if (found === null || !isPlain(text, TRUST_BYTES_MAX)) return null;
  const [, line = '', releases = '', digits = '', logLine = '', witnessLines = '', groupLines = '', last = ''] = found;
  const release: Key[] = [];
  for (const [vkey = ''] of rows(releases)) if (!(await addKey(release, vkey, 1))) return null;
  const all = release.slice();
  const log = await addKey(all, logLine.replace(/ .*/, ''), 1);
  const threshold = decimal(digits) ?? 0;
  if (log === null || threshold < 1 || threshold > release.length) return null;
  const names = new Set(['none']);
  const witnesses: Witness[] = [];
  for (const [name = '', vkey = '', url = ''] of rows(witnessLines)) {
    const key = await addKey(all, vkey, 4);
    if (key === null || names.has(name)) return null;
    names.add(name);
    witnesses.push({ name, key, url });
  }
  const groups: Group[] = [];
  for (const [name = '', rule = '', ...members] of rows(groupLines)) {
    const n = new Set(members).size;
    const need = rule === 'all' ? n : rule === 'any' ? 1 : (decimal(rule) ?? 0);
    const isKnown = members.every((m) => m !== 'none' && names.has(m));
    if (!isKnown || n < members.length || need < 1 || need > n || names.has(name)) return null;
    names.add(name);
    groups.push({ name, need, members });
  }
  const quorum = last === 'none' ? '' : last;
  return names.has(last) ? { line, release, threshold, log, witnesses, groups, quorum } : null;
}

/** Do these witnesses satisfy the quorum? Always when there is none. */
export function hasQuorum(trust: Trust, signed: ReadonlySet<string>): boolean {
  const holds = (name: string): boolean => {
    const group = trust.groups.find((g) => g.name === name);
    return group ? group.members.filter(holds).length >= group.need : signed.has(name);
  };
  return trust.quorum === '' || holds(trust.quorum);
}
