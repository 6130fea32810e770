// What is left of us in a browser that was wiped, so that a reset is known in a new window, too. Nothing of it need be left:
// the first screen says what a reset looks like.
import { NOTES } from './evidence.ts';

const HERE = 'sotto-here';

/** The loader has served this page. */
export function markHere(): void {
  try {
    localStorage.setItem(HERE, '1');
  } catch {
    // no room: the other signs are left
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

/** What told of the reset is taken away with it; a permission stays, and history begins anew. */
export function forgetHere(): void {
  localStorage.removeItem(HERE);
  history.replaceState(null, '');
}
