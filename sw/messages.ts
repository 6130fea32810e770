// What the page and the loader say to each other. The page's side: web/src/page/door-news.ts.
import type { Verdict } from './verify/verdict.ts';

export interface Shown {
  readonly version: string;
  readonly seq: number;
  /** SHA-256 of the note's text, base64url. */
  readonly hash: string;
  /** Place in the log, and the log's size when it was last witnessed. */
  readonly index: number;
  readonly size: number;
  readonly witnesses: number;
  /** Seconds since 1970: last seen by a quorum of witnesses; 0 without one. */
  readonly time: number;
  readonly commit: string;
  /** Paths of the files. */
  readonly app: readonly string[];
}
export interface Pending {
  readonly version: string;
  readonly seq: number;
  /** Seconds since 1970. */
  readonly readyAt: number;
}
export type Code = Verdict | 'network' | 'store' | 'withheld' | 'clock' | 'loader-update';
export interface Trouble {
  readonly code: string;
  readonly path: string;
  /** Of the active and of the offered release; 0: not known. */
  readonly seqs: readonly number[];
  /** Milliseconds since 1970. */
  readonly at: number;
}
export type ToPage =
  | {
      readonly t: 'release';
      readonly active: Shown | null;
      readonly staged: Shown | null;
      readonly pending: Pending | null;
      /** A Trouble as it was kept; the page checks its shape. */
      readonly trouble: unknown;
    }
  | { readonly t: 'switched'; readonly seq: number }
  | { readonly t: 'alarm'; readonly code: 'loader-update' }
  /** With a port to another window; `tap`: the person has to let it in, as it may have an opener that reads along. */
  | { readonly t: 'meet'; readonly tap: boolean }
  /** This window was opened by another one, which keeps its handle: nothing is opened here. */
  | { readonly t: 'opened' };
