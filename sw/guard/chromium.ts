// Chromium: the browser enforces by declarativeNetRequest rules, which also hold while this script sleeps.
import { builtIn } from './config.ts';
import { badge, checkIfOld, ready, showBlocked, siteOf, start } from './guard.ts';
import { closedRules, openRules } from './rules.ts';
import { openRelease, originOf, type Site } from './state.ts';

function rulesOf(sites: readonly Site[]): DnrRule[] {
  const rules: DnrRule[] = [];
  for (const site of sites) {
    if (!builtIn.includes(site.origin)) rules.push(...closedRules(site.origin, rules.length + 1));
    const release = openRelease(site, Date.now());
    if (release !== null) rules.push(...openRules(site.origin, release, rules.length + 1));
  }
  return rules;
}

/** When the rules in force now began to hold, and when each document was asked for. */
let appliedAt = 0;
const askedAt = new Map<string, number>();
const ASKED_MAX = 64;

start({
  async apply(sites) {
    const old = await chrome.declarativeNetRequest.getDynamicRules();
    const addRules = rulesOf(sites);
    await chrome.declarativeNetRequest.updateDynamicRules({ removeRuleIds: old.map((r) => r.id), addRules });
    appliedAt = Date.now();
  },
  purge(origins) {
    return chrome.browsingData.remove({ origins: [...origins] }, { serviceWorkers: true, cacheStorage: true });
  },
});

const documents = { urls: ['<all_urls>'], types: ['main_frame'] };

chrome.webRequest.onBeforeRequest.addListener((d) => {
  if (askedAt.size >= ASKED_MAX) askedAt.clear();
  askedAt.set(d.requestId, Date.now());
  void checkIfOld(originOf(d.url));
  return undefined;
}, documents);

/** What was loaded under closed rules is an empty page; the reason is shown in its place. */
async function onLoaded(d: ResponseDetails): Promise<void> {
  const origin = originOf(d.url);
  const asked = askedAt.get(d.requestId) ?? Date.now();
  askedAt.delete(d.requestId);
  await ready();
  await checkIfOld(origin);
  const site = siteOf(origin);
  if (site === undefined || d.tabId < 0) return;
  if (openRelease(site, Date.now()) === null) await showBlocked(d.tabId, origin);
  else if (asked < appliedAt)
    await chrome.tabs.reload(d.tabId); // it was loaded under the rules before these
  else await badge(d.tabId, site);
}

chrome.webRequest.onCompleted.addListener((d) => {
  void onLoaded(d).catch(() => undefined); // the tab may be gone
  return undefined;
}, documents);
