// Installing the first release, finding and staging a newer one whole, switching when the person says so. Releases are
// never mixed, and nothing that is refused changes anything.
import { activate, active, alone, type Held, heldOf, load, staged, stagedFiles, sweep, trust } from './held.ts';
import type { Code } from './messages.ts';
import { isClockOdd, takeText } from './net.ts';
import { calm, complain, seconds } from './news.ts';
import { dropSlot, fetchFile, readFile, writeText } from './store.ts';
import { accept, COOLING_S, checkLog, checkNote, type Result } from './verify/accept.ts';
import { encode, sha256, toHex } from './verify/bytes.ts';
import { NOTE_BYTES_MAX, verifyNote } from './verify/note.ts';
import { PROOF_BYTES_MAX } from './verify/proof.ts';
import type { ListedFile, ReleaseText } from './verify/text.ts';
import type { Verdict } from './verify/verdict.ts';

const PLACE = '/.well-known/sotto/';

interface Offer {
  readonly verdict: Verdict;
  readonly held: Held;
  /** What it was compared with, if it is the same release. */
  readonly same: Held | null;
}

/** Ends whatever is being tried with this release; `told` catches it. */
function refuse(code: Code, seq = 0, path = ''): never {
  throw new Error(code, { cause: { path, seq } });
}

/** The release seems to be of another time, and our clock also differs from the gateway's. */
function isClock(code: string): boolean {
  return /^(future|stale)$/.test(code) && isClockOdd(seconds());
}

/** True when the work was done. Otherwise tells what stopped it, with the number of the release that stays. */
async function told(work: () => Promise<unknown>): Promise<boolean> {
  try {
    await work();
    return true;
  } catch (e) {
    const { message = '', cause = {} } = e instanceof Error ? e : {};
    const known = Object(cause);
    const mine = (await highest().catch(() => null))?.seq ?? 0;
    // Any error that is not ours came from the browser's storage.
    const code = 'seq' in known ? message : 'store';
    await complain(isClock(code) ? 'clock' : code, known.path ?? '', [mine, known.seq ?? 0]);
    return false;
  }
}

/** A proof that is not served becomes empty, which has its own verdict. */
async function takeProof(kind: string, seq: number): Promise<string> {
  const path = `${PLACE}${kind}/${seq}`;
  const text = await takeText(path, PROOF_BYTES_MAX);
  if (text === null) refuse('network', seq, path);
  return text ?? '';
}

/** Signed by enough keys: once seen, this number has one text for good, whether it may run yet or not. */
async function remember(seq: number, hash: string, note: string): Promise<void> {
  const before = await load('seen', checkNote);
  if (before?.seq === seq && before.hash !== hash) refuse('equivocation', seq);
  if (!(before && before.seq >= seq)) await writeText('seen', { note });
}

/** What the gateway offers, judged against what came before. `baseOf` picks that, given the offered number. */
async function offer(baseOf: (seq: number) => Held | null, name = 'latest'): Promise<Offer> {
  const path = `${PLACE}release/${name}`;
  const note = (await takeText(path, NOTE_BYTES_MAX)) ?? refuse('network', 0, path);
  const noted = await checkNote(trust, { note, recent: '', first: '' });
  const seq = noted.text?.seq ?? 0;
  if (noted.verdict !== 'ok') refuse(noted.verdict, seq);
  await remember(seq, noted.hash, note);
  const base = baseOf(seq);
  const same = noted.hash === base?.hash ? base : null;
  const recent = await takeProof('proof', seq);
  const first = same?.evidence.first || (await takeProof('first', seq));
  const evidence = { note, recent, first: first || recent };
  const result = await accept(trust, base, evidence, seconds());
  const { verdict } = result;
  return { verdict, held: heldOf(evidence, result) ?? refuse(verdict, seq), same };
}

let gathering = 0;

/** Fetches what is not here yet; all of it or a refusal. */
async function gather(text: ReleaseText): Promise<void> {
  gathering++;
  try {
    const one = async (file: ListedFile): Promise<void> => {
      const bytes = (await readFile(file)) ?? (await fetchFile(file));
      if (!bytes) refuse(bytes === null ? 'network' : 'file', text.seq, file.path);
    };
    await Promise.all(stagedFiles(text).map(one));
  } finally {
    gathering--;
  }
}

/** Leftovers only take up room, so nothing else waits for this or fails with it. */
async function tidy(): Promise<void> {
  if (gathering === 0) await sweep().catch(() => undefined);
}

/** The newest release that was ever accepted here, by its note alone: its proofs or files may be damaged. */
async function highest(): Promise<Held | null> {
  let best: Held | null = null;
  for (const slot of ['active', 'staged', 'previous'] as const) {
    const held = await load(slot, checkNote);
    if (held && held.seq > (best?.seq ?? 0)) best = held;
  }
  return best;
}

async function recoverNow(): Promise<void> {
  const floor = await highest();
  const base = (): Held | null => floor && { ...floor, evidence: { ...floor.evidence, first: '' } };
  let { verdict, held } = await offer(base);
  if (verdict === 'cooling') {
    // The newest is offered from its first minute, so that nothing is held back; until it may run, the previous one
    // does.
    const before = await offer(base, String(held.seq - 1)).catch(() => null);
    if (before?.held.hash === held.text.previous) ({ verdict, held } = before);
  }
  if (verdict !== 'ok') refuse(verdict, held.seq);
  await gather(held.text);
  await alone(async () => {
    if (held.seq >= ((await active())?.seq ?? 0)) await activate(held);
  });
  await calm(null);
  await tidy();
}

/** One at a time; calls that come meanwhile get the same answer. */
function shared<T>(work: () => Promise<T>): () => Promise<T> {
  let running: Promise<T> | null = null;
  return () => {
    running ??= work().finally(() => {
      running = null;
    });
    return running;
  };
}

/** With no whole release here: takes the newest, if it passes every check and is no older than any accepted before. */
export const recover = shared(() => told(recoverNow));

/** Throws when there is nothing whole, so that nothing is installed. */
export async function install(): Promise<void> {
  const now = await active();
  const isWhole = now !== null && (await told(() => gather(now.text)));
  if (!isWhole && !(await recover())) throw new Error();
}

/** A second source: has a witness seen a larger log than the gateway shows? False when none can be asked. */
async function isWithheld(size: number): Promise<boolean> {
  const origin = toHex(await sha256(encode(trust.log.name)));
  const asked = trust.witnesses.map(async ({ url, key }) => {
    const text = url && (await takeText(`${url}/${origin}/checkpoint`, PROOF_BYTES_MAX));
    const checkpoint = text ? await checkLog(trust, text) : '';
    return typeof checkpoint === 'object' && checkpoint.size > size && !!(await verifyNote(checkpoint.note, key));
  });
  return (await Promise.all(asked)).includes(true);
}

/** Newer proofs of a release that is held. */
async function renew(before: Result, held: Held): Promise<void> {
  const { result, evidence } = held;
  if (result.recentTime <= before.recentTime && result.size <= before.size) return;
  await alone(async () => {
    if ((await active())?.hash === held.hash) await activate(held);
    else if ((await staged())?.hash === held.hash) await writeText('staged', evidence);
  });
}

async function stage(held: Held): Promise<void> {
  await alone(async () => {
    if (held.seq > ((await active())?.seq ?? 0)) await writeText('staged', held.evidence);
  });
  await tidy();
}

/** The hash of another loader that somebody here has confirmed to have been compared elsewhere; '' for none. */
let approved = '';

/** With the approved loader in place of the previous one, so that everything else is judged as always. */
function agreed(base: Held): Held {
  return approved ? { ...base, loader: approved } : base;
}

async function checkNow(): Promise<void> {
  const [now, next] = [await active(), await staged()];
  if (now === null) return void (await recover());
  const { verdict, held, same } = await offer((seq) => (next && seq >= next.seq ? next : agreed(now)));
  const { firstTime, size } = held.result;
  const waits = verdict === 'cooling' && firstTime > 0;
  // A release that is already held may go stale; that is reported of it, and is no fault of the offer.
  if (verdict !== 'ok' && !waits && (!same || verdict !== 'stale' || isClock(verdict)))
    refuse(verdict, held.seq, verdict === 'loader' ? held.loader : '');
  if (same) await renew(same.result, held);
  else if (!waits) {
    await gather(held.text);
    await stage(held);
  }
  if (await isWithheld(Math.max(size, now.result.size))) refuse('withheld', held.seq);
  await calm(waits ? { version: held.text.version, seq: held.seq, readyAt: firstTime + COOLING_S } : null);
}

const checkShared = shared(() => told(checkNow));

/** loader: the hash of another loader that the person agrees to, having compared it elsewhere; '' for none. */
export async function check(loader = ''): Promise<void> {
  approved = loader || approved;
  await checkShared();
}

/** True when the staged release is in force from now on. Everything about it is checked once more. */
export async function switchTo(seq: number): Promise<boolean> {
  const next = await staged();
  if (next?.seq !== seq) return false;
  const done = await told(async () => {
    await gather(next.text);
    await alone(async () => {
      const now = await active();
      const { verdict } = await accept(trust, now && agreed(now), next.evidence, seconds());
      if (verdict !== 'ok') refuse(verdict, seq);
      if (now) await writeText('previous', now.evidence);
      await activate(next);
    });
    await calm(null);
  });
  if (!done) return false;
  await dropSlot('staged').catch(() => undefined);
  await tidy();
  return true;
}
