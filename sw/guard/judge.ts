// The verifier of sw/verify with Guard's pinned trust, and what Guard keeps of its answer.
import { accept, checkLog, type Evidence, type Result } from '../verify/accept.ts';
import { toBase64 } from '../verify/bytes.ts';
import { parseProof } from '../verify/proof.ts';
import { parseTrust, type Trust } from '../verify/trust.ts';
import { trustText } from './config.ts';
import type { Pinned } from './state.ts';

let parsed: Promise<Trust | null> | undefined;

function trust(): Promise<Trust | null> {
  parsed ??= parseTrust(trustText);
  return parsed;
}

function pinnedFrom(result: Result): Pinned | null {
  const { verdict, text, hash, index, size, witnesses, recentTime } = result;
  if (verdict !== 'ok' || text === null) return null;
  const { version, seq, loader, csp } = text;
  const files = Array.from(text.files.values(), (f) => ({ path: f.path, size: f.size, hash: f.hash }));
  return { version, seq, hash, loader, csp, files, index, size, witnesses, time: recentTime };
}

export async function judge(before: Pinned | null, evidence: Evidence, now: number): Promise<[string, Pinned | null]> {
  const whom = await trust();
  if (whom === null) return ['trust', null];
  const result = await accept(whom, before, evidence, Math.floor(now / 1000));
  return [result.verdict, pinnedFrom(result)];
}

/**
 * What the log itself shows, besides the proof that the origin handed out: its size, or 'fork' when it signed two
 * histories of one size; 0 when its answer says nothing. Whether a larger log extends the proven one is for the
 * witnesses and monitors.
 */
export async function logSize(recent: string, log: string): Promise<number | 'fork'> {
  const whom = await trust();
  const proof = parseProof(recent);
  if (whom === null || proof === null) return 0;
  const [ours, theirs] = [await checkLog(whom, proof.checkpoint), await checkLog(whom, log)];
  if (typeof ours === 'string' || typeof theirs === 'string') return 0;
  return ours.size === theirs.size && toBase64(ours.root) !== toBase64(theirs.root) ? 'fork' : theirs.size;
}
