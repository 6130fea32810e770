// Locks after the chosen minutes without a key or pointer event in any window: each window says whether it has been
// idle that long, and the owner locks when all have.
import { phase, setting } from './state/state.ts';

const LOOK_EVERY_MS = 30_000;

let lastUse = Date.now();
let wasIdle = false;

function isIdleNow(): boolean {
  const minutes = Number(setting('lock-minutes', '0'));
  return minutes > 0 && phase.value === 'open' && Date.now() - lastUse > minutes * 60_000;
}

export function isIdle(): boolean {
  return wasIdle;
}

/** `tell`: called when a window is left alone, or used again. Returns what ends it. */
export function followIdle(tell: () => void): () => void {
  const look = (): void => {
    const now = isIdleNow();
    if (now === wasIdle) return;
    wasIdle = now;
    tell();
  };
  const used = (): void => {
    lastUse = Date.now();
    if (wasIdle) look();
  };
  used();
  const events = ['keydown', 'pointerdown', 'pointermove', 'wheel'] as const;
  for (const e of events) addEventListener(e, used, { passive: true });
  const timer = setInterval(look, LOOK_EVERY_MS);
  return () => {
    clearInterval(timer);
    for (const e of events) removeEventListener(e, used);
  };
}
