// The loader as it is built: the bundle runs in a made-up service worker, before a made-up gateway that serves signed
// and logged releases. Keys, notes and proofs are those of tests/vectors/sotto/release/forge.mjs.
import assert from 'node:assert/strict';
import { randomUUID, webcrypto } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { test } from 'node:test';
import { mangling, trustData } from '../../../web/loader-names.js';
import { parseTrust } from '../../../sw/verify/trust.ts';
import { base64url, checkpointText, leafHash, note, pathOf, proofText, rootOf, sha256, signed, signer } from '../../vectors/sotto/release/forge.mjs';

globalThis.crypto ??= webcrypto as Crypto; // Node 18

const NOW = 1_800_000_000;
const DAY = 86_400;
const LOADER_BYTES_MAX = 16_384;
const root = process.cwd();
const esbuild = createRequire(join(root, 'web/package.json'))('esbuild');

const m1 = signer('sotto.example/release/1');
const m2 = signer('sotto.example/release/2');
const m3 = signer('sotto.example/release/3');
const log = signer('sotto.example/log');
const witnesses = [1, 2, 3].map((i) => signer(`witness-${i}.example/w`, 4));
const TRUST = `sotto-trust/v1
line sotto.example/web
${[m1, m2, m3].map((m) => `release ${m.vkey}`).join('\n')}
threshold 2
log ${log.vkey} https://log.example/sotto
${witnesses.map((w, i) => `witness w${i} ${w.vkey} https://witness-${i}.example/monitor`).join('\n')}
group witnesses 2 w0 w1 w2
quorum witnesses
`;

/** As web/build.js does it. */
async function buildLoader(): Promise<string> {
  assert.match(readFileSync(join(root, 'web/build.js'), 'utf8'), /bundle\('sw\/sw\.ts', \{ TRUST: trustData\(await parsedTrust\(trust\)\) \}, 'iife', mangling\)/);
  const trust = await parseTrust(TRUST);
  assert.ok(trust);
  const made = await esbuild.build({ absWorkingDir: root, entryPoints: ['sw/sw.ts'], bundle: true, minify: true, write: false, format: 'iife', ...mangling, target: 'es2022', legalComments: 'none', charset: 'utf8', define: { TRUST: JSON.stringify(trustData(trust)) } });
  return made.outputFiles[0].text;
}
const loader = buildLoader();

type Body = string | Uint8Array | null;
interface Release {
  readonly seq: number;
  readonly text: string;
  readonly note: string;
  readonly files: ReadonlyMap<string, string>;
}
const hashOf = (s: string): string => base64url(sha256(s));
const LOADER = hashOf('the loader');

function release(seq: number, { before = null as Release | null, keys = [m1, m2], loaderHash = LOADER, line = 'sotto.example/web' } = {}): Release {
  const files = new Map([['/', `<!doctype html>${seq}`], [`/app.${seq}.js`, `app(${seq})`], [`/sotto-${seq}.html`, `whole ${seq}`]]);
  const types = ['text/html', 'text/javascript', 'text/html'];
  const list = Array.from(files, ([path, body], i) => `file ${path} ${body.length} ${hashOf(body)} ${types[i]}`).join('\n');
  const prev = seq === 1 ? '-' : before ? hashOf(before.text) : hashOf(`text ${seq - 1}`);
  const text = `sotto-release/v1\nline ${line}\nversion 0.${seq}.0\nseq ${seq}\nprev ${prev}\ncommit ${'c0ffee00'.repeat(5)}\ntoolchain ${'c0ffee00'.repeat(8)}\nloader ${loaderHash}\ncsp default-src 'none'; script-src 'sha256-${seq}'\n${list}\n`;
  return { seq, text, note: signed(text, ...keys), files };
}

function prove(r: Release, time: number, { size = 20, by = witnesses } = {}): string {
  const all = Array.from({ length: size }, (_, i) => leafHash(i === size - 1 ? r.note : `entry ${i}`));
  const head = checkpointText(log.name, size, rootOf(all));
  return proofText(size - 1, pathOf(size - 1, all), note(head, log.sign(head), ...by.map((w) => w.sign(head, time))));
}

/** What the gateway has, what the browser keeps, and what time it is. */
class World {
  readonly served = new Map<string, Body>();
  readonly kept = new Map<string, Map<string, Uint8Array>>();
  readonly asked: string[] = [];
  now = NOW;
  isOffline = false;
  /** What the gateway says of the time. */
  date = '';

  offer(r: Release, { recent = prove(r, this.now - 60), first = prove(r, this.now - 2 * DAY) as Body } = {}): void {
    this.served.set('/.well-known/sotto/release/latest', r.note);
    this.served.set(`/.well-known/sotto/proof/${r.seq}`, recent);
    this.served.set(`/.well-known/sotto/first/${r.seq}`, first);
    for (const [path, body] of r.files) this.served.set(path, body);
  }

  fetch = async (path: string): Promise<Response> => {
    this.asked.push(path);
    if (this.isOffline) throw new TypeError('no network');
    const body = this.served.get(path);
    const headers = { date: this.date };
    return body === undefined || body === null ? new Response('no', { status: 404, headers }) : new Response(body as BodyInit, { headers });
  };

  caches = {
    open: async (name: string) => {
      const cache = this.kept.get(name) ?? new Map<string, Uint8Array>();
      this.kept.set(name, cache);
      return {
        match: async (key: string) => (cache.has(key) ? new Response(cache.get(key) as BodyInit) : undefined),
        put: async (key: string, r: Response) => void cache.set(key, new Uint8Array(await r.arrayBuffer())),
        delete: async (key: string | { url: string }) => cache.delete(typeof key === 'string' ? key : new URL(key.url).pathname),
        keys: async () => Array.from(cache.keys(), (key) => ({ url: `https://app.example${key}` })),
      };
    },
  };

  /** The text in a slot, as it is kept. */
  slot(name: string): string {
    return Buffer.from(this.kept.get('sotto-notes')?.get(`/.sotto/${name}`) ?? []).toString();
  }
  keep(cache: string, key: string, body: string): void {
    const kept = this.kept.get(cache) ?? new Map();
    this.kept.set(cache, kept.set(`/.sotto/${key}`, Buffer.from(body)));
  }
}

type Told = Record<string, any>;

/** A window as the browser shows it to the worker. */
class Window {
  readonly type = 'window';
  readonly url: string;
  readonly told: Told[] = [];
  readonly ports: MessagePort[] = [];
  navigated = 0;
  constructor(readonly id: string, readonly frameType = 'top-level', readonly isControlled = true) {
    this.url = `https://app.example/#${id}`;
  }
  postMessage(m: Told, ports: MessagePort[] = []): void {
    this.told.push(JSON.parse(JSON.stringify(m)));
    this.ports.push(...ports);
  }
  async navigate(url: string): Promise<void> {
    assert.equal(url, this.url);
    this.navigated++;
  }
}

const CHROMIUM = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36';
const FIREFOX = 'Mozilla/5.0 (X11; Linux x86_64; rv:153.0) Gecko/20100101 Firefox/153.0';
const SAFARI = (v: string): string => `Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/${v} Safari/605.1.15`;

/** The loader, started anew over what is kept. */
class Worker {
  readonly listeners = new Map<string, (e: unknown) => void>();
  readonly page = new Window('page');
  windows: Window[] = [this.page];
  claims = 0;
  preloads = 0;
  readonly registration = {
    active: null as object | null,
    addEventListener: (name: string, f: () => void) => void this.listeners.set(name, f),
    navigationPreload: { disable: async () => void this.preloads++ },
  };
  get told(): Told[] {
    return this.page.told;
  }

  static async start(world: World, userAgent = CHROMIUM): Promise<Worker> {
    const worker = new Worker();
    const matchAll = async ({ includeUncontrolled = false } = {}): Promise<Window[]> => worker.windows.filter((w) => includeUncontrolled || w.isControlled);
    const clients = { matchAll, claim: async () => void worker.claims++ };
    const self = { addEventListener: (name: string, f: (e: unknown) => void) => worker.listeners.set(name, f), registration: worker.registration, clients, location: { origin: 'https://app.example' }, skipWaiting: async () => assert.fail('it takes the place of nobody') };
    class Time extends Date {
      static override now(): number {
        return world.now * 1000;
      }
    }
    const unref = (f: () => void, ms: number): unknown => setTimeout(f, ms).unref();
    new Function('self', 'caches', 'fetch', 'Date', 'setTimeout', 'location', 'navigator', 'WindowClient', await loader)(self, world.caches, world.fetch, Time, unref, self.location, { userAgent, ...(/Chrome/.test(userAgent) && { userAgentData: {} }) }, Window);
    return worker;
  }

  private async run(name: string, fields: object = {}): Promise<unknown> {
    let work: unknown = null;
    this.listeners.get(name)?.({ ...fields, waitUntil: (p: unknown) => void (work = p), respondWith: (p: unknown) => void (work = p) });
    return await work;
  }
  async install(): Promise<boolean> {
    try {
      await this.run('install');
      this.registration.active = {};
      return true;
    } catch {
      return false;
    }
  }
  async get(path: string, mode = 'no-cors', method = 'GET', resultingClientId = mode === 'navigate' ? randomUUID() : ''): Promise<Response> {
    const url = `https://app.example${path}`;
    const got = (await this.run('fetch', { request: { url, mode, method }, resultingClientId })) as Response;
    // As a browser does: the redirect goes on for the same client.
    return got.status === 302 && got.headers.get('location') === url ? this.get(path, mode, method, resultingClientId) : got;
  }
  /** One step of a navigation, redirects not followed. */
  async step(resultingClientId: string): Promise<Response> {
    return (await this.run('fetch', { request: { url: 'https://app.example/?x', mode: 'navigate', method: 'GET' }, resultingClientId })) as Response;
  }
  async text(path: string, mode = 'navigate'): Promise<string> {
    return await (await this.get(path, mode)).text();
  }
  /** The news that follow a message. */
  async say(data: object, source: unknown = this.page): Promise<Told> {
    await this.run('message', { data, source });
    return this.news();
  }
  async activate(): Promise<void> {
    await this.run('activate');
  }
  news(): Told {
    return this.told.filter((m) => m['t'] === 'release').at(-1) ?? {};
  }
}

async function installed(r: Release): Promise<[World, Worker]> {
  const world = new World();
  world.offer(r);
  const worker = await Worker.start(world);
  assert.equal(await worker.install(), true);
  world.asked.length = 0;
  return [world, worker];
}

const r30 = release(30);
const r31 = release(31, { before: r30 });
const r32 = release(32, { before: r31 });

test('the loader is one file without imports, at most 16,384 bytes', async () => {
  const code = await loader;
  assert.ok(Buffer.byteLength(code) <= LOADER_BYTES_MAX, `${Buffer.byteLength(code)} bytes`);
  assert.doesNotMatch(code, /\bimport\b|importScripts|\brequire\b|\beval\b|\bexport\b/);
  for (const key of [m1, m2, m3, log, ...witnesses]) assert.ok(code.includes(key.raw.toString('base64')));
});

test('a release is installed, and served with its policy from what was hashed', async () => {
  const [world, worker] = await installed(r31);
  world.isOffline = true;
  for (const path of ['/', '/any/other/path?x#y']) assert.equal(await worker.text(path), '<!doctype html>31');
  const index = await worker.get('/', 'navigate');
  assert.equal(index.status, 200);
  assert.equal(index.headers.get('content-security-policy'), "default-src 'none'; script-src 'sha256-31'");
  assert.equal(index.headers.get('content-type'), 'text/html; charset=utf-8');
  assert.equal(index.headers.get('integrity-policy'), 'blocked-destinations=(script)');
  assert.equal(await worker.text('/app.31.js', 'cors'), 'app(31)');
  assert.equal((await worker.get('/attack')).status, 404);
  assert.equal((await worker.get('/', 'navigate', 'POST')).status, 405);
  assert.deepEqual(world.asked, []);
});

test('a whole page is fetched when asked for, and only to be saved', async () => {
  const [world, worker] = await installed(r31);
  const whole = await worker.get('/sotto-31.html');
  assert.equal(await whole.text(), 'whole 31');
  assert.match(whole.headers.get('content-disposition') ?? '', /^attachment; filename="sotto-31.html"$/);
  world.served.set('/sotto-31.html', 'hostile ');
  assert.equal((await worker.get('/sotto-31.html')).status, 503);
});

test('nothing is installed that is not signed, logged, witnessed and whole', async () => {
  const rows: [string, (w: World) => void][] = [
    ['threshold', (w) => w.offer(release(31, { keys: [m1] }))],
    ['threshold', (w) => w.offer(release(31, { keys: [m1, signer('stranger')] }))],
    ['line', (w) => w.offer(release(31, { line: 'sotto.example/other' }))],
    ['note-format', (w) => w.served.set('/.well-known/sotto/release/latest', `${r31.note}\n`)],
    ['note-format', (w) => w.served.set('/.well-known/sotto/release/latest', new Uint8Array([0xff, 0xfe]))],
    ['release-signature', (w) => w.served.set('/.well-known/sotto/release/latest', note(r31.text, m1.sign(r31.text), m2.lie(r31.text)))],
    ['proof-format', (w) => w.served.set('/.well-known/sotto/proof/31', null)],
    ['proof-format', (w) => w.served.set('/.well-known/sotto/first/31', new Uint8Array([0xff]))],
    ['inclusion', (w) => w.offer(r31, { recent: prove(r30, NOW - 60) })],
    ['quorum', (w) => w.offer(r31, { recent: prove(r31, NOW - 60, { by: witnesses.slice(0, 1) }) })],
    ['future', (w) => w.offer(r31, { recent: prove(r31, NOW + 400) })],
    ['stale', (w) => w.offer(r31, { recent: prove(r31, NOW - 15 * DAY) })],
    ['cooling', (w) => w.offer(r31, { first: prove(r31, NOW - 100) })],
    ['cooling', (w) => w.offer(r31, { first: null })],
    ['file', (w) => w.served.set('/app.31.js', 'app(66)')],
    ['file', (w) => w.served.set('/', '<!doctype html>31 and more')],
    ['file', (w) => w.served.set('/app.31.js', null)],
    ['network', (w) => void (w.isOffline = true)],
    ['network', (w) => w.served.set('/.well-known/sotto/release/latest', null)],
  ];
  for (const [i, [code, change]] of rows.entries()) {
    const world = new World();
    world.offer(r31);
    change(world);
    const worker = await Worker.start(world);
    assert.equal(await worker.install(), false, `row ${i}`);
    assert.equal(worker.news()['trouble']?.code, code, `row ${i}`);
    assert.equal(world.slot('active'), '');
    world.isOffline = true;
    assert.equal((await worker.get('/', 'navigate')).status, 503);
  }
});

test('a damaged file is fetched again, and never shown', async () => {
  const [world, worker] = await installed(r31);
  const files = world.kept.get('sotto-files');
  assert.equal(files?.size, 2);
  for (const key of files?.keys() ?? []) files?.set(key, Buffer.from('hostile'));
  assert.equal(await worker.text('/app.31.js', 'cors'), 'app(31)');
  world.served.set('/', 'hostile');
  const torn = await worker.get('/', 'navigate');
  assert.equal(torn.status, 503);
  assert.doesNotMatch(await torn.text(), /hostile/);
  assert.equal(torn.headers.get('content-security-policy'), "default-src 'none'; sandbox");
});

test('what others wrote into the slots is verified before it counts', async () => {
  for (const body of ['', 'null', '{}', '[1]', '"x"', JSON.stringify({ note: note(r32.text, m1.lie(r32.text)), recent: prove(r32, NOW), first: '' })]) {
    const [world] = await installed(r31);
    world.keep('sotto-notes', 'active', body);
    world.isOffline = true;
    assert.equal((await (await Worker.start(world)).get('/', 'navigate')).status, 503);
    world.isOffline = false;
    assert.equal(await (await Worker.start(world)).text('/'), '<!doctype html>31', body);
  }
  // A signed note without a proof runs nothing, and what is older than it is a rollback still.
  const [world] = await installed(r31);
  world.keep('sotto-notes', 'active', JSON.stringify({ note: r32.note, recent: '', first: '' }));
  assert.equal((await (await Worker.start(world)).get('/', 'navigate')).status, 503);
});

test('a newer release is staged, and runs when the person says so', async () => {
  const [world, worker] = await installed(r31);
  world.offer(r32);
  const news = await worker.say({ t: 'check' });
  assert.equal(news['trouble'], null);
  assert.equal(news['active'].seq, 31);
  assert.equal(news['staged'].seq, 32);
  assert.equal(news['staged'].witnesses, 3);
  assert.equal(news['staged'].index, 19);
  assert.equal(await worker.text('/'), '<!doctype html>31');
  assert.equal((await worker.say({ t: 'switch', seq: 33 }))['active'].seq, 31);
  const after = await worker.say({ t: 'switch', seq: 32 });
  assert.equal(after['active'].seq, 32);
  assert.equal(after['staged'], null);
  assert.ok(worker.told.some((m) => m['t'] === 'switched' && m['seq'] === 32));
  world.isOffline = true;
  for (const again of [worker, await Worker.start(world)]) {
    assert.equal(await again.text('/'), '<!doctype html>32');
    assert.equal(await again.text('/app.32.js', 'cors'), 'app(32)');
  }
  assert.equal(JSON.parse(world.slot('previous')).note, r31.note);
});

test('a release that is refused changes nothing, and is told with both numbers', async () => {
  const rows: [string, number, (w: World) => void][] = [
    ['rollback', 30, (w) => w.offer(r30)],
    ['equivocation', 31, (w) => w.offer(release(31))],
    ['previous', 32, (w) => w.offer(release(32))],
    ['loader', 32, (w) => w.offer(release(32, { before: r31, loaderHash: hashOf('another') }))],
    ['threshold', 32, (w) => w.offer(release(32, { before: r31, keys: [m3] }))],
    ['file', 32, (w) => { w.offer(r32); w.served.set('/app.32.js', 'app(3!)'); }],
    ['stale', 32, (w) => w.offer(r32, { recent: prove(r32, NOW - 15 * DAY) })],
  ];
  for (const [code, seq, change] of rows) {
    const [world, worker] = await installed(r31);
    const before = world.slot('active');
    change(world);
    const news = await worker.say({ t: 'check' });
    assert.equal(news['trouble'].code, code);
    assert.deepEqual(news['trouble'].seqs, [31, seq], code);
    assert.equal(news['staged'], null);
    assert.equal(world.slot('active'), before);
    assert.equal(await worker.text('/'), '<!doctype html>31');
    world.offer(r31);
    assert.equal((await worker.say({ t: 'check' }))['trouble'], null, 'all is well again');
  }
});

test('a file that changed on its way is named', async () => {
  const [world, worker] = await installed(r31);
  world.offer(r32);
  world.served.set('/app.32.js', 'app(3!)');
  assert.equal((await worker.say({ t: 'check' }))['trouble'].path, '/app.32.js');
});

test('the first day in the log is waited for, unless all maintainers signed', async () => {
  const [world, worker] = await installed(r31);
  world.offer(r32, { first: prove(r32, NOW - 3600) });
  const news = await worker.say({ t: 'check' });
  assert.deepEqual(news['pending'], { version: '0.32.0', seq: 32, readyAt: NOW - 3600 + DAY });
  assert.equal(news['staged'], null);
  assert.equal((await worker.say({ t: 'switch', seq: 32 }))['active'].seq, 31);
  world.now = NOW + DAY - 3600;
  world.offer(r32, { first: prove(r32, NOW - 3600) });
  assert.equal((await worker.say({ t: 'check' }))['staged'].seq, 32);
  const all = release(32, { before: r31, keys: [m1, m2, m3] });
  const [other, second] = await installed(r31);
  other.offer(all, { first: null });
  assert.equal((await second.say({ t: 'check' }))['staged'].seq, 32);
});

test('another loader is taken when the person agrees to exactly that one', async () => {
  const [world, worker] = await installed(r31);
  world.offer(release(32, { before: r31, loaderHash: hashOf('another') }));
  assert.equal((await worker.say({ t: 'check', loader: hashOf('a third') }))['trouble'].code, 'loader');
  const news = await worker.say({ t: 'check', loader: hashOf('another') });
  assert.equal(news['trouble'], null);
  assert.equal(news['staged'].seq, 32);
  assert.equal((await worker.say({ t: 'switch', seq: 32 }))['active'].seq, 32);
});

test('only windows are heard that are controlled and top-level: another loader is not agreed to for anybody else', async () => {
  const [world, worker] = await installed(r31);
  world.offer(release(32, { before: r31, loaderHash: hashOf('another') }));
  const strangers = [new Window('loose', 'top-level', false), new Window('frame', 'nested'), new Window('gone'), { id: worker.page.id, type: 'worker' }, null, {}];
  worker.windows = [worker.page, strangers[0] as Window, strangers[1] as Window];
  assert.equal((await worker.say({ t: 'check' }))['trouble'].code, 'loader');
  for (const source of strangers) {
    const asked = world.asked.length;
    await worker.say({ t: 'check', loader: hashOf('another') }, source);
    await worker.say({ t: 'switch', seq: 32 }, source);
    await worker.say({ t: 'meet' }, source);
    assert.equal(world.asked.length, asked, 'nothing is done for it');
  }
  assert.equal(worker.page.ports.length, 0);
  assert.equal((await worker.say({ t: 'check' }))['trouble'].code, 'loader');
});

test('ports join each two windows that it has served, and nobody else', async () => {
  const [, worker] = await installed(r31);
  const [second, third] = [new Window('second'), new Window('third')];
  const others = [new Window('loose', 'top-level', false), new Window('frame', 'nested')];
  worker.windows = [worker.page, second, third, ...others];
  await worker.say({ t: 'meet' }, second);
  assert.deepEqual([worker.page, second, third, ...others].map((w) => w.ports.length), [1, 2, 1, 0, 0]);
  assert.deepEqual(third.told, [{ t: 'meet', tap: false }]);
  const heard = new Promise((done) => third.ports[0]?.addEventListener('message', (e) => done((e as MessageEvent).data)));
  third.ports[0]?.start();
  second.ports[1]?.postMessage('hello');
  assert.equal(await heard, 'hello');
  for (const port of [...worker.page.ports, ...second.ports, ...third.ports]) port.close();
});

test('where openers are cut each navigation goes through a redirect without a policy, so that none is like the one before', async () => {
  const world = new World();
  world.offer(r31);
  await (await Worker.start(world)).install();
  const worker = await Worker.start(world);
  for (const id of ['one', 'two', 'one']) {
    const first = await worker.step(id);
    assert.deepEqual([first.status, first.headers.get('location'), first.headers.get('cross-origin-opener-policy')], [302, 'https://app.example/?x', null]);
    if (id === 'two') continue;
    const second = await worker.step(id);
    assert.deepEqual([second.status, second.headers.get('cross-origin-opener-policy')], [200, 'noopener-allow-popups']);
  }
  assert.equal((await worker.step('two')).status, 200);
  for (const agent of [FIREFOX, SAFARI('26.0')]) assert.equal((await (await Worker.start(world, agent)).step('one')).status, 200, agent);
});

test('openers are cut by version, and where they are not a window that has one gets nothing', async () => {
  const world = new World();
  world.offer(r31);
  await (await Worker.start(world)).install();
  const policy = async (agent: string): Promise<string | null> => (await (await Worker.start(world, agent)).get('/', 'navigate')).headers.get('cross-origin-opener-policy');
  for (const agent of [CHROMIUM, SAFARI('18.4'), SAFARI('26.0')]) assert.equal(await policy(agent), 'noopener-allow-popups', agent);
  for (const agent of [FIREFOX, SAFARI('18.3'), CHROMIUM.replace('156', '130'), '', 'Chrome/999']) assert.equal(await policy(agent), 'same-origin', agent);
  for (const [agent, isHeard] of [[CHROMIUM, true], [FIREFOX, false]] as const) {
    const worker = await Worker.start(world, agent);
    const popup = new Window('popup', 'auxiliary');
    worker.windows = [worker.page, popup];
    await worker.say({ t: 'meet' }, popup);
    await worker.say({ t: 'state' }, popup);
    assert.equal(popup.ports.length, isHeard ? 1 : 0, agent);
    assert.equal(popup.told.some((m) => m['t'] === 'opened'), !isHeard, agent);
    await worker.say({ t: 'meet' });
    assert.equal(worker.page.ports.length, isHeard ? 2 : 0, agent);
    worker.windows = [worker.page, new Window('second')];
    await worker.say({ t: 'meet' });
    assert.equal(worker.told.findLast((m) => m['t'] === 'meet')?.['tap'], !isHeard, agent);
    for (const port of [...worker.page.ports, ...popup.ports, ...(worker.windows[1]?.ports ?? [])]) port.close();
  }
});

test('it never claims; what it finds at its activation is led here anew; preloads are off from each start', async () => {
  const [, worker] = await installed(r31);
  const loose = new Window('loose', 'top-level', false);
  worker.windows = [worker.page, loose];
  await worker.activate();
  assert.deepEqual([worker.page.navigated, loose.navigated, worker.claims], [1, 0, 0]);
  assert.equal(worker.preloads, 1);
});

test('while the newest release waits its day the one before it is installed, by its hash', async () => {
  const young = (w: World, r: Release): void => w.offer(r, { first: prove(r, NOW - 3600) });
  const before = (w: World, r: Release): void => {
    w.served.set(`/.well-known/sotto/release/${r.seq}`, r.note);
    w.served.set(`/.well-known/sotto/proof/${r.seq}`, prove(r, NOW - 7200));
    w.served.set(`/.well-known/sotto/first/${r.seq}`, prove(r, NOW - 3 * DAY));
    for (const [path, body] of r.files) w.served.set(path, body);
  };
  const world = new World();
  young(world, r32);
  before(world, r31);
  const worker = await Worker.start(world);
  assert.equal(await worker.install(), true);
  assert.equal(await worker.text('/'), '<!doctype html>31');
  const news = await worker.say({ t: 'check' });
  assert.deepEqual([news['pending'].seq, news['trouble'], news['staged']], [32, null, null]);
  world.now = NOW + DAY;
  world.offer(r32, { first: prove(r32, NOW - 3600) });
  assert.equal((await worker.say({ t: 'check' }))['staged'].seq, 32);
  // Not one that is no predecessor of it, nor one that is older than what ran here, nor a rotten one.
  for (const other of [release(31), release(30), release(31, { keys: [m1] })]) {
    const w = new World();
    young(w, r32);
    before(w, { ...other, seq: 31 });
    const fresh = await Worker.start(w);
    assert.equal(await fresh.install(), false);
    assert.equal(fresh.news()['trouble'].code, 'cooling');
  }
});

test('a proof in a log that goes on holds nothing back', async () => {
  const [world, worker] = await installed(r31);
  const all = Array.from({ length: 21 }, (_, i) => leafHash(i === 19 ? r31.note : `entry ${i}`));
  const head = checkpointText(log.name, 21, rootOf(all));
  world.offer(r31, { recent: proofText(19, pathOf(19, all), note(head, log.sign(head), ...witnesses.map((w) => w.sign(head, NOW - 5)))) });
  const news = await worker.say({ t: 'check' });
  assert.deepEqual([news['trouble'].code, news['active'].seq], ['newest', 31]);
});

test('a number has one text from first sight on, whether it may run yet or not', async () => {
  const [world, worker] = await installed(r31);
  const other = release(32, { before: r31, keys: [m2, m3] });
  const twin = { ...other, text: other.text.replace('version 0.32.0', 'version 0.32.1') };
  const second = { ...twin, note: signed(twin.text, m1, m2) };
  world.offer(r32, { first: prove(r32, NOW - 3600) });
  assert.equal((await worker.say({ t: 'check' }))['pending'].seq, 32);
  world.offer(second);
  const news = await worker.say({ t: 'check' });
  assert.deepEqual([news['trouble'].code, news['staged']], ['equivocation', null]);
  // Also after the worker has ended; and what others write there is verified.
  assert.equal((await (await Worker.start(world)).say({ t: 'check' }))['trouble'].code, 'equivocation');
  world.keep('sotto-notes', 'seen', JSON.stringify({ note: note(release(99).text, m1.lie(release(99).text)) }));
  world.offer(r32);
  assert.equal((await worker.say({ t: 'check' }))['staged'].seq, 32);
});

test('a wrong clock is called one, if the gateway tells another time', async () => {
  for (const [off, code] of [[-600, 'future'], [20 * DAY, 'stale'], [-365 * DAY, 'future']] as const) {
    for (const says of [true, false]) {
      const world = new World();
      world.offer(r31);
      world.now = NOW + off;
      world.date = says ? new Date(NOW * 1000).toUTCString() : new Date(world.now * 1000).toUTCString();
      const worker = await Worker.start(world);
      assert.equal(await worker.install(), false);
      assert.equal(worker.news()['trouble'].code, says ? 'clock' : code, String(off));
    }
  }
  const [world, worker] = await installed(r31);
  world.now = NOW + 20 * DAY;
  world.date = new Date(NOW * 1000).toUTCString();
  assert.equal((await worker.say({ t: 'check' }))['trouble'].code, 'clock');
  world.date = new Date(world.now * 1000).toUTCString();
  assert.equal((await worker.say({ t: 'check' }))['trouble'], null, 'what runs may go stale');
});

test('a larger log at a witness means that something is withheld', async () => {
  const origin = sha256(log.name).toString('hex');
  const [world, worker] = await installed(r31);
  const at = `https://witness-1.example/monitor/${origin}/checkpoint`;
  const head = checkpointText(log.name, 21, sha256('x'));
  world.served.set(at, note(head, log.sign(head), witnesses[1]?.sign(head, NOW) ?? ''));
  assert.equal((await worker.say({ t: 'check' }))['trouble'].code, 'withheld');
  // Not one of another size, log or witness.
  const same = checkpointText(log.name, 20, sha256('x'));
  for (const text of [note(same, log.sign(same), witnesses[1]?.sign(same, NOW) ?? ''), note(head, log.sign(head)), note(head, witnesses[1]?.sign(head, NOW) ?? ''), note(head, log.sign(head), witnesses[1]?.lie(head, NOW) ?? ''), 'nonsense']) {
    world.served.set(at, text);
    assert.equal((await worker.say({ t: 'check' }))['trouble'], null);
  }
});

test('with nothing whole left, nothing older than what ran here is taken', async () => {
  const [world] = await installed(r31);
  world.keep('sotto-notes', 'active', JSON.stringify({ note: r31.note, recent: 'damaged', first: '' }));
  world.offer(r30);
  const worker = await Worker.start(world);
  assert.equal((await worker.get('/', 'navigate')).status, 503);
  const news = await worker.say({ t: 'state' });
  assert.deepEqual([news['trouble'].code, news['trouble'].seqs], ['rollback', [31, 30]]);
  world.offer(r31);
  assert.equal(await worker.text('/'), '<!doctype html>31');
});

test('another loader that installs itself is an alarm, and is remembered', async () => {
  const [world, worker] = await installed(r31);
  worker.listeners.get('updatefound')?.({});
  await new Promise((done) => setTimeout(done, 20));
  assert.ok(worker.told.some((m) => m['t'] === 'alarm' && m['code'] === 'loader-update'));
  assert.equal((await worker.say({ t: 'check' }))['trouble'].code, 'loader-update');
  assert.match(world.slot('trouble'), /loader-update/);
});

test('the configuration is data from the network, small, and not kept', async () => {
  const [world, worker] = await installed(r31);
  assert.equal((await worker.get('/config.json')).status, 404);
  world.served.set('/config.json', '{}');
  const config = await worker.get('/config.json');
  assert.deepEqual([config.status, await config.text(), config.headers.get('content-security-policy')], [200, '{}', "default-src 'none'; sandbox"]);
  world.served.set('/config.json', ' '.repeat(4097));
  assert.equal((await worker.get('/config.json')).status, 404);
  world.isOffline = true;
  assert.equal((await worker.get('/config.json')).status, 503);
});

test('storage that fails is answered, never passed on', async () => {
  const [world] = await installed(r31);
  world.caches.open = async () => {
    throw new Error('damaged');
  };
  for (let i = 0; i < 5; i++) assert.equal((await (await Worker.start(world)).get('/', 'navigate')).status, 503);
});
