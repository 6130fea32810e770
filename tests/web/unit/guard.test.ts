// Guard's first look at a site while a tab is still on its way there: it began before Guard's script ran, so no event tells
// of it. It must end neither in the empty page that closed rules leave, nor under rules that no longer hold.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeWorld } from '../e2e/guard-world.mjs';

const SITE = 'http://localhost:8480';
const BLOCKED = `chrome-extension://guard/blocked.html#${SITE}`;
const world = makeWorld();
const release = world.release({ seq: 1 });
const WELL_KNOWN = `${SITE}/.well-known/sotto`;
const honest: Record<string, string> = {
  [`${WELL_KNOWN}/release/latest`]: release.note,
  [`${WELL_KNOWN}/proof/1`]: release.proof,
  [`${WELL_KNOWN}/first/1`]: release.proof,
};

interface Tab {
  readonly id: number;
  readonly url: string;
  readonly pendingUrl?: string;
}
let served: Record<string, string> = {};
let tabs: readonly Tab[] = [];
let done: string[] = [];
/** How often the next requests of an address fail. */
let breaks = new Map<string, number>();
let alarms: string[] = [];
const nobody = { addListener: () => undefined };
Object.assign(globalThis, {
  TRUST: world.trust,
  SITES: [SITE],
  VERSION: '1',
  fetch: async (url: string) => {
    const left = breaks.get(url) ?? 0;
    breaks.set(url, left - 1);
    if (left > 0) throw new TypeError('the line broke');
    return new Response(served[url] ?? 'nothing', { status: url in served ? 200 : 404 });
  },
  chrome: {
    alarms: { create: async (name: string, when: unknown) => void alarms.push(`${name} ${JSON.stringify(when)}`), onAlarm: nobody },
    permissions: { onAdded: nobody },
    runtime: { getURL: (path: string) => `chrome-extension://guard/${path}`, onInstalled: nobody, onStartup: nobody, onMessage: nobody },
    storage: { local: { get: async () => ({}), set: async () => undefined } },
    tabs: {
      query: async () => tabs,
      reload: async (id: number) => void done.push(`reload ${id}`),
      update: async (id: number, { url }: { url: string }) => void done.push(`${id} to ${url}`),
    },
  },
});
const { checkSite, ready, siteOf, start } = await import('../../../sw/guard/guard.ts');
start({ apply: async () => undefined, purge: async () => undefined });

/** What a look does with these tabs. */
async function look(now: readonly Tab[], answers: Record<string, string>): Promise<string[]> {
  await ready();
  [served, tabs, done] = [answers, now, []];
  await checkSite(SITE);
  return done;
}
const tabsOfAll = [
  { id: 1, url: 'about:blank', pendingUrl: `${SITE}/#/on-its-way` },
  { id: 2, url: `${SITE}/` },
  { id: 3, url: `${SITE}/`, pendingUrl: 'https://elsewhere.example/' },
  { id: 4, url: 'https://elsewhere.example/' },
  { id: 5, url: 'http://localhost:9/' },
];

test('a_tab_on_its_way_to_a_closed_site_is_told_why', async () => {
  assert.deepEqual(await look(tabsOfAll, {}), [1, 2, 3].map((id) => `${id} to ${BLOCKED}`));
});

test('a_tab_on_its_way_when_a_release_is_accepted_is_asked_for_again', async () => {
  assert.deepEqual(await look(tabsOfAll, honest), [`1 to ${SITE}/#/on-its-way`, 'reload 2', 'reload 3']);
  assert.deepEqual(await look(tabsOfAll, honest), []); // nothing has changed
});

test('a_line_that_breaks_once_closes_no_site', async () => {
  breaks = new Map([[`${WELL_KNOWN}/proof/1`, 1]]);
  assert.deepEqual(await look(tabsOfAll, honest), []);
  assert.equal(siteOf(SITE)?.result, 'ok');
});

test('a_server_that_does_not_answer_is_asked_again_soon', async () => {
  alarms = [];
  breaks = new Map([[`${WELL_KNOWN}/release/latest`, 9]]);
  await look([], honest);
  assert.equal(siteOf(SITE)?.result, 'unreachable');
  assert.deepEqual(alarms, ['soon {"delayInMinutes":1}']);
  breaks = new Map();
  await look([], honest);
  assert.equal(siteOf(SITE)?.result, 'ok');
  assert.equal(alarms.length, 1);
});
