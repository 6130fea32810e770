// The popup: is the site in front guarded, by which release, and since when is that known.
import { openRelease, originOf, type Site } from './state.ts';
import { ago, direct, number, type PlainKey, say, sayWhy } from './text.ts';
import { ask, button, element, rows, stateLine } from './view.ts';

/** After `#`, when it is opened as a page of its own; on the blocked page, the site that it stands for. */
async function currentOrigin(): Promise<string> {
  const own = chrome.runtime.getURL('');
  const url = location.hash
    ? location.hash.slice(1)
    : ((await chrome.tabs.query({ active: true, currentWindow: true }))[0]?.url ?? '');
  return url.startsWith(own) ? originOf(new URL(url).hash.slice(1)) : originOf(url);
}

async function stateOf(site: Site | null): Promise<PlainKey> {
  if (site === null || !(await mayRead(site.origin))) return 'none';
  if (site.result === 'ok') return 'guarded';
  return site.result;
}

/** The permission may be withdrawn; then nothing is enforced, whatever was known before. */
function mayRead(origin: string): Promise<boolean> {
  return chrome.permissions.contains({ origins: [`${origin.replace(/:\d+$/, '')}/*`] }).then(
    (yes) => yes || chrome.permissions.contains({ origins: [`${origin}/*`] }),
    () => false,
  );
}

function facts(site: Site, now: number): HTMLElement {
  const list: (readonly [PlainKey, string])[] = [['site', site.origin]];
  const p = openRelease(site, now);
  if (p !== null) {
    list.push(['version', p.version]);
    list.push(['release', number(p.seq)]);
    list.push(['index', number(p.index)]);
    list.push(['witnesses', number(p.witnesses)]);
    if (site.logSize > 0) list.push(['log-size', number(site.logSize)]);
    if (p.time > 0) list.push(['proven', ago(p.time * 1000, now)]);
  }
  if (site.result === 'refused' || site.result === 'pending') list.push(['verdict', site.why]);
  if (site.withheld) list.push(['withheld', site.withheld]);
  if (site.checkedAt > 0) list.push(['checked', ago(site.checkedAt, now)]);
  return rows(list);
}

async function show(origin: string, site: Site | null): Promise<void> {
  const state = await stateOf(site);
  const main = element('main', '');
  main.append(element('h1', say('title')), stateLine(state));
  if (site === null || state === 'none') {
    main.append(element('p', say('none-hint')));
    if (/^https:\/\/[^:]+$/.test(origin)) {
      // The request needs the click itself; the background script goes on once the permission is granted.
      main.append(button('guard', 'guard', () => void chrome.permissions.request({ origins: [`${origin}/*`] })));
    }
  } else {
    main.append(element('p', state === 'guarded' ? say('guarded-hint') : sayWhy(site.why)), facts(site, Date.now()));
    main.append(button('check', 'check', () => void ask<Site>({ t: 'check', origin }).then((s) => show(origin, s))));
  }
  document.body.replaceChildren(main);
}

async function open(): Promise<void> {
  direct();
  const origin = await currentOrigin();
  await show(origin, await ask<Site>({ t: 'status', origin }));
}
chrome.storage.onChanged.addListener(() => void open());
void open();
