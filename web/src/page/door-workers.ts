// The service workers of this site, as the browser has them: asked for, never remembered.

export const SCRIPT = '/sw.js';

export const workers = !PORTABLE && 'serviceWorker' in navigator ? navigator.serviceWorker : null;
/** The worker that has served this page; null: none has. Taken once: no other is heard, and no port is taken from one. */
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

/** Only the worker that was there at the start, and nothing that waits to take its place. One that is being taken away is not there. */
export function isSame(r: ServiceWorkerRegistration): boolean {
  return (r.active ?? mine) === mine && r.waiting === null && r.installing === null;
}

/** A preload asks the server for pages, beside the worker that answers them. Any script of the site can switch it on. */
export async function noPreload(r: ServiceWorkerRegistration): Promise<void> {
  const preload = r.navigationPreload;
  if (preload && (await preload.getState()).enabled) await preload.disable();
}
