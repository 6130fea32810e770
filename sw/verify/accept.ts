// May this release run? The checks in the order of verified-delivery 4.5, the same as wasm/release/accept.h;
// tests/vectors/sotto/release holds the cases that both must judge alike.
import { type Bytes, encode, sha256, toBase64url } from './bytes.ts';
import { NOTE_BYTES_MAX, splitNote, verifyNote } from './note.ts';
import { type Checkpoint, includes, leafHash, parseCheckpoint, parseProof } from './proof.ts';
import { type ListedFile, parseText, type ReleaseText } from './text.ts';
import { hasQuorum, type Trust } from './trust.ts';
import type { Verdict } from './verdict.ts';

export const FUTURE_S = 300;
export const STALE_S = 14 * 86_400;
export const COOLING_S = 86_400;

/** What was accepted before. */
export interface State {
  readonly seq: number;
  readonly hash: string;
  readonly loader: string;
}
export interface Evidence {
  readonly note: Bytes;
  /** Proof in a recent checkpoint. */
  readonly recent: Bytes;
  /** The first proof it ever got; empty: the recent one is it. */
  readonly first: Bytes;
}
/** What is known so far: an early refusal leaves the rest empty. */
export interface Result {
  readonly verdict: Verdict;
  readonly text: ReleaseText | null;
  /** SHA-256 of the note's text, base64url. */
  readonly hash: string;
  /** Release keys that signed. */
  readonly signed: number;
  readonly index: number;
  readonly size: number;
  readonly witnesses: number;
  /** The quorum holds at least since then; 0: no quorum is wanted. */
  readonly recentTime: number;
  /** The quorum held from then on; 0 likewise. */
  readonly firstTime: number;
}

const NOTHING: Result = {
  verdict: 'note-format',
  text: null,
  hash: '',
  signed: 0,
  index: 0,
  size: 0,
  witnesses: 0,
  recentTime: 0,
  firstTime: 0,
};

/** Checks 1 to 3: the note by itself. */
export async function checkNote(trust: Trust, bytes: Bytes): Promise<Result> {
  const note = splitNote(bytes, NOTE_BYTES_MAX);
  const text = note && parseText(note.text);
  if (!note || !text) return NOTHING;
  const result = { ...NOTHING, text, hash: toBase64url(await sha256(encode(note.text))) };
  for (const key of trust.release) {
    const found = await verifyNote(note, key);
    if (found === 'bad') return { ...result, verdict: 'release-signature' };
    if (found !== 'none') result.signed++;
  }
  if (result.signed < trust.threshold) return { ...result, verdict: 'threshold' };
  return { ...result, verdict: text.line === trust.line ? 'ok' : 'line' };
}

/** A checkpoint of our log, whoever else signed it. */
export async function checkLog(trust: Trust, bytes: Bytes): Promise<Checkpoint | Verdict> {
  const checkpoint = parseCheckpoint(bytes);
  if (checkpoint === null) return 'checkpoint-format';
  if (checkpoint.origin !== trust.log.name) return 'log-origin';
  return typeof (await verifyNote(checkpoint.note, trust.log)) === 'number' ? checkpoint : 'log-signature';
}

/** Greatest T such that who signed at T or later is a quorum, or smallest T such that who signed until T is one. */
function quorumTime(trust: Trust, times: ReadonlyMap<string, number>, newest: boolean): number {
  if (trust.quorum === '') return 0;
  const sign = newest ? -1 : 1;
  const ordered = Array.from(times).sort((a, b) => sign * (a[1] - b[1]));
  const seen = new Set<string>();
  for (const [name, time] of ordered) {
    seen.add(name);
    if (hasQuorum(trust, seen)) return time;
  }
  return 0;
}

/** Checks 4 to 6: this note stands in our log, and the witnesses have seen it. */
async function checkProof(trust: Trust, before: Result, note: Bytes, bytes: Bytes): Promise<Result> {
  const proof = parseProof(bytes);
  if (proof === null) return { ...before, verdict: 'proof-format' };
  const checkpoint = await checkLog(trust, proof.checkpoint);
  if (typeof checkpoint === 'string') return { ...before, verdict: checkpoint };
  const times = new Map<string, number>();
  for (const { name, key } of trust.witnesses) {
    const time = await verifyNote(checkpoint.note, key);
    if (time === 'bad') return { ...before, verdict: 'witness-signature' };
    if (time !== 'none') times.set(name, time);
  }
  if (!hasQuorum(trust, new Set(times.keys()))) return { ...before, verdict: 'quorum' };
  const included = await includes(checkpoint, proof, await leafHash(note));
  return {
    ...before,
    verdict: included ? 'ok' : 'inclusion',
    index: proof.index,
    size: checkpoint.size,
    witnesses: times.size,
    recentTime: quorumTime(trust, times, true),
    firstTime: quorumTime(trust, times, false),
  };
}

/** Checks 1 to 6: these bytes were signed, logged and witnessed. No clock, no history. */
export async function check(trust: Trust, evidence: Evidence): Promise<Result> {
  const result = await checkNote(trust, evidence.note);
  return result.verdict === 'ok' ? await checkProof(trust, result, evidence.note, evidence.recent) : result;
}

/** Check 7. */
export function checkSequence(before: State, { seq, previous }: ReleaseText, hash: string): Verdict {
  if (seq < before.seq) return 'rollback';
  if (seq === before.seq && hash !== before.hash) return 'equivocation';
  return seq === before.seq + 1 && previous !== before.hash ? 'previous' : 'ok';
}

/** Check 9: has the log shown it for long enough, so that others could look at it? */
async function checkCooling(trust: Trust, result: Result, evidence: Evidence, now: number): Promise<Result> {
  if (result.signed === trust.release.length) return result;
  const { note, first } = evidence;
  const proof = first.length > 0 ? await checkProof(trust, result, note, first) : result;
  if (proof.verdict !== 'ok') return { ...result, verdict: proof.verdict };
  if (proof.index !== result.index) return { ...result, verdict: 'inclusion' };
  const done = trust.quorum !== '' && proof.firstTime + COOLING_S <= now;
  return { ...result, firstTime: proof.firstTime, verdict: done ? 'ok' : 'cooling' };
}

/** Checks 1 to 10. now: seconds since 1970. Check 11, the files, is `isListed` on each. */
export async function accept(trust: Trust, before: State | null, evidence: Evidence, now: number): Promise<Result> {
  const result = await check(trust, evidence);
  const { text } = result;
  if (result.verdict !== 'ok' || text === null) return result;
  const order = before ? checkSequence(before, text, result.hash) : 'ok';
  if (order !== 'ok') return { ...result, verdict: order };
  if (trust.quorum !== '' && result.recentTime > now + FUTURE_S) return { ...result, verdict: 'future' };
  if (trust.quorum !== '' && result.recentTime + STALE_S < now) return { ...result, verdict: 'stale' };
  const cooled = await checkCooling(trust, result, evidence, now);
  if (cooled.verdict !== 'ok' || before === null || text.loader === before.loader) return cooled;
  return { ...cooled, verdict: 'loader' };
}

/** Check 11 for one file. */
export async function isListed(file: ListedFile, bytes: Bytes): Promise<boolean> {
  return bytes.length === file.size && toBase64url(await sha256(bytes)) === file.hash;
}
