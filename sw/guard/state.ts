// What is known of each guarded origin. Kept in storage.local, which only the extension's own pages can reach.
import { STALE_MS } from './config.ts';

export interface PinnedFile {
  readonly path: string;
  readonly size: number;
  /** SHA-256, base64url. */
  readonly hash: string;
}

/** The last release that was accepted, with what the browser is told to enforce. */
export interface Pinned {
  readonly version: string;
  readonly seq: number;
  readonly hash: string;
  readonly loader: string;
  readonly csp: string;
  readonly files: readonly PinnedFile[];
  readonly index: number;
  readonly size: number;
  readonly witnesses: number;
  /** Seconds since 1970; 0 when no quorum is wanted. */
  readonly time: number;
}

export type Result = 'unchecked' | 'ok' | 'pending' | 'refused' | 'unreachable';

export interface Site {
  readonly origin: string;
  readonly result: Result;
  /** Name of the verdict (verdict.h), or 'log-fork', or the path that could not be fetched. */
  readonly why: string;
  /** Number of the release that was offered last; 0: unknown. */
  readonly offered: number;
  /** Milliseconds since 1970. */
  readonly checkedAt: number;
  readonly okAt: number;
  readonly pinned: Pinned | null;
  /** What the log's own address showed; 0: it has none, or did not answer. */
  readonly logSize: number;
  /** Firefox: the last file whose bytes were withheld. */
  readonly withheld: string;
}

export function newSite(origin: string): Site {
  const never = { checkedAt: 0, okAt: 0, pinned: null, logSize: 0 };
  return { origin, result: 'unchecked', why: '', offered: 0, withheld: '', ...never };
}

/**
 * The release that may run now, or null: closed. While the server cannot be reached, or its new release is cooling
 * down, the release accepted before stays open, but only as long as it can count as current.
 */
export function openRelease(site: Site, now: number): Pinned | null {
  if (site.result === 'refused' || site.result === 'unchecked') return null;
  return now - site.okAt < STALE_MS ? site.pinned : null;
}

/** Of an https address, or of one that the build names. */
export function originOf(url: string): string {
  try {
    return new URL(url).origin;
  } catch {
    return '';
  }
}
