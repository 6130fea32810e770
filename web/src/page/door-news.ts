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
  | { readonly t: 'alarm'; readonly code: string };

function has(x: object, fields: Readonly<Record<string, string>>): boolean {
  return Object.entries(fields).every(([name, type]) => typeof Reflect.get(x, name) === type);
}

function isShown(x: unknown): boolean {
  if (x === null) return true;
  if (typeof x !== 'object') return false;
  const numbers = { seq: 'number', index: 'number', size: 'number', witnesses: 'number', time: 'number' };
  const app: unknown = Reflect.get(x, 'app');
  return has(x, { ...numbers, version: 'string', hash: 'string', commit: 'string' }) && Array.isArray(app);
}

function isTrouble(x: unknown): boolean {
  if (x === null) return true;
  return typeof x === 'object' && has(x, { code: 'string', path: 'string', at: 'number' });
}

function isPending(x: unknown): boolean {
  if (x === null) return true;
  return typeof x === 'object' && has(x, { version: 'string', seq: 'number', readyAt: 'number' });
}

export function isDoorNews(x: unknown): x is News {
  if (typeof x !== 'object' || x === null || !('t' in x)) return false;
  if (x.t === 'switched') return has(x, { seq: 'number' });
  if (x.t === 'alarm') return has(x, { code: 'string' });
  if (x.t !== 'release' || !('active' in x) || !('staged' in x) || !('pending' in x) || !('trouble' in x)) return false;
  return isShown(x.active) && isShown(x.staged) && isPending(x.pending) && isTrouble(x.trouble);
}
