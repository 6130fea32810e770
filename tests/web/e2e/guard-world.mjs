// A world for Guard: keys, a log, a small signed app, and a server that can be told to lie. Loopback only.
import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { createServer } from 'node:http';

const sha = (...parts) => createHash('sha256').update(Buffer.concat(parts.map((p) => Buffer.from(p)))).digest();
const url64 = (bytes) => sha(bytes).toString('base64url');
export const b64 = (bytes) => sha(bytes).toString('base64');

/** An Ed25519 key with its vkey and the line it signs a text with (C2SP signed-note). */
function key(name) {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const raw = Buffer.concat([Buffer.from([1]), publicKey.export({ format: 'der', type: 'spki' }).subarray(-32)]);
  const id = sha(`${name}\n`, raw).subarray(0, 4);
  return {
    vkey: `${name}+${id.toString('hex')}+${raw.toString('base64')}`,
    line: (text) => `\u2014 ${name} ${Buffer.concat([id, sign(null, Buffer.from(text), privateKey)]).toString('base64')}\n`,
  };
}

const leaf = (entry) => sha([0], entry);
const node = (a, b) => sha([1], a, b);
const split = (n) => 2 ** Math.ceil(Math.log2(n) - 1);

function root(leaves) {
  if (leaves.length === 1) return leaves[0];
  const k = split(leaves.length);
  return node(root(leaves.slice(0, k)), root(leaves.slice(k)));
}
function path(i, leaves) {
  if (leaves.length === 1) return [];
  const k = split(leaves.length);
  return i < k ? [...path(i, leaves.slice(0, k)), root(leaves.slice(k))] : [...path(i - k, leaves.slice(k)), root(leaves.slice(0, k))];
}

// The page tries a served worker, then one of its own bytes; it registers its service worker where it may.
const APP = (worker, version) => `
const policy = trustedTypes?.createPolicy ? trustedTypes.createPolicy('sotto-url', { createScriptURL: (s) => s }) : { createScriptURL: (s) => s };
const d = document.documentElement.dataset;
document.title = 'honest ${version}';
d.runs = '${version}';
function tryWorker(url, kind) {
  return new Promise((done, fail) => {
    try {
      const w = new Worker(policy.createScriptURL(url));
      w.onmessage = (e) => { d.worker = kind + ' ' + e.data; done(); };
      w.onerror = () => fail(new Error('refused'));
    } catch (e) { fail(e); }
  });
}
tryWorker('/worker.js', 'self').catch(async () => {
  const bytes = await (await fetch('/worker.js', { integrity: 'sha256-${worker}' })).blob();
  await tryWorker(URL.createObjectURL(new Blob([bytes], { type: 'text/javascript' })), 'blob');
}).catch(() => { d.worker = 'none'; });
navigator.serviceWorker?.register(policy.createScriptURL('/sw.js')).then(() => { d.sw = 'yes'; }, () => { d.sw = 'refused'; });
`;
const SW = `
self.addEventListener('install', () => self.skipWaiting());
self.addEventListener('activate', (e) => e.waitUntil(self.clients.claim()));
`;

const types = { '/': 'text/html', css: 'text/css', js: 'text/javascript' };

/** As Sotto's own: every answer comes from what was stored at installation. */
export const STORING_SW = `
const FILES = ['/', '/app.css', '/app.js', '/worker.js'];
self.addEventListener('install', (e) => e.waitUntil(caches.open('s').then((c) => c.addAll(FILES)).then(() => self.skipWaiting())));
self.addEventListener('activate', (e) => e.waitUntil(self.clients.claim()));
self.addEventListener('fetch', (e) => e.respondWith(caches.match(new URL(e.request.url).pathname).then((r) => r ?? new Response('none', { status: 404 }))));
`;

/** Honest files of one version. */
export function appFiles(version, loader = SW) {
  const worker = `postMessage('works ${version}');\n`;
  const css = 'body { color: rgb(1, 2, 3); }\n';
  const app = APP(b64(worker), version);
  const index = `<!doctype html><html><head><meta charset="utf-8"><title>empty</title>
<link rel="stylesheet" href="/app.css" integrity="sha256-${b64(css)}" crossorigin>
<script type="module" src="/app.js" integrity="sha256-${b64(app)}" crossorigin></script></head><body></body></html>\n`;
  const csp = [
    "default-src 'none'", `script-src 'sha256-${b64(app)}' 'wasm-unsafe-eval'`, "worker-src 'self'", "style-src 'self'", "img-src 'self' blob: data:",
    "connect-src 'self' ws:", "frame-src 'none'", "object-src 'none'", "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'",
    "require-trusted-types-for 'script'", 'trusted-types sotto-url',
  ].join('; ');
  return { files: new Map(Object.entries({ '/': index, '/app.css': css, '/app.js': app, '/worker.js': worker })), loader, csp, version };
}

/** `signers`: how many of the two release keys sign. The threshold is one; all of them skip the cooling period. */
export function makeWorld({ url = '' } = {}) {
  const keys = [key('local/guard-test/a'), key('local/guard-test/b')];
  const log = key('local/guard-test/log');
  const stranger = key('local/guard-test/stranger');
  const trust = ['sotto-trust/v1', 'line local/guard-test', ...keys.map((k) => `release ${k.vkey}`), 'threshold 1', `log ${log.vkey}${url ? ` ${url}` : ''}`, 'quorum none', ''].join('\n');
  const entries = [];
  const checkpoint = (top = null, size = entries.length) => {
    const text = `local/guard-test/log\n${size}\n${(top ?? root(entries.slice(0, size).map(leaf))).toString('base64')}\n`;
    return `${text}\n${log.line(text)}`;
  };
  return {
    trust,
    checkpoint,
    /** Another history of the same size, signed by the same log. */
    forked: (size) => checkpoint(sha('another history'), size),
    release({ seq, app = appFiles(`0.${seq}.0`), after = null, signers = 2, unsigned = false }) {
      const file = ([p, bytes]) => `file ${p} ${Buffer.byteLength(bytes)} ${url64(bytes)} ${types[p] ?? types[p.split('.').pop()]}`;
      const list = [...app.files].sort(([a], [b]) => (a < b ? -1 : 1)).map(file);
      const text = `${['sotto-release/v1', 'line local/guard-test', `version ${app.version}`, `seq ${seq}`, `prev ${after?.hash ?? '-'}`, `commit ${'0'.repeat(40)}`, `toolchain ${'0'.repeat(64)}`, `loader ${url64(app.loader)}`, `csp ${app.csp}`, ...list].join('\n')}\n`;
      const by = unsigned ? [stranger] : keys.slice(0, signers);
      const note = `${text}\n${by.map((k) => k.line(text)).join('')}`;
      const index = entries.push(Buffer.from(note)) - 1;
      // Of when it was the newest entry: later ones are of other cases.
      const proof = () => `c2sp.org/tlog-proof@v1\nindex ${index}\n${path(index, entries.slice(0, index + 1).map(leaf)).map((h) => `${h.toString('base64')}\n`).join('')}\n${checkpoint(null, index + 1)}`;
      return { seq, app, note, hash: url64(text), size: index + 1, proof: proof(), proofNow: proof };
    },
  };
}

/**
 * `serve(release)` is honest; `lies` is a map of path to an answer { body, type, headers, status } that wins, or a
 * function of the request that gives one or nothing. Every request is in `seen`, what reached `/sink` in particular.
 */
export async function hostileServer() {
  const state = { release: null, lies: new Map(), headers: {}, seen: [], down: false, checkpoint: null };
  const server = createServer((q, r) => {
    const where = new URL(q.url, 'http://localhost');
    state.seen.push({ path: where.pathname, url: q.url, dest: q.headers['sec-fetch-dest'] ?? '', sw: q.headers['service-worker'] ?? '' });
    if (state.down) return r.destroy();
    const lie = state.lies.get(where.pathname);
    const told = typeof lie === 'function' ? lie(q) : lie;
    const found = told ?? honest(state, where.pathname);
    r.writeHead(found.status ?? 200, { 'content-type': found.type ?? 'text/plain', 'cache-control': 'no-store', ...state.headers, ...found.headers });
    r.end(found.body);
  });
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address();
  const closeAll = () => new Promise((done) => { server.close(done); server.closeAllConnections(); });
  const clear = () => Object.assign(state, { lies: new Map(), headers: {}, down: false });
  return Object.assign(state, { port, origin: `http://localhost:${port}`, other: `http://127.0.0.1:${port}`, close: closeAll, clear, asked: (p) => state.seen.filter((s) => s.path === p).length });
}

function honest({ release, checkpoint }, p) {
  if (p === '/log/checkpoint' && checkpoint) return { body: checkpoint() };
  if (!release) return { status: 404, body: 'nothing' };
  const csp = { 'content-security-policy': release.app.csp };
  if (p === '/.well-known/sotto/release/latest') return { body: release.note };
  if (p === `/.well-known/sotto/proof/${release.seq}` || p === `/.well-known/sotto/first/${release.seq}`) return { body: release.proof };
  if (p === '/sw.js') return { body: release.app.loader, type: 'text/javascript', headers: csp };
  const body = release.app.files.get(p);
  return body === undefined ? { status: 404, body: 'not here', headers: csp } : { body, type: types[p] ?? types[p.split('.').pop()], headers: csp };
}

/** Everything that could run, load or leave in a page, each with a mark or a request of its own. */
const hostilePage = (pinned) => `<!doctype html><html><head><title>hostile</title>
<script>document.documentElement.dataset.marks = 'inline'; fetch('/sink?inline')</script>
<script src="/evil.js"></script><script type="module" src="/evil.js"></script><script src="/app.js" integrity="sha256-${pinned}" crossorigin></script>
<script src="data:text/javascript,document.documentElement.dataset.marks='data'"></script>
<style>body { background: url(/sink?style) }</style><link rel="stylesheet" href="/evil.css"><link rel="modulepreload" href="/sink?preload">
<script type="speculationrules">{"prefetch":[{"urls":["/sink?speculation"]}]}</script>
</head><body><img src="/none" onerror="document.documentElement.dataset.marks='handler'"><iframe src="/sink?frame"></iframe>
<iframe srcdoc="<script>parent.document.documentElement.dataset.marks='srcdoc'</script>"></iframe>
<object data="/sink?object"></object><embed src="/sink?embed">
<form action="/sink?form" method="post"><input name="passphrase" value="canary"><button id="b">Unlock</button></form>
<a id="j" href="javascript:document.documentElement.dataset.marks='url'">go</a></body></html>`;
const evilScript = (sink) => `
document.documentElement.dataset.marks = 'script';
navigator.serviceWorker?.register('/sw.js');
const s = document.createElement('script');
s.src = URL.createObjectURL(new Blob(["document.documentElement.dataset.marks='blob'"]));
document.head.append(s);
fetch('/sink?script-${sink}');`;

/** Every file of the app is another one, with a policy that allows all of it, and headers that load and leave. */
export function lieAbout(server, release) {
  const headers = {
    'content-security-policy': "default-src * 'unsafe-inline' 'unsafe-eval' data: blob:", link: '</sink?link>; rel=preload; as=script', refresh: '1; url=/sink?refresh',
    'access-control-allow-origin': '*', 'service-worker-allowed': '/',
  };
  const script = (name) => ({ body: evilScript(name), type: 'text/javascript', headers });
  const pinned = release ? b64(release.app.files.get('/app.js')) : 'AAAA';
  server.lies.set('/', { body: hostilePage(pinned), type: 'text/html', headers });
  server.lies.set('/evil.css', { body: 'body { background: url(/sink?css) }', type: 'text/css', headers });
  for (const name of ['evil.js', 'app.js', 'worker.js', 'sw.js']) server.lies.set(`/${name}`, script(name));
}
