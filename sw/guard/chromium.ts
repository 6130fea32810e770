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

start({
  async apply(sites) {
    const old = await chrome.declarativeNetRequest.getDynamicRules();
    const addRules = rulesOf(sites);
    await chrome.declarativeNetRequest.updateDynamicRules({ removeRuleIds: old.map((r) => r.id), addRules });
  },
  purge(origins) {
    return chrome.browsingData.remove({ origins: [...origins] }, { serviceWorkers: true, cacheStorage: true });
  },
});

const documents = { urls: ['<all_urls>'], types: ['main_frame'] };

chrome.webRequest.onBeforeRequest.addListener((d) => {
  void checkIfOld(originOf(d.url));
  return undefined;
}, documents);

/** What was loaded under closed rules is an empty page; the reason belongs in its place. */
async function onLoaded(d: ResponseDetails): Promise<void> {
  const origin = originOf(d.url);
  await ready();
  await checkIfOld(origin);
  const site = siteOf(origin);
  if (site === undefined || d.tabId < 0) return;
  if (openRelease(site, Date.now()) === null) await showBlocked(d.tabId, origin);
  else await badge(d.tabId, site);
}

chrome.webRequest.onCompleted.addListener((d) => {
  void onLoaded(d).catch(() => undefined); // the tab may be gone
  return undefined;
}, documents);
