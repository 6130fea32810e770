// Which windows are heard, and how they find each other. A controlled window was served by this worker, since the
// worker answers every navigation, never claims clients, and navigates the windows it finds at its activation again. So
// the browser is asked each time and nothing is stored: any script of the origin can write to its storage.
declare const self: ServiceWorkerGlobalScope;

/**
 * Chromium 131 and Safari 18.4 know `noopener-allow-popups`, which takes a window's handle away from its opener and
 * from the windows it opens. Other browsers would read it as no policy at all, so the version decides.
 */
const cuts = /Chrome\/(13[1-9]|1[4-9].|[2-9]..)\.|Version\/(18\.[4-9]|[2-9].\.)/.test(navigator.userAgent);
export const openerPolicy = cuts ? 'noopener-allow-popups' : 'same-origin';

/** Navigations that went through the redirect. */
const led = new Set<string>();

/**
 * The policy cuts only where it differs from the previous page's, and an attacker's page may have had the same: a
 * window that page opened could then reach into the honest page that follows. So each navigation first goes through a
 * redirect without a policy: one of the two steps is a change, whatever came before. Only in Chromium, where it was
 * measured that the redirect counts and that both steps carry the id of the client they create: elsewhere it could loop
 * for ever.
 */
export function isToBeCut(id: string): boolean {
  return cuts && 'userAgentData' in navigator && !led.delete(id) && !!led.add(id);
}

/** Where openers keep their handle, an opened window is not ours: its opener could read along. */
async function own(): Promise<readonly WindowClient[]> {
  const all = await self.clients.matchAll({ type: 'window' });
  return all.filter(({ frameType }) => frameType === 'top-level' || (cuts && frameType === 'auxiliary'));
}

/** A window that is not heard is told so, and believes it only if it was served here. */
export async function isHeard(source: WindowClient): Promise<boolean> {
  const is = (await own()).some((c) => c.id === source.id);
  if (!is) source.postMessage({ t: 'opened' });
  return is;
}

/** Opens a port between this window and each of the others; they find out themselves which of them has the store. */
export async function meet(me: WindowClient): Promise<void> {
  for (const other of await own()) {
    if (other.id === me.id) continue;
    const { port1, port2 } = new MessageChannel();
    const news = { t: 'meet', tap: !cuts };
    me.postMessage(news, [port1]);
    other.postMessage(news, [port2]);
  }
}

/** Not awaited: the navigation itself waits until this worker is active. */
export async function leadAnew(): Promise<void> {
  for (const window of await self.clients.matchAll({ type: 'window' })) void window.navigate(window.url).catch(() => 0);
}
