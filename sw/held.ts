// The releases that are held here, each verified again before it counts: the active one once in the worker's life, the
// others on every use.
import type { Shown } from './messages.ts';
import { readSlot, type Slot, sweepFiles, writeText } from './store.ts';
import { check, type Evidence, type Result, type State } from './verify/accept.ts';
import { INDEX, type ListedFile, type ReleaseText } from './verify/text.ts';
import type { Trust } from './verify/trust.ts';

/** The trust root, compiled in: web/build.js parses the file with sw/verify/trust.ts. */
declare const TRUST: Trust;
export const trust: Trust = TRUST;

export interface Held extends State {
  readonly evidence: Evidence;
  readonly result: Result;
  readonly text: ReleaseText;
}

export function heldOf(evidence: Evidence, result: Result): Held | null {
  const { text, hash } = result;
  return text && { seq: text.seq, hash, loader: text.loader, evidence, result, text };
}

/** Null unless signed, logged and witnessed; with `checkNote` signed is enough. */
export async function load(slot: Slot, judge = check): Promise<Held | null> {
  const evidence = await readSlot(slot);
  const result = await judge(trust, evidence);
  return result.verdict === 'ok' ? heldOf(evidence, result) : null;
}

let current: Held | null = null;

export async function active(): Promise<Held | null> {
  if (current) return current;
  const found = await load('active');
  current ??= found; // another call may have been faster, and another release may be active by now
  return current;
}

/** Only if newer than the active one: what a switch leaves behind is not. */
export async function staged(): Promise<Held | null> {
  const [now, next] = [await active(), await load('staged')];
  return next && next.seq > (now?.seq ?? 0) ? next : null;
}

/** The one put that makes a release the active one. */
export async function activate(held: Held): Promise<void> {
  await writeText('active', held.evidence);
  current = held;
}

let last: Promise<unknown> = Promise.resolve();
/** Runs one at a time whatever reads the slots and then writes to them. No network inside. */
export function alone<T>(work: () => Promise<T>): Promise<T> {
  const mine = last.then(work);
  last = mine.catch(() => undefined);
  return mine;
}

/** Fetched when asked for, and only to be saved: whole pages and archives are not part of the app. */
export function isDownload(file: ListedFile): boolean {
  return (file.type === 'text/html' && file.path !== INDEX) || /^application\/g?zip$/.test(file.type);
}

export function stagedFiles(text: ReleaseText): ListedFile[] {
  return Array.from(text.files.values()).filter((f) => !isDownload(f));
}

/** Removes the files of releases that are no longer needed. The previous one stays, for recovery. */
export async function sweep(): Promise<void> {
  const all = [await active(), await staged(), await load('previous')];
  await sweepFiles(all.flatMap((held) => (held ? stagedFiles(held.text) : [])));
}

export function shown(held: Held | null): Shown | null {
  if (held === null) return null;
  const { seq, hash, text, result } = held;
  const { index, size, witnesses, recentTime: time } = result;
  const { version, commit, files } = text;
  return { version, seq, hash, index, size, witnesses, time, commit, app: Array.from(files.keys()) };
}
