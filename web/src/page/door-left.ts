// Traces of us in a browser that was wiped, so that a new window can tell of a reset too. There need be none: the first
// screen says what a reset looks like.
import { NOTES } from './evidence.ts';

const HERE = 'sotto-here';

/** The loader has served this page. */
export function markHere(): void {
  try {
    localStorage.setItem(HERE, '1');
  } catch {
    // no room: the other traces remain
  }
}

/** Something that only a window with its loader leaves behind. */
export async function isAnythingLeft(): Promise<boolean> {
  const before: unknown = history.state;
  if (typeof before === 'object' && before !== null && 'sotto' in before) return true;
  if (localStorage.getItem(HERE) !== null) return true;
  if (typeof Notification !== 'undefined' && Notification.permission === 'granted') return true;
  return await caches.has(NOTES);
}

/** Removes the traces that told of the reset; a permission stays, and the history state starts again. */
export function forgetHere(): void {
  localStorage.removeItem(HERE);
  history.replaceState(null, '');
}
