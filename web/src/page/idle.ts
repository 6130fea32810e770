// Locks after the minutes the person chose without a key or a pointer in any window.
import { tell } from './client.ts';
import { phase, setting } from './state/state.ts';

const LOOK_EVERY_MS = 30_000;
const SHARED = 'sotto-last-use';

let told = 0;

function used(): void {
  const now = Date.now();
  if (now - told < 5000) return;
  told = now;
  try {
    localStorage.setItem(SHARED, String(now)); // for the other tabs
  } catch {
    // each tab then counts for itself
  }
}

function lastUse(): number {
  try {
    return Math.max(told, Number(localStorage.getItem(SHARED) ?? 0));
  } catch {
    return told;
  }
}

/** Returns what ends it. */
export function followIdle(): () => void {
  used();
  const events = ['keydown', 'pointerdown', 'pointermove', 'wheel'] as const;
  for (const e of events) addEventListener(e, used, { passive: true });
  const timer = setInterval(() => {
    const minutes = Number(setting('lock-minutes', '0'));
    if (minutes > 0 && phase.value === 'open' && Date.now() - lastUse() > minutes * 60_000)
      void tell({ kind: 'op_lock' });
  }, LOOK_EVERY_MS);
  return () => {
    clearInterval(timer);
    for (const e of events) removeEventListener(e, used);
  };
}
