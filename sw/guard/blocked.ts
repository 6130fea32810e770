// Stands in for a page that may not be shown, and says why in plain words. It goes away as soon as a release is
// accepted.
import { openRelease, originOf, type Site } from './state.ts';
import { direct, number, type PlainKey, say, sayWhy } from './text.ts';
import { ask, button, element, rows } from './view.ts';

const origin = originOf(location.hash.slice(1));

const TITLES: Record<Site['result'], PlainKey> = {
  ok: 'unreachable-title',
  unchecked: 'unchecked-title',
  pending: 'pending-title',
  refused: 'blocked-title',
  unreachable: 'unreachable-title',
};

function facts(site: Site): HTMLElement {
  const list: (readonly [PlainKey, string])[] = [['site', site.origin]];
  if (site.result !== 'unchecked') list.push(['verdict', site.why]);
  if (site.offered > 0) list.push(['offered', number(site.offered)]);
  if (site.pinned !== null) list.push(['accepted', number(site.pinned.seq)]);
  return rows(list);
}

function show(site: Site | null): void {
  if (site === null) return;
  if (openRelease(site, Date.now()) !== null) {
    location.replace(`${site.origin}/`);
    return;
  }
  const title = say(TITLES[site.result]);
  document.title = title;
  const main = element('main', '');
  main.dataset['verdict'] = site.why;
  main.append(element('h1', title));
  if (site.result !== 'unchecked') main.append(element('p', sayWhy(site.why)));
  main.append(element('p', say('nothing-ran')));
  main.append(element('p', say(site.result === 'refused' ? 'what-now' : 'why-wait')), facts(site));
  main.append(button('check', 'check', () => void ask<Site>({ t: 'check', origin }).then(show)));
  document.body.replaceChildren(main);
}

direct();
const refresh = (): void => void ask<Site>({ t: 'status', origin }).then(show);
chrome.storage.onChanged.addListener(refresh);
refresh();
