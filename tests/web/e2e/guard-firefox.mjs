// The part of guard.mjs that runs in Firefox: there Guard sees every byte. Its pages cannot be opened by a driver, so what
// it decided is read from what the page shows and from what reached the server.
import { join } from 'node:path';
import { firefox, sleep, until } from './lib.mjs';
import { appFiles, lieAbout, STORING_SW } from './guard-world.mjs';

const read = (p, name) => p.eval((n) => document.documentElement.dataset[n] ?? '', name).catch(() => '(page changing)');
const go = (p, url) => p.page.goto(url, { waitUntil: 'load', timeout: 4000 }).catch(() => undefined);
const runs = (p, version) => until(`version ${version} runs`, async () => (await read(p, 'runs')) === version);
function equal(got, want, what) {
  if (got !== want) throw new Error(`${what}: ${JSON.stringify(got)}, wanted ${JSON.stringify(want)}`);
}
/** Nothing has been asked for a while: Guard has read what it reads when it starts. */
async function quiet(server) {
  for (let before = -1; before !== server.seen.length; await sleep(1000)) before = server.seen.length;
}
const explains = (p) => until('Guard says what is wrong', async () => (await p.text()).includes('is not the file of the signed release'));
const sink = (server) => server.seen.filter((s) => s.path === '/sink').map((s) => s.url).join();

async function inFirefox(out, server) {
  const p = await firefox('firefox');
  p.install = async () => {
    const before = server.asked('/.well-known/sotto/release/latest');
    // Pages of Guard go away with the Guard that is replaced.
    const old = p.page;
    p.page = await p.browser.newPage();
    await old.close().catch(() => undefined);
    await p.browser.installExtension(join(out, 'firefox'));
    await until('Guard asks for the release', () => server.asked('/.well-known/sotto/release/latest') > before);
  };
  return p;
}

async function nothingRan(p, server) {
  for (const id of ['#j', '#b']) await p.eval((s) => document.querySelector(s)?.click(), id).catch(() => undefined);
  await sleep(1000);
  const marks = await read(p, 'marks');
  if (marks !== '' && marks !== '(page changing)') throw new Error(`marks: ${marks}`);
  equal(sink(server), '', 'requests at the sink');
}

async function honest(step, scene) {
  const { server, out } = await scene({ log: true });
  const p = await inFirefox(out, server);
  await step('firefox_honest_release_runs', async () => {
    await p.install();
    await go(p, server.origin);
    await runs(p, '0.1.0');
    await until('the mark of Guard', async () => (await read(p, 'sottoGuard')) === '1');
  });
  await step('firefox_served_worker_and_service_worker_run', async () => {
    await until('a worker', async () => (await read(p, 'worker')) === 'self works 0.1.0');
    await until('a service worker', async () => (await read(p, 'sw')) === 'yes');
    equal(await p.eval(() => getComputedStyle(document.body).color), 'rgb(1, 2, 3)', 'colour of the style sheet');
  });
  await step('firefox_policy_is_the_one_of_the_note', async () => {
    server.headers = { 'content-security-policy': "default-src * 'unsafe-inline'" };
    await go(p, server.origin);
    await runs(p, '0.1.0');
    const why = await p.eval(() => new Promise((done) => {
      document.addEventListener('securitypolicyviolation', (e) => done(e.originalPolicy));
      document.head.append(document.createElement('style'));
      document.head.lastChild.textContent = 'p { color: red }';
    }));
    equal(why, server.release.app.csp, 'policy in force');
    server.headers = {};
  });
  await step('firefox_unlisted_paths_are_not_asked_for', async () => {
    await p.eval(() => fetch('/attack').catch(() => 0));
    await go(p, `${server.origin}/attack`);
    equal(server.asked('/attack'), 0, 'requests');
  });
  for (const path of ['/app.css', '/worker.js', '/app.js', '/']) {
    await step(`firefox_changed_bytes_are_withheld_${path.slice(1).replace('.', '_') || 'index'}`, async () => {
      const type = path.endsWith('css') ? 'text/css' : path === '/' ? 'text/html' : 'text/javascript';
      const body = server.release.app.files.get(path);
      server.lies.set(path, { type, body: `${body}${type === 'text/css' ? 'p{color:blue}' : '\n'}` });
      const text = await p.eval((u) => fetch(u).then((r) => r.text(), () => ''), path === '/' ? '/app.css' : path);
      if (path === '/') {
        await go(p, server.origin);
        await explains(p);
        equal(await read(p, 'runs'), '', 'what runs');
      } else {
        equal(text.includes('Sotto Guard:'), true, 'text of Guard in place of the bytes');
      }
      server.lies.delete(path);
      await go(p, server.origin);
      await runs(p, '0.1.0');
    });
  }
  await step('firefox_changed_service_worker_is_withheld', async () => {
    server.lies.set('/sw.js', { type: 'text/javascript', body: "fetch('/sink?sw');" });
    const before = server.asked('/sw.js');
    await p.eval(() => navigator.serviceWorker.getRegistration().then((r) => r.update()).catch(() => 0));
    await until('sw.js was asked for', () => server.asked('/sw.js') > before);
    await sleep(800);
    equal(sink(server), '', 'requests at the sink');
    // Firefox sometimes gives the whole registration up when its update fails; the next page registers the listed one.
    await until('the one before stays alone, or none', async () => {
      const state = await p.eval(() => navigator.serviceWorker.getRegistration().then((r) => [r?.active, r?.waiting, r?.installing].map((w) => w?.state ?? 'none').join()));
      return ['activated,none,none', 'none,none,none'].includes(state) || Promise.reject(new Error(state));
    });
  });
  await p.close();
}

async function storing(step, scene) {
  const { server, world, out } = await scene();
  server.release = world.release({ seq: 1, app: appFiles('0.1.0', STORING_SW) });
  const p = await inFirefox(out, server);
  await step('firefox_page_from_the_service_worker_runs_under_guard', async () => {
    await p.install();
    await go(p, server.origin);
    await until('a service worker in control', () => p.eval(() => navigator.serviceWorker.controller !== null));
    lieAbout(server, server.release);
    const before = server.asked('/') + server.asked('/app.js');
    await go(p, server.origin);
    await runs(p, '0.1.0');
    equal(server.asked('/') + server.asked('/app.js'), before, 'requests to the server');
    await nothingRan(p, server);
  });
  await p.close();
}

async function hostile(step, scene) {
  const { server, world, out, one } = await scene();
  lieAbout(server, one);
  const p = await inFirefox(out, server);
  await step('firefox_first_visit_runs_nothing_of_a_hostile_page', async () => {
    await p.install();
    await go(p, server.origin);
    await explains(p);
    await nothingRan(p, server);
    equal(server.asked('/sw.js') + server.asked('/evil.js'), 0, 'requests of the page');
  });
  await step('firefox_redirect_goes_nowhere', async () => {
    server.lies.set('/', { status: 302, body: '', headers: { location: `${server.other}/sink?redirect` } });
    await go(p, `${server.origin}/#secret`);
    await sleep(500);
    equal(sink(server), '', 'requests at the target');
  });
  const two = world.release({ seq: 2, after: one });
  for (const [name, release] of [['changed_note', { ...two, note: two.note.replace('version 0.2.0', 'version 0.2.1') }], ['unsigned_release', world.release({ seq: 2, after: one, unsigned: true })]]) {
    await step(`firefox_refuses_${name}`, async () => {
      server.clear();
      server.release = release;
      await p.install(); // the same again: Guard starts and looks
      await quiet(server);
      const before = server.asked('/');
      await go(p, server.origin);
      await quiet(server);
      equal(server.asked('/'), before, 'requests for the page');
      equal(await read(p, 'runs'), '', 'what runs');
    });
  }
  await step('firefox_next_release_runs_and_an_older_one_is_refused', async () => {
    server.release = { ...two, proof: two.proofNow() };
    await p.install();
    await go(p, server.origin);
    await runs(p, '0.2.0');
    server.release = { ...one, proof: one.proofNow() };
    await p.install();
    await quiet(server);
    const before = server.asked('/');
    await go(p, server.origin);
    await quiet(server);
    equal(server.asked('/'), before, 'requests for the page');
  });
  await p.close();
}

async function closed(step, scene) {
  const { server, out } = await scene();
  lieAbout(server, null);
  server.release = null;
  const p = await inFirefox(out, server);
  await step('firefox_without_a_note_nothing_is_asked_for', async () => {
    await p.install();
    await go(p, server.origin);
    await nothingRan(p, server);
    equal(server.asked('/'), 0, 'requests for the page');
  });
  await p.close();
}

async function olderWorker(step, scene) {
  const { server, out } = await scene();
  const p = await inFirefox(out, server);
  await step('firefox_service_worker_from_before_is_purged', async () => {
    server.lies.set('/sw.js', { type: 'text/javascript', body: `self.addEventListener('install', () => self.skipWaiting()); self.addEventListener('activate', (e) => e.waitUntil(clients.claim()));
self.addEventListener('fetch', (e) => e.respondWith(new Response('<script>document.documentElement.dataset.marks = "old worker"</script>', { headers: { 'content-type': 'text/html' } })));` });
    server.lies.set('/', { type: 'text/html', body: '<script>navigator.serviceWorker.register("/sw.js")</script>' });
    await go(p, server.origin);
    await until('the old worker answers', async () => {
      await go(p, server.origin);
      return (await read(p, 'marks')) === 'old worker';
    });
    server.clear();
    await p.install();
    await go(p, server.origin);
    await runs(p, '0.1.0');
    equal(await read(p, 'marks'), '', 'marks');
  });
  await p.close();
}

export async function testFirefox(step, scene) {
  for (const part of [honest, storing, hostile, closed, olderWorker]) await part(step, scene);
}
