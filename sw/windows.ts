// Which windows are heard, and how they come to talk to each other. A window that is controlled was served by this worker,
// since the worker answers every navigation, never claims, and leads what it finds at its activation here anew. So the
// browser is asked each time and nothing is stored: storage of the origin can be written by any script of it.
declare const self: ServiceWorkerGlobalScope;

/**
 * Chromium 131, Safari 18.4: they know `noopener-allow-popups`, by which whoever opened a window, or whom a window opened,
 * has no handle on it. Others would read it as no policy at all, so it goes by version.
 */
const cuts = /Chrome\/(13[1-9]|1[4-9].|[2-9]..)\.|Version\/(18\.[4-9]|[2-9].\.)/.test(navigator.userAgent);
export const openerPolicy = cuts ? 'noopener-allow-popups' : 'same-origin';

/** Navigations that were led through a redirect. */
const led = new Set<string>();

/**
 * That policy cuts where it differs from the one before, and a page of the attacker's may have had the same: whom that had
 * opened would look into the honest page which came after it. So each navigation goes through a redirect without a policy
 * first: one of the two steps is a change, whatever was there. Only where it was measured that the redirect counts, and that
 * both steps have one id, the one of the client which they will make, in Chromium: elsewhere it could go round for ever.
 */
export function isToBeCut(id: string): boolean {
  return cuts && 'userAgentData' in navigator && !led.delete(id) && !!led.add(id);
}

/** Where an opener keeps its handle, a window that has one is nobody's: whoever opened it reads along. */
async function own(): Promise<readonly WindowClient[]> {
  const all = await self.clients.matchAll({ type: 'window' });
  return all.filter(({ frameType }) => frameType === 'top-level' || (cuts && frameType === 'auxiliary'));
}

/** One that is not heard is told so, and believes it only if it was served here. */
export async function isHeard(source: WindowClient): Promise<boolean> {
  const is = (await own()).some((c) => c.id === source.id);
  if (!is) source.postMessage({ t: 'opened' });
  return is;
}

/** A port between this window and each of the others; they find out by themselves which of them has the store. */
export async function meet(me: WindowClient): Promise<void> {
  for (const other of await own()) {
    if (other.id === me.id) continue;
    const { port1, port2 } = new MessageChannel();
    const news = { t: 'meet', tap: !cuts };
    me.postMessage(news, [port1]);
    other.postMessage(news, [port2]);
  }
}

/** Not waited for: the navigation itself waits until this worker is active. */
export async function leadAnew(): Promise<void> {
  for (const window of await self.clients.matchAll({ type: 'window' })) void window.navigate(window.url).catch(() => 0);
}
