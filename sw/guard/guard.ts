// What both browsers share: which origins are guarded, when they are checked, what happens when the answer changes.
// How a release is enforced is the browser's part (chromium.ts, firefox.ts).
import { check, hashText } from './check.ts';
import { builtIn, CHECK_AFTER_MS, CHECK_EVERY_MIN, CHECK_SOON_MIN, trustText } from './config.ts';
import { newSite, openRelease, originOf, type Pinned, type Site } from './state.ts';

export interface Enforcer {
  /** Must hold before it resolves; origins without an open release are closed. */
  apply(sites: readonly Site[]): Promise<void>;
  purge(origins: readonly string[]): Promise<void>;
}

const sites = new Map<string, Site>();
const running = new Map<string, Promise<void>>();
let enforcer: Enforcer;
let begun: Promise<void>;

export function siteOf(origin: string): Site | undefined {
  return sites.get(origin);
}
/** Resolves when the rules hold and what an earlier service worker left is gone. */
export function ready(): Promise<void> {
  return begun;
}

/** Only this extension writes there (setAccessLevel), so the shape is taken as it was written. */
async function load(trust: string): Promise<{ fresh: string[] }> {
  const { guard } = await chrome.storage.local.get('guard');
  const kept = (guard ?? {}) as { trust?: string; sites?: Site[] };
  const known = kept.sites ?? [];
  const same = kept.trust === trust;
  for (const site of known) sites.set(site.origin, same ? site : newSite(site.origin));
  for (const origin of builtIn) if (!sites.has(origin)) sites.set(origin, newSite(origin));
  const before = new Set(same ? known.map((s) => s.origin) : []);
  return { fresh: [...sites.keys()].filter((o) => !before.has(o)) };
}

async function save(): Promise<void> {
  const trust = await hashText(trustText);
  await chrome.storage.local.set({ guard: { trust, sites: [...sites.values()] } });
}

interface Seen {
  readonly id: number;
  /** Of the origin, still on its way; undefined: the tab is there. */
  readonly pendingUrl: string | undefined;
}

/**
 * Also those still loading: no event tells what began before this script, and the next check may be half an hour off.
 */
async function tabsOf(origin: string): Promise<Seen[]> {
  const of = (url = ''): boolean => originOf(url) === origin;
  const all = await chrome.tabs.query({}).catch(() => []);
  return all.flatMap(({ id, url, pendingUrl }) => {
    if (id === undefined || !(of(url) || of(pendingUrl))) return [];
    return [{ id, pendingUrl: of(pendingUrl) ? pendingUrl : undefined }];
  });
}

/** Each tab of the origin; one that was closed meanwhile does not stop the others. */
async function eachTab(origin: string, act: (tab: Seen) => Promise<unknown>): Promise<void> {
  for (const tab of await tabsOf(origin)) await act(tab).catch(() => undefined);
}

/** Loads the tab under the present rules. A reload would take a tab that is still navigating back to where it was. */
function loadAnew({ id, pendingUrl }: Seen): Promise<unknown> {
  return pendingUrl === undefined ? chrome.tabs.reload(id) : chrome.tabs.update(id, { url: pendingUrl });
}

/** An earlier worker would answer past every rule; what it put in the caches goes with it. */
async function purge(origins: readonly string[]): Promise<void> {
  if (origins.length === 0) return;
  await enforcer.purge(origins);
  for (const origin of origins) await eachTab(origin, loadAnew);
}

async function begin(): Promise<void> {
  await chrome.storage.local.setAccessLevel?.({ accessLevel: 'TRUSTED_CONTEXTS' });
  const { fresh } = await load(await hashText(trustText));
  await enforcer.apply([...sites.values()]);
  await purge(fresh);
  await save();
}

function same(a: Pinned | null, b: Pinned | null): boolean {
  return a?.hash === b?.hash;
}

async function checkNow(origin: string): Promise<void> {
  await begun;
  const before = sites.get(origin);
  if (before === undefined) return;
  const after = await check(before, Date.now());
  sites.set(origin, { ...after, withheld: sites.get(origin)?.withheld ?? '' });
  const open = openRelease(after, Date.now());
  const isSame = same(openRelease(before, Date.now()), open);
  if (!isSame) await enforcer.apply([...sites.values()]);
  await save(); // after apply: what it says is in force, is
  if (after.result === 'unreachable') await chrome.alarms.create('soon', { delayInMinutes: CHECK_SOON_MIN });
  // A closed origin shows an empty page in each of its tabs, even in one whose loading went unseen.
  if (open === null) await eachTab(origin, ({ id }) => showBlocked(id, origin));
  else if (!isSame) await eachTab(origin, loadAnew);
}

/** One check at a time for each origin. */
export function checkSite(origin: string): Promise<void> {
  const now = running.get(origin) ?? checkNow(origin).finally(() => running.delete(origin));
  running.set(origin, now);
  return now;
}

/** Before a document of the origin is shown. */
export async function checkIfOld(origin: string): Promise<void> {
  await begun;
  const site = sites.get(origin);
  if (site !== undefined && Date.now() - site.checkedAt > CHECK_AFTER_MS) await checkSite(origin);
}

export async function noteWithheld(origin: string, path: string): Promise<void> {
  const site = sites.get(origin);
  if (site === undefined) return;
  sites.set(origin, { ...site, withheld: path });
  await save();
}

async function checkAll(): Promise<void> {
  await begun;
  for (const origin of sites.keys()) await checkSite(origin);
}

async function contentScript(origin: string): Promise<void> {
  const pattern = `${origin.replace(/:\d+$/, '')}/*`;
  const there = await chrome.scripting.getRegisteredContentScripts();
  if (there.some((s) => s.id === origin)) return;
  await chrome.scripting.registerContentScripts([
    { id: origin, js: ['content.js'], matches: [pattern], runAt: 'document_start' },
  ]);
}

export async function guardOrigin(origin: string): Promise<void> {
  await begun;
  if (sites.has(origin) || !origin.startsWith('https://')) return;
  sites.set(origin, newSite(origin));
  await enforcer.apply([...sites.values()]);
  await save();
  await contentScript(origin);
  await purge([origin]);
  await checkSite(origin);
}

/** The page that says why nothing is shown. */
export async function showBlocked(tabId: number, origin: string): Promise<void> {
  await chrome.tabs.update(tabId, { url: chrome.runtime.getURL(`blocked.html#${origin}`) });
}

export async function badge(tabId: number, site: Site): Promise<void> {
  const open = openRelease(site, Date.now());
  await chrome.action.setBadgeText({ tabId, text: open === null ? '!' : '\u2713' });
}

async function onMessage(message: unknown, sender: MessageSender): Promise<unknown> {
  await begun;
  const { t, origin } = (message ?? {}) as { t?: unknown; origin?: unknown };
  if (t === 'seq') {
    const site = sites.get(originOf(sender.url ?? ''));
    return site === undefined ? 0 : (openRelease(site, Date.now())?.seq ?? 0);
  }
  // The rest is only for the extension's own pages; a content script speaks for a page.
  if (!sender.url?.startsWith(chrome.runtime.getURL('')) || typeof origin !== 'string') return null;
  if (t === 'check') await checkSite(origin);
  return sites.get(origin) ?? null;
}

export function start(how: Enforcer): void {
  enforcer = how;
  begun = begin();
  const later = (work: Promise<void>): void => void work.catch((e: unknown) => console.error(e));
  chrome.runtime.onInstalled.addListener(() => later(checkAll()));
  chrome.runtime.onStartup.addListener(() => later(checkAll()));
  chrome.alarms.onAlarm.addListener(() => later(checkAll()));
  void chrome.alarms.create('check', { periodInMinutes: CHECK_EVERY_MIN });
  chrome.permissions.onAdded.addListener(({ origins = [] }) => {
    const exact = origins.map((o) => originOf(o.replace(/\/\*$/, ''))).filter((o) => /^https:\/\/[^*]+$/.test(o));
    for (const origin of exact) later(guardOrigin(origin));
  });
  chrome.runtime.onMessage.addListener((message, sender, answer) => {
    void onMessage(message, sender).then(answer, () => answer(null));
    return true;
  });
}
