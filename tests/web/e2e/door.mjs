// The service worker against its own server: once it is in place, what is served later changes nothing by itself.
// A hostile server of our own stands in for the gateway; it counts what it is asked. Both browsers.
import { createServer } from 'node:http';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium, endAll, atEnd, firefox, needs, root, sleep, steps, until } from './lib.mjs';

const TYPES = { html: 'text/html', js: 'text/javascript', css: 'text/css', wasm: 'application/wasm', svg: 'image/svg+xml', png: 'image/png', json: 'application/json', txt: 'text/plain', webmanifest: 'application/manifest+json' };

function folder(dir) {
  return new Map(readdirSync(dir).filter((f) => !/\.(gz|br)$/.test(f)).map((f) => [f === 'index.html' ? '/' : `/${f}`, readFileSync(join(dir, f))]));
}

async function hostile(dir) {
  const headers = Object.fromEntries(readFileSync(join(dir, 'headers.txt'), 'utf8').trim().split('\n').map((l) => [l.slice(0, l.indexOf(':')), l.slice(l.indexOf(':') + 2)]));
  const self = { files: folder(dir), asked: [], change: new Map(), down: false };
  const server = createServer((req, res) => {
    const path = req.url.split('?')[0];
    self.asked.push(path);
    if (self.down) return req.socket.destroy();
    const body = self.change.get(path) ?? self.files.get(path);
    if (body === undefined) return res.writeHead(404, headers).end('no');
    res.writeHead(200, { ...headers, 'content-type': TYPES[path === '/' ? 'html' : path.split('.').pop()] ?? 'text/plain', 'cache-control': path === '/sw.js' ? 'public, max-age=31536000, immutable' : 'no-cache' });
    res.end(body);
  });
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  atEnd(() => server.close());
  self.url = `http://localhost:${server.address().port}`;
  return self;
}

const built = join(root, 'build/web');

async function suite(name, open) {
  const step = steps(`door_${name}`);
  let p, s;
  const title = () => p.eval(() => document.title);
  await step('installs_the_served_build', async () => {
    s = await hostile(built);
    p = await open();
    await p.goto(s.url);
    await p.find('field', 'Name');
    await until('active', () => p.eval(() => navigator.serviceWorker.ready.then((r) => r.active?.state === 'activated')));
    await until('controlled', () => p.eval(() => navigator.serviceWorker.controller !== null));
  });
  await step('a_changed_index_is_not_shown', async () => {
    s.change.set('/', Buffer.from('<!doctype html><title>hostile</title><h1>hostile</h1>'));
    s.asked.length = 0;
    await p.goto(s.url);
    await p.find('field', 'Name');
    if (s.asked.includes('/')) throw new Error('the index was asked for');
  });
  await step('navigations_anywhere_get_the_index', async () => {
    await p.goto(`${s.url}/attack`);
    await p.find('field', 'Name');
    if (s.asked.includes('/attack')) throw new Error('the server was asked for /attack');
  });
  await step('unknown_paths_are_404_from_here', async () => {
    const status = await p.eval(() => fetch('/evil.js').then((r) => r.status));
    if (status !== 404 || s.asked.includes('/evil.js')) throw new Error(`${status}`);
  });
  await step('the_same_headers_as_the_gateway', async () => {
    const csp = await p.eval(() => fetch('/icon.svg').then((r) => r.headers.get('content-security-policy')));
    const listed = readFileSync(join(built, 'headers.txt'), 'utf8').split('\n')[0].slice('Content-Security-Policy: '.length);
    if (csp.replace(' ws:', '') !== listed) throw new Error(csp);
  });
  await step('a_poisoned_store_is_not_served', async () => {
    await p.eval(async () => {
      const cache = await caches.open('sotto-files');
      for (const k of await cache.keys()) await cache.put(k, new Response('<h1>poison</h1>'));
    });
    s.change.clear(); // the true files are fetched again, since the kept ones do not hash
    await p.goto(s.url);
    await p.find('field', 'Name');
    await p.eval(async () => {
      const cache = await caches.open('sotto-files');
      for (const k of await cache.keys()) await cache.put(k, new Response('<h1>poison</h1>'));
    });
    for (const path of s.files.keys()) s.change.set(path, Buffer.from('<h1>hostile</h1>'));
    await p.page.goto(s.url).catch(() => undefined);
    await p.sees('Sotto cannot be shown');
    s.change.clear();
    await p.goto(s.url);
    await p.find('field', 'Name');
  });
  await step('five_faults_and_still_there', async () => {
    for (let i = 0; i < 5; i++) {
      s.down = true;
      await p.eval(async () => {
        const cache = await caches.open('sotto-files');
        for (const k of await cache.keys()) await cache.delete(k);
      });
      await p.page.goto(s.url).catch(() => undefined);
      await p.sees('Sotto cannot be shown');
      s.down = false;
    }
    await p.goto(s.url);
    await p.find('field', 'Name');
    const n = await p.eval(() => navigator.serviceWorker.getRegistrations().then((r) => r.length));
    if (n !== 1) throw new Error(`${n} registrations`);
  });
  await step('starts_without_a_network', async () => {
    s.down = true;
    await p.goto(s.url);
    await p.find('field', 'Name');
    s.down = false;
  });
  await step('a_broken_update_is_refused_and_told', async () => {
    const note = s.files.get('/release.txt').toString();
    s.change.set('/release.txt', Buffer.from(note.replace('version 0.1.0', 'version 0.1.1').replace(/file \/app\.[0-9a-f]+\.css \d+ \S+/, (l) => l.replace(/\S{43}$/, 'B'.repeat(43)))));
    await p.reload();
    await until('mismatch', () => p.eval(() => document.querySelector('.code-mark.mismatch') !== null));
    s.change.clear();
    await p.reload();
    await p.find('field', 'Name');
    await sleep(300);
  });
  await step('a_whole_update_waits_to_be_taken', async () => {
    const note = s.files.get('/release.txt').toString();
    s.change.set('/release.txt', Buffer.from(note.replace('version 0.1.0', 'version 0.1.1')));
    await p.reload();
    const staged = await until('staged', () => p.eval(async () => (await caches.open('sotto-notes')).keys().then((k) => k.some((r) => r.url.endsWith('/staged')))));
    if (!staged || (await title()) === 'hostile') throw new Error('not staged');
    const active = await p.eval(async () => (await (await (await caches.open('sotto-notes')).match('/.sotto/note/active')).text()).includes('version 0.1.0'));
    if (!active) throw new Error('the running build changed by itself');
  });
  if (step.broken()) {
    await p?.shot(`broken-door-${name}`).catch(() => undefined);
    if (p?.errors.length) console.log(`#   ${p.errors.slice(0, 3).join(' | ').slice(0, 400)}`);
  }
  return step.failed();
}

let failed = 0;
try {
  needs('build/web/index.html');
  failed += await suite('chromium', () => chromium('Chromium'));
  if (!process.argv.includes('--quick')) failed += await suite('firefox', () => firefox('Firefox'));
} finally {
  await endAll();
}
process.exitCode = failed ? 1 : 0;
