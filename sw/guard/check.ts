// Fetches the release note and its proofs from the origin, compares them with the log, and lets the verifier judge.
import { decode, encode, sha256, toBase64url } from '../verify/bytes.ts';
import { logCheckpoint, WELL_KNOWN } from './config.ts';
import { judge, logSize } from './judge.ts';
import { openRelease, type Pinned, type Site } from './state.ts';

const BYTES_MAX = 65_536; // more than a note (65,535) or a proof (32,768) may have
const TIMEOUT_MS = 10_000;
const TRIES = 2; // a line that breaks once closes no site

export async function hashBytes(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  return toBase64url(await sha256(bytes));
}

export function hashText(text: string): Promise<string> {
  return hashBytes(encode(text));
}

/** Rejects when the line breaks. Without credentials, so that nobody can be told apart. */
async function getOnce(url: string): Promise<string | null> {
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  const answer = await fetch(url, { cache: 'no-store', credentials: 'omit', redirect: 'error', signal });
  if (answer.status !== 200 || answer.body === null) return null;
  const all = new Uint8Array(BYTES_MAX);
  const reader = answer.body.getReader();
  for (let n = 0; ; ) {
    const { done, value } = await reader.read();
    if (done) return decode(all.slice(0, n));
    if (n + value.length > BYTES_MAX) {
      await reader.cancel();
      return null;
    }
    all.set(value, n);
    n += value.length;
  }
}

/** Null when there is no such answer. */
async function get(url: string): Promise<string | null> {
  for (let tries = 1; ; tries++) {
    try {
      return await getOnce(url);
    } catch {
      if (tries === TRIES) return null;
    }
  }
}

/** Only to know which proofs to ask for; the verifier reads the note properly. */
function seqIn(note: string): string {
  return /^seq ([1-9]\d{0,15})$/m.exec(note)?.[1] ?? '';
}

function unreachable(site: Site, path: string, now: number): Site {
  const late: Site = { ...site, result: 'unreachable', why: path, checkedAt: now };
  // Too long without an answer is a verdict of its own: somebody may be holding the newest release back.
  return site.pinned !== null && openRelease(late, now) === null ? { ...late, result: 'refused', why: 'stale' } : late;
}

/** The release before one that still waits its day, by the hash that one names: on a first visit it runs meanwhile. */
async function before(base: string, note: string, seq: number, now: number): Promise<Pinned | null> {
  const previous = /^prev (\S+)$/m.exec(note)?.[1];
  const [own, recent, first] = await Promise.all(
    ['release', 'proof', 'first'].map((kind) => get(`${base}${kind}/${seq}`)),
  );
  if (!own || !recent) return null;
  const [, pinned] = await judge(null, { note: own, recent, first: first ?? '' }, now);
  return pinned?.hash === previous ? pinned : null;
}

/** The site's new state after one check. */
export async function check(site: Site, now: number): Promise<Site> {
  const base = `${site.origin}${WELL_KNOWN}`;
  const note = await get(`${base}release/latest`);
  if (note === null) return unreachable(site, `${WELL_KNOWN}release/latest`, now);
  const seq = seqIn(note);
  const offered = Number(seq || 0);
  const [recent, first, shown] = await Promise.all([
    seq ? get(`${base}proof/${seq}`) : null,
    seq ? get(`${base}first/${seq}`) : null,
    logCheckpoint ? get(logCheckpoint) : null,
  ]);
  if (seq && recent === null) return unreachable(site, `${WELL_KNOWN}proof/${seq}`, now);
  const evidence = { note, recent: recent ?? '', first: first ?? '' };
  const [verdict, pinned] = await judge(site.pinned, evidence, now);
  const size = recent && shown ? await logSize(recent, shown) : 0;
  const seen = { ...site, offered, checkedAt: now, logSize: size === 'fork' ? 0 : size };
  if (verdict === 'ok' && size === 'fork') return { ...seen, result: 'refused', why: 'log-fork' };
  if (verdict === 'cooling') {
    const meanwhile = site.pinned ? null : await before(base, note, offered - 1, now);
    return { ...seen, result: 'pending', why: verdict, ...(meanwhile && { okAt: now, pinned: meanwhile }) };
  }
  if (verdict !== 'ok' || pinned === null) return { ...seen, result: 'refused', why: verdict };
  return { ...seen, result: 'ok', why: 'ok', okAt: now, pinned };
}
