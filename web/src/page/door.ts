// The service worker: registered once, asked what it serves, told to switch when the person says so.
import { signal } from '@preact/signals';
import { scriptUrl } from './trusted.ts';

export interface Build {
  readonly mark: 'unchecked' | 'pinned' | 'mismatch';
  /** SHA-256 of the list of files the door serves. */
  readonly files: string;
}

export const build = signal<Build>({ mark: 'unchecked', files: '' });
/** A whole new build is staged and may be switched to. */
export const updateReady = signal(false);

interface DoorNews {
  readonly t: 'release';
  readonly files: string;
  readonly staged: boolean;
  readonly trouble: string;
}

function isNews(x: unknown): x is DoorNews {
  return typeof x === 'object' && x !== null && 't' in x && x.t === 'release' && 'files' in x && 'staged' in x;
}

function say(message: string): void {
  void navigator.serviceWorker.ready.then((r) => r.active?.postMessage(message));
}

/** Exactly one registration, of our script: another one would serve its own paths. */
async function alone(): Promise<boolean> {
  const all = await navigator.serviceWorker.getRegistrations();
  return all.every(
    (r) =>
      r.scope === `${location.origin}/` &&
      [r.active, r.waiting, r.installing].every((w) => !w || new URL(w.scriptURL).pathname === '/sw.js'),
  );
}

export async function openDoor(): Promise<void> {
  if (!('serviceWorker' in navigator)) return;
  const controlled = navigator.serviceWorker.controller !== null;
  navigator.serviceWorker.addEventListener('message', (e: MessageEvent<unknown>) => {
    if (!isNews(e.data)) return;
    updateReady.value = e.data.staged;
    build.value = { mark: e.data.trouble ? 'mismatch' : controlled ? 'pinned' : 'unchecked', files: e.data.files };
  });
  try {
    const registration = await navigator.serviceWorker.register(scriptUrl('/sw.js'), {
      scope: '/',
      updateViaCache: 'all',
    });
    registration.addEventListener('updatefound', () => {
      // The script never changes while its keys live: a new one is no ordinary event.
      if (registration.active) build.value = { ...build.value, mark: 'mismatch' };
    });
    if (!(await alone())) build.value = { ...build.value, mark: 'mismatch' };
    say('state');
    say('check');
  } catch {
    // no service worker here (private window): works, but not offline
  }
}

/** Switches to the staged build. The caller makes sure that nothing half-written is lost. */
export function takeUpdate(): void {
  navigator.serviceWorker.addEventListener('message', (e: MessageEvent<unknown>) => {
    if (e.data === 'switched') location.reload();
  });
  say('switch');
}
