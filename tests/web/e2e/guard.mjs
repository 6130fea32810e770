// Sotto Guard in Chromium and Firefox, against a server that lies: what it must never let run, and what it shows instead.
// Cases of tests/attacks/README.md that are marked G, and what stands around them. Usage: node guard.mjs [chromium] [firefox]
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildGuard } from '../../../sw/guard/build.js';
import { atEnd, chromium, endAll, sleep, steps, tempDir, until } from './lib.mjs';
import { appFiles, hostileServer, lieAbout, makeWorld } from './guard-world.mjs';
import { testFirefox } from './guard-firefox.mjs';

const which = process.argv.slice(2);
const step = steps('guard');

/** A server, its world, and Guard built for both. */
export async function scene({ log = false } = {}) {
  const server = await hostileServer();
  atEnd(() => server.close());
  const world = makeWorld({ url: log ? `${server.origin}/log` : '' });
  if (log) server.checkpoint = () => world.checkpoint();
  const out = tempDir('guard');
  await buildGuard({ trust: world.trust, sites: [server.origin], out });
  server.release = world.release({ seq: 1 });
  return { server, world, out, one: server.release };
}

async function inChromium(out, more = {}) {
  const ext = join(out, 'chromium');
  const p = await chromium('chromium', { ignoreDefaultArgs: ['--disable-extensions'], args: [`--disable-extensions-except=${ext}`, `--load-extension=${ext}`], permissions: [], ...more });
  const worker = p.context.serviceWorkers()[0] ?? (await p.context.waitForEvent('serviceworker'));
  const id = new URL(worker.url()).host;
  p.state = () => worker.evaluate(() => globalThis.chrome.storage.local.get('guard').then((g) => g.guard?.sites[0] ?? null));
  p.popup = async (origin, page = p.page) => {
    await page.goto('about:blank');
    await page.goto(`chrome-extension://${id}/popup.html#${origin}`);
  };
  p.check = async (origin, result) => {
    await p.popup(origin);
    const before = (await p.state()).checkedAt;
    await p.click('button', 'Check now');
    await until(`Guard says ${result}`, async () => {
      const s = await p.state();
      return s.checkedAt > before && s.result === result;
    });
    return (await p.state()).why;
  };
  return p;
}

const read = (p, name) => p.eval((n) => document.documentElement.dataset[n] ?? '', name).catch(() => '(page changing)');
/** A refused navigation is an error to the driver, but what counts is what is shown. */
const go = (p, url) => p.page.goto(url, { waitUntil: 'load' }).catch(() => undefined);
const result = (p, name) => until(`Guard says ${name}`, async () => (await p.state())?.result === name);
const runs = (p, version) => until(`version ${version} runs`, async () => (await read(p, 'runs')) === version);
async function blocked(p, verdict) {
  const shown = () => p.eval(() => document.querySelector('main')?.dataset.verdict ?? '');
  await until(`the blocked page says ${verdict}`, () => shown().then((v) => v === verdict)).catch(async (e) => {
    throw new Error(`${e.message}; at ${p.page.url()}: ${await shown()}; Guard: ${JSON.stringify(await p.state())}`);
  });
}
function equal(got, want, what) {
  if (got !== want) throw new Error(`${what}: ${JSON.stringify(got)}, wanted ${JSON.stringify(want)}`);
}

/** The page is there, a person clicks on everything, and still nothing of it ran or left. */
async function nothingRan(p, server) {
  for (const id of ['#j', '#b']) await p.eval((s) => document.querySelector(s)?.click(), id).catch(() => undefined);
  await sleep(1500);
  equal(await read(p, 'marks'), '', 'marks');
  equal(server.seen.filter((s) => s.path === '/sink').map((s) => s.url).join(), '', 'requests at the sink');
}

async function honest() {
  const { server, out } = await scene({ log: true });
  const p = await inChromium(out);
  await step('chromium_honest_release_runs', async () => {
    await result(p, 'ok');
    await go(p, server.origin);
    await runs(p, '0.1.0');
    await until('the mark of Guard', async () => (await read(p, 'sottoGuard')) === '1');
  });
  await step('chromium_own_blob_worker_starts_served_one_does_not', async () => {
    await until('a worker', async () => (await read(p, 'worker')) === 'blob works 0.1.0');
    equal(server.seen.filter((s) => s.dest === 'worker').length, 0, 'requests for a worker');
  });
  await step('chromium_service_worker_is_never_asked_for', async () => {
    await until('registration refused', async () => (await read(p, 'sw')) === 'refused');
    equal(server.asked('/sw.js'), 0, 'requests for sw.js');
  });
  await step('chromium_popup_tells_the_state_in_words', async () => {
    await p.popup(server.origin);
    for (const text of ['Guarded', '0.1.0', 'Entries that the log shows']) await p.sees(text);
    await p.popup('http://example.invalid');
    await p.sees('Not guarded');
  });
  await p.close();
}

async function verdicts() {
  const { server, world, out, one } = await scene({ log: true });
  const p = await inChromium(out);
  const two = world.release({ seq: 2, after: one });
  const cases = [
    ['changed_note', 'release-signature', { ...two, note: two.note.replace('version 0.2.0', 'version 0.2.1') }],
    ['unsigned_release', 'threshold', world.release({ seq: 2, after: one, unsigned: true })],
    ['proof_of_another_release', 'inclusion', { ...two, proof: one.proofNow() }],
    ['release_that_follows_from_another', 'previous', world.release({ seq: 2, after: two })],
    ['another_loader', 'loader', world.release({ seq: 2, after: one, app: appFiles('0.2.0', '// another\n') })],
  ];
  for (const [name, verdict, release] of cases) {
    await step(`chromium_refuses_${name}`, async () => {
      await result(p, server.release === one ? 'ok' : 'refused');
      server.release = release;
      equal(await p.check(server.origin, 'refused'), verdict, 'verdict');
      await go(p, server.origin);
      await blocked(p, verdict);
      await p.sees('Nothing that the server sent has run');
    });
  }
  await step('chromium_next_release_reloads_the_page_by_itself', async () => {
    server.release = one;
    await p.check(server.origin, 'ok');
    await go(p, server.origin);
    await runs(p, '0.1.0');
    server.release = { ...two, proof: two.proofNow() };
    const tab = await p.tab('second');
    await p.popup(server.origin, tab.page);
    await tab.click('button', 'Check now');
    await runs(p, '0.2.0');
    await tab.page.close();
  });
  await step('chromium_refuses_an_older_release', async () => {
    server.release = { ...one, proof: one.proofNow() };
    equal(await p.check(server.origin, 'refused'), 'rollback', 'verdict');
    await go(p, server.origin);
    await blocked(p, 'rollback');
    await p.sees('Release accepted before');
  });
  await step('chromium_refuses_a_log_with_two_histories', async () => {
    server.release = { ...two, proof: two.proofNow() };
    server.checkpoint = () => world.forked(two.size);
    equal(await p.check(server.origin, 'refused'), 'log-fork', 'verdict');
    server.checkpoint = () => world.checkpoint();
    await p.check(server.origin, 'ok');
  });
  await step('chromium_release_that_must_cool_down_waits_and_the_one_before_stays', async () => {
    server.release = world.release({ seq: 3, after: two, signers: 1 });
    equal(await p.check(server.origin, 'pending'), 'cooling', 'verdict');
    server.release = { ...two, proof: two.proofNow() };
    await go(p, server.origin);
    await runs(p, '0.2.0');
  });
  await p.close();
}

async function hostile() {
  const { server, out, one } = await scene();
  const profile = mkdtempSync(join(tmpdir(), 'sotto-guard-profile-'));
  lieAbout(server, one);
  let p = await inChromium(out, { profile });
  await step('chromium_first_visit_runs_nothing_of_a_hostile_page', async () => {
    await go(p, server.origin);
    await nothingRan(p, server);
    await result(p, 'ok');
    await go(p, server.origin);
    equal(await p.eval(() => document.title), 'hostile', 'title');
    await nothingRan(p, server);
    equal(server.asked('/sw.js') + server.asked('/evil.js') + server.asked('/evil.css'), 0, 'requests for unlisted files');
  });
  await step('chromium_hard_reload_runs_nothing', async () => {
    const cdp = await p.context.newCDPSession(p.page);
    await cdp.send('Page.reload', { ignoreCache: true });
    await nothingRan(p, server);
  });
  await step('chromium_link_from_another_site_runs_nothing', async () => {
    server.lies.set('/from', { body: `<a id="to" href="${server.origin}/#from">go</a>`, type: 'text/html' });
    await go(p, `${server.other}/from`);
    await p.click('link', 'go');
    await until('there', () => p.page.url() === `${server.origin}/#from`);
    await nothingRan(p, server);
  });
  await step('chromium_redirect_stays_where_it_is', async () => {
    server.lies.set('/', { status: 302, body: '', headers: { location: `${server.other}/sink?redirect` } });
    await go(p, `${server.origin}/#secret`);
    await sleep(500);
    equal(server.asked('/sink'), 0, 'requests at the target');
  });
  await step('chromium_rules_hold_at_the_next_start_before_any_check', async () => {
    await p.close();
    lieAbout(server, one);
    server.lies.set('/.well-known/sotto/release/latest', { status: 503, body: '' });
    p = await inChromium(out, { profile });
    await go(p, server.origin);
    await nothingRan(p, server);
    equal(server.asked('/sw.js'), 0, 'requests for sw.js');
  });
  await p.close();
}

async function closed() {
  const { server, out, one } = await scene();
  lieAbout(server, null);
  server.lies.get('/').body = server.lies.get('/').body.replace('<head>', '<head><meta http-equiv="refresh" content="0;url=/sink?meta">');
  server.release = null;
  const p = await inChromium(out);
  await step('chromium_without_a_note_stays_closed_and_says_so', async () => {
    await go(p, server.origin);
    await blocked(p, '/.well-known/sotto/release/latest');
    await p.sees('could not be checked');
    await nothingRan(p, server);
  });
  await step('chromium_blocked_page_gives_way_to_a_good_release', async () => {
    server.clear();
    server.release = one;
    await p.click('button', 'Check now');
    await runs(p, '0.1.0');
  });
  await p.close();
}

async function olderWorker() {
  const { server, out } = await scene();
  const profile = mkdtempSync(join(tmpdir(), 'sotto-guard-profile-'));
  server.lies.set('/sw.js', { type: 'text/javascript', body: `self.addEventListener('install', () => self.skipWaiting()); self.addEventListener('activate', (e) => e.waitUntil(clients.claim()));
self.addEventListener('fetch', (e) => e.respondWith(new Response('<script>document.documentElement.dataset.marks = "old worker"</script>', { headers: { 'content-type': 'text/html' } })));` });
  server.lies.set('/', { type: 'text/html', body: '<script>navigator.serviceWorker.register("/sw.js")</script>' });
  await step('chromium_service_worker_from_before_is_purged', async () => {
    const before = await chromium('before', { profile, permissions: [] });
    await go(before, server.origin);
    await until('the old worker answers', async () => {
      await go(before, server.origin);
      return (await read(before, 'marks')) === 'old worker';
    });
    await before.close();
    server.clear();
    const p = await inChromium(out, { profile });
    await result(p, 'ok');
    await go(p, server.origin);
    await runs(p, '0.1.0');
    equal(await read(p, 'marks'), '', 'marks');
    equal(await p.eval(() => navigator.serviceWorker.getRegistrations().then((r) => r.length)), 0, 'registrations');
    await p.close();
  });
}

try {
  if (which.length === 0 || which.includes('chromium')) for (const part of [honest, verdicts, hostile, closed, olderWorker]) await part();
  if (which.length === 0 || which.includes('firefox')) await testFirefox(step, scene);
} finally {
  await endAll();
}
process.exit(step.failed() ? 1 : 0);
