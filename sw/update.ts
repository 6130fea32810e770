// Installing the first release, finding and staging a newer one whole, switching when the person says so. Releases are
// never mixed, and nothing that is refused changes anything.
import {
  activate,
  active,
  alone,
  firstMissing,
  type Held,
  heldOf,
  staged,
  stagedFiles,
  sweep,
  trusted,
} from './held.ts';
import type { Code } from './messages.ts';
import { take } from './net.ts';
import { calm, complain, seconds } from './news.ts';
import { dropSlot, fetchFile, readFile, readSlot, writeSlot } from './store.ts';
import { accept, COOLING_S, checkLog, checkNote, type Evidence, type Result, STALE_S } from './verify/accept.ts';
import { type Bytes, encode, sha256, toHex } from './verify/bytes.ts';
import { NOTE_BYTES_MAX, verifyNote } from './verify/note.ts';
import { PROOF_BYTES_MAX } from './verify/proof.ts';
import type { ReleaseText } from './verify/text.ts';

const PLACE = '/.well-known/sotto/';
const LATEST = `${PLACE}release/latest`;
const EMPTY: Bytes = new Uint8Array(0);

interface Problem {
  readonly code: Code;
  readonly path: string;
  readonly seq: number;
}
interface Offer {
  readonly result: Result;
  readonly held: Held;
  /** The release that it was measured against is this one. */
  readonly isSame: boolean;
}

/** 'network' goes on; a refused proof is an empty one, which has a verdict of its own. */
async function takeProof(kind: string, seq: number): Promise<Bytes | 'network'> {
  const bytes = await take(`${PLACE}${kind}/${seq}`, PROOF_BYTES_MAX, 'no-store');
  return bytes === 'refused' ? EMPTY : bytes;
}

/** What the gateway offers, judged against what came before. `baseOf` picks that, knowing the offered number. */
async function offer(baseOf: (seq: number) => Held | null): Promise<Offer | Problem> {
  const trust = await trusted();
  const note = await take(LATEST, NOTE_BYTES_MAX, 'no-store');
  if (typeof note === 'string') return { code: 'network', path: LATEST, seq: 0 };
  const { verdict, text, hash } = await checkNote(trust, { note, recent: EMPTY, first: EMPTY });
  const seq = text?.seq ?? 0;
  if (verdict !== 'ok' || text === null) return { code: verdict, path: '', seq };
  const base = baseOf(seq);
  const isSame = hash === base?.hash;
  const recent = await takeProof('proof', seq);
  const first = isSame ? base.evidence.first : await takeProof('first', seq);
  if (recent === 'network' || first === 'network') return { code: 'network', path: LATEST, seq };
  const evidence = { note, recent, first: first.length > 0 ? first : recent };
  const result = await accept(trust, base, evidence, seconds());
  const held = heldOf(evidence, result);
  return held ? { result, held, isSame } : { code: result.verdict, path: '', seq };
}

let gathering = 0;

/** Fetches what is not here yet. The first file that cannot be had, or null. */
async function gather(text: ReleaseText): Promise<Problem | null> {
  gathering++;
  try {
    const one = async (file: ReturnType<typeof stagedFiles>[number]): Promise<Problem | null> => {
      const bytes = (await readFile(file)) ?? (await fetchFile(file));
      return typeof bytes === 'string'
        ? { code: bytes === 'network' ? bytes : 'file', path: file.path, seq: text.seq }
        : null;
    };
    return (await Promise.all(stagedFiles(text).map(one))).find((p) => p !== null) ?? null;
  } finally {
    gathering--;
  }
}

/** What is left over costs room only, so nothing else waits for it or fails with it. */
async function tidy(): Promise<void> {
  if (gathering === 0) await sweep().catch(() => undefined);
}

/** The newest release that was ever accepted here, by its note alone: its proofs or files may be damaged. */
async function highest(): Promise<Held | null> {
  const trust = await trusted();
  let best: Held | null = null;
  for (const slot of ['active', 'staged', 'previous'] as const) {
    const evidence: Evidence | null = await readSlot(slot);
    const result = evidence && (await checkNote(trust, evidence));
    const held = evidence && result?.verdict === 'ok' ? heldOf(evidence, result) : null;
    if (held && held.seq > (best?.seq ?? 0)) best = held;
  }
  return best;
}

async function recoverNow(): Promise<boolean> {
  const floor = await highest();
  const found = await offer(() => floor && { ...floor, evidence: { ...floor.evidence, first: EMPTY } });
  const seqs = (seq: number): number[] => [floor?.seq ?? 0, seq];
  if ('code' in found) return complain(found.code, found.path, seqs(found.seq)).then(() => false);
  const { result, held } = found;
  if (result.verdict !== 'ok') return complain(result.verdict, '', seqs(held.seq)).then(() => false);
  const problem = await gather(held.text);
  if (problem) return complain(problem.code, problem.path, seqs(held.seq)).then(() => false);
  await alone(async () => {
    if (held.seq >= ((await active())?.seq ?? 0)) await activate(held);
  });
  await calm(null);
  await tidy();
  return true;
}

let recovering: Promise<boolean> | null = null;
/** With no whole release here: the newest one, if it passes every check and is no older than any accepted before. */
export function recover(): Promise<boolean> {
  recovering ??= recoverNow()
    .catch(() => complain('store').then(() => false))
    .finally(() => {
      recovering = null;
    });
  return recovering;
}

/** Throws when there is nothing whole, so that nothing is installed. */
export async function install(): Promise<void> {
  const now = await active();
  const isWhole = now !== null && (await gather(now.text)) === null;
  if (!isWhole && !(await recover())) throw new Error('no release was accepted');
}

/** A second source: has a witness seen a larger log than the gateway shows? Silent when it cannot be asked. */
async function isWithheld(size: number): Promise<boolean> {
  const trust = await trusted();
  const origin = toHex(await sha256(encode(trust.log.name)));
  const asked = trust.witnesses.map(async ({ url, key }) => {
    const bytes = url ? await take(`${url.replace(/\/$/, '')}/${origin}/checkpoint`, PROOF_BYTES_MAX, 'no-store') : '';
    const checkpoint = typeof bytes === 'string' ? '' : await checkLog(trust, bytes);
    if (typeof checkpoint === 'string' || checkpoint.size <= size) return false;
    return typeof (await verifyNote(checkpoint.note, key)) === 'number';
  });
  return (await Promise.all(asked)).includes(true);
}

/** Newer proofs of a release that is held. */
async function renew(base: Held, { held, result }: Offer): Promise<void> {
  const before = base.result;
  if (result.recentTime <= before.recentTime && result.size <= before.size) return;
  const renewed = { ...held, result: { ...result, firstTime: before.firstTime } };
  await alone(async () => {
    if ((await active())?.hash === held.hash) await activate(renewed);
    else if ((await staged())?.hash === held.hash) await writeSlot('staged', held.evidence);
  });
}

async function stage(held: Held): Promise<void> {
  await alone(async () => {
    if (held.seq > ((await active())?.seq ?? 0)) await writeSlot('staged', held.evidence);
  });
  await tidy();
}

async function checkNow(): Promise<void> {
  const [now, next] = [await active(), await staged()];
  if (now === null) return void (await recover());
  const baseOf = (seq: number): Held => (next && seq >= next.seq ? next : now);
  const found = await offer(baseOf);
  if ('code' in found) return complain(found.code, found.path, [now.seq, found.seq]);
  const { result, held, isSame } = found;
  const { verdict, firstTime } = result;
  const waits = verdict === 'cooling' && firstTime > 0;
  // What is held already may go stale; that is said of it, and is no reason to complain of the offer.
  if (verdict !== 'ok' && !waits && !(isSame && verdict === 'stale')) return complain(verdict, '', [now.seq, held.seq]);
  if (isSame) await renew(baseOf(held.seq), found);
  else if (!waits) {
    const problem = await gather(held.text);
    if (problem) return complain(problem.code, problem.path, [now.seq, held.seq]);
    await stage(held);
  }
  if (await isWithheld(Math.max(result.size, now.result.size))) return complain('withheld', '', [now.seq, held.seq]);
  await calm(waits ? { version: held.text.version, seq: held.seq, readyAt: firstTime + COOLING_S } : null);
}

let checking: Promise<void> | null = null;

export function check(): Promise<void> {
  checking ??= checkNow()
    .catch(() => complain('store'))
    .finally(() => {
      checking = null;
    });
  return checking;
}

/** True when the staged release is in force from now on. Everything about it is looked at once more. */
export async function switchTo(seq: number): Promise<boolean> {
  const done = await alone(async () => {
    const [now, next] = [await active(), await staged()];
    if (now === null || next?.seq !== seq) return false;
    // It may have been staged weeks ago; it is still newer than what runs.
    const time = Math.min(seconds(), next.result.recentTime + STALE_S);
    const { verdict } = await accept(await trusted(), now, next.evidence, (await trusted()).quorum ? time : seconds());
    const missing = verdict === 'ok' ? await firstMissing(next.text) : '';
    if (verdict !== 'ok' || missing) {
      await complain(missing ? 'file' : verdict, missing, [now.seq, seq]);
      return false;
    }
    await writeSlot('previous', now.evidence);
    await activate(next);
    return true;
  }).catch(() => complain('store').then(() => false));
  if (!done) return false;
  await calm(null);
  await dropSlot('staged').catch(() => undefined);
  await tidy();
  return true;
}
