// What the service worker tells the page (sw/messages.ts is its side). It comes from outside the page's code and is
// looked at before it is believed to have a shape; its claims are only as good as the worker, which is pinned.

export interface Shown {
  readonly version: string;
  readonly seq: number;
  /** SHA-256 of the note's text, base64url. */
  readonly hash: string;
  readonly index: number;
  readonly size: number;
  readonly witnesses: number;
  /** Seconds since 1970 of the newest witnessed time; 0 without witnesses. */
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
export interface Trouble {
  readonly code: string;
  readonly path: string;
  readonly seqs: readonly number[];
  readonly at: number;
}
export type News =
  | {
      readonly t: 'release';
      readonly active: Shown | null;
      readonly staged: Shown | null;
      readonly pending: Pending | null;
      readonly trouble: Trouble | null;
    }
  | { readonly t: 'switched'; readonly seq: number }
  | { readonly t: 'alarm'; readonly code: string }
  /** With a port. */
  | { readonly t: 'meet'; readonly tap: boolean }
  | { readonly t: 'opened' };

function has(x: unknown, name: string, type: string): boolean {
  return typeof Reflect.get(Object(x), name) === type;
}

/** What was kept may have been written by others. */
function isTrouble(x: unknown): boolean {
  return (
    x === null ||
    (has(x, 'code', 'string') && has(x, 'path', 'string') && Array.isArray(Reflect.get(Object(x), 'seqs')))
  );
}

/** The rest is taken as the pinned loader sends it. */
export function isDoorNews(x: unknown): x is News {
  if (has(x, 't', 'string'))
    return Reflect.get(Object(x), 't') !== 'release' || isTrouble(Reflect.get(Object(x), 'trouble'));
  return false;
}
