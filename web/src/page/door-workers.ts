// The service workers of this site, as the browser has them: asked for, never remembered.

export const SCRIPT = '/sw.js';

export const workers = !PORTABLE && 'serviceWorker' in navigator ? navigator.serviceWorker : null;
/** The worker that served this page; null: none did. Read once: no other is heard, nor is a port taken from it. */
export const mine = workers?.controller ?? null;

export async function registrations(): Promise<readonly ServiceWorkerRegistration[]> {
  return (await workers?.getRegistrations()) ?? [];
}

/** Ours, and no other: a second one would serve its own paths. */
export function isAlone(all: readonly ServiceWorkerRegistration[]): boolean {
  return all.every(
    (r) =>
      r.scope === `${location.origin}/` &&
      [r.active, r.waiting, r.installing].every((w) => !w || w.scriptURL === `${location.origin}${SCRIPT}`),
  );
}

/** Only the worker that was there at the start, and none waiting to replace it. One being removed does not count. */
export function isSame(r: ServiceWorkerRegistration): boolean {
  return (r.active ?? mine) === mine && r.waiting === null && r.installing === null;
}

/** A preload asks the server for pages that the worker answers. Any script of the site can switch it on. */
export async function noPreload(r: ServiceWorkerRegistration): Promise<void> {
  const preload = r.navigationPreload;
  if (preload && (await preload.getState()).enabled) await preload.disable();
}
