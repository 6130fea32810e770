// May this release run? The checks in the order of wasm/release/README.md "The checks";
// tests/vectors/sotto/release holds the cases that both must judge alike.
import { type Bytes, encode, sha256, toBase64url } from './bytes.ts';
import { NOTE_BYTES_MAX, splitNote, verifyNote } from './note.ts';
import { type Checkpoint, includes, parseCheckpoint, parseProof } from './proof.ts';
import { type ListedFile, parseText, type ReleaseText } from './text.ts';
import { hasQuorum, type Trust } from './trust.ts';
import type { Verdict } from './verdict.ts';

const FUTURE_S = 300;
const STALE_S = 14 * 86_400;
export const COOLING_S = 86_400;

/** What was accepted before. */
export interface State {
  readonly seq: number;
  readonly hash: string;
  readonly loader: string;
}
/** Texts as they came, made of bytes by `decode`. */
export interface Evidence {
  readonly note: string;
  /** Proof in a recent checkpoint, in which it is the newest entry. */
  readonly recent: string;
  /** The first proof it ever got; empty: it is the recent one. */
  readonly first: string;
}
/** The findings; an early refusal leaves the rest empty. */
interface Draft {
  verdict: Verdict;
  text: ReleaseText | null;
  /** SHA-256 of the note's text, base64url. */
  hash: string;
  /** Release keys that signed. */
  signed: number;
  index: number;
  /** Of the tree. */
  size: number;
  witnesses: number;
  /** The quorum held at least then; 0: no quorum is wanted. */
  recentTime: number;
  /** The quorum first held then; 0 likewise. */
  firstTime: number;
}
export type Result = Readonly<Draft>;

/** Checks 1 to 3: the note by itself. */
async function judgeNote(r: Draft, trust: Trust, text: string): Promise<Verdict> {
  const note = splitNote(text, NOTE_BYTES_MAX);
  r.text = note && parseText(note.text);
  if (!note || !r.text) return 'note-format';
  r.hash = toBase64url(await sha256(encode(note.text)));
  const signed = await Promise.all(trust.release.map((key) => verifyNote(note, key)));
  if (signed.includes(null)) return 'release-signature';
  r.signed = signed.filter((time) => time === 0).length;
  if (r.signed < trust.threshold) return 'threshold';
  return r.text.line === trust.line ? 'ok' : 'line';
}

/** A checkpoint of our log, whoever else signed it. */
export async function checkLog(trust: Trust, text: string): Promise<Checkpoint | Verdict> {
  const checkpoint = parseCheckpoint(text);
  if (checkpoint === null) return 'checkpoint-format';
  if (checkpoint.origin !== trust.log.name) return 'log-origin';
  return (await verifyNote(checkpoint.note, trust.log)) === 0 ? checkpoint : 'log-signature';
}

/** The time at which these make a quorum, taken in this order. */
function quorumTime(trust: Trust, times: readonly (readonly [string, number])[]): number {
  const seen = new Set<string>();
  for (const [name, time] of trust.quorum ? times : []) {
    seen.add(name);
    if (hasQuorum(trust, seen)) return time;
  }
  return 0;
}

/** Checks 4 to 6: this note is in our log, and the witnesses have seen it. */
async function judgeProof(r: Draft, trust: Trust, note: string, text: string): Promise<Verdict> {
  const proof = parseProof(text);
  if (proof === null) return 'proof-format';
  const checkpoint = await checkLog(trust, proof.checkpoint);
  if (typeof checkpoint === 'string') return checkpoint;
  const [isIncluded, ...found] = await Promise.all([
    includes(checkpoint, proof, note),
    ...trust.witnesses.map(({ key }) => verifyNote(checkpoint.note, key)),
  ]);
  if (found.includes(null)) return 'witness-signature';
  const times = trust.witnesses.flatMap(({ name }, i): [string, number][] =>
    found[i] == null ? [] : [[name, found[i]]],
  );
  if (!hasQuorum(trust, new Set(times.map(([name]) => name)))) return 'quorum';
  if (!isIncluded) return 'inclusion';
  times.sort((a, b) => a[1] - b[1]);
  r.index = proof.index;
  r.size = checkpoint.size;
  r.witnesses = times.length;
  r.firstTime = quorumTime(trust, times);
  r.recentTime = quorumTime(trust, times.reverse());
  return 'ok';
}

/** Checks 7 to 10. */
async function judgeHistory(r: Draft, trust: Trust, before: State | null, e: Evidence, now: number): Promise<Verdict> {
  const { seq = 0, previous, loader } = r.text ?? {};
  if (before) {
    if (seq < before.seq) return 'rollback';
    if (seq === before.seq && r.hash !== before.hash) return 'equivocation';
    if (seq === before.seq + 1 && previous !== before.hash) return 'previous';
  }
  // A fresh proof of an old entry would hold a newer one back unseen.
  if (r.index + 1 !== r.size) return 'newest';
  if (trust.quorum && r.recentTime > now + FUTURE_S) return 'future';
  if (trust.quorum && r.recentTime + STALE_S < now) return 'stale';
  // Has the log shown it for long enough, so that others could look at it? Without witnesses nobody can say how long.
  if (r.signed < trust.release.length) {
    const first = { ...r };
    const verdict = e.first ? await judgeProof(first, trust, e.note, e.first) : 'ok';
    if (verdict !== 'ok') return verdict;
    if (first.index !== r.index) return 'inclusion';
    r.firstTime = first.firstTime;
    if (!trust.quorum || r.firstTime + COOLING_S > now) return 'cooling';
  }
  return before && loader !== before.loader ? 'loader' : 'ok';
}

async function judge(
  trust: Trust | null,
  evidence: Evidence,
  depth: 0 | 1 | 2,
  before: State | null,
  now: number,
): Promise<Result> {
  const r: Draft = {
    verdict: 'trust',
    text: null,
    hash: '',
    signed: 0,
    index: 0,
    size: 0,
    witnesses: 0,
    recentTime: 0,
    firstTime: 0,
  };
  if (trust === null) return r;
  r.verdict = await judgeNote(r, trust, evidence.note);
  if (r.verdict === 'ok' && depth > 0) r.verdict = await judgeProof(r, trust, evidence.note, evidence.recent);
  if (r.verdict === 'ok' && depth > 1) r.verdict = await judgeHistory(r, trust, before, evidence, now);
  return r;
}

/** Checks 1 to 3: the note is signed, whatever the rest says. */
export function checkNote(trust: Trust | null, evidence: Evidence): Promise<Result> {
  return judge(trust, evidence, 0, null, 0);
}

/** Checks 1 to 6: these bytes were signed, logged and witnessed. No clock, no history. */
export function check(trust: Trust | null, evidence: Evidence): Promise<Result> {
  return judge(trust, evidence, 1, null, 0);
}

/** Checks 1 to 10. now: seconds since 1970. Check 11, the files, is `isListed` on each. */
export function accept(trust: Trust | null, before: State | null, evidence: Evidence, now: number): Promise<Result> {
  return judge(trust, evidence, 2, before, now);
}

/** Check 11 for one file. */
export async function isListed(file: ListedFile, bytes: Bytes): Promise<boolean> {
  return bytes.length === file.size && toBase64url(await sha256(bytes)) === file.hash;
}
