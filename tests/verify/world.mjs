// A small world for sotto-verify: keys, a log with witnesses, signed releases of a small app, a folder of it as
// deploy makes one, and an HTTP server that can be told to lie. Signatures, trees and tiles are made here again, in
// JavaScript, so that they share no code with what is tested; headers and lists are those of web/note.js, the build's.
import { spawn } from 'node:child_process';
import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { headers, noteText, waictManifest, webcatManifest } from '../../web/note.js';
import { root as tree } from '../gateway/lib.mjs';

export const NOW = 1_800_000_000;
export const DAY = 86_400;
export const program = process.env.SOTTO_VERIFY ?? join(tree, 'build/debug/deploy/tools/sotto-verify');
if (!existsSync(program)) throw new Error(`${program} is missing`);
export const sha = (...parts) => createHash('sha256').update(Buffer.concat(parts.map((p) => Buffer.from(p)))).digest();
export const url64 = (bytes) => sha(bytes).toString('base64url');

export function temp(name) {
  const dir = mkdtempSync(join(tmpdir(), `sotto-verify-${name}-`));
  process.on('exit', () => rmSync(dir, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 }));
  return dir;
}

export function put(path, bytes) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, bytes);
  return path;
}

/** Runs the program; nothing of the environment but what it needs. */
export function run(args, { seconds = 120, env = {} } = {}) {
  return new Promise((done) => {
    const options = { env: { PATH: process.env.PATH, HOME: process.env.HOME, TMPDIR: process.env.TMPDIR ?? '/tmp', LSAN_OPTIONS: 'report_objects=1', ...env }, timeout: seconds * 1000 };
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], ...options });
    let out = '';
    child.stdout.on('data', (d) => { out += d; });
    child.stderr.on('data', (d) => { out += d; });
    child.on('error', (e) => done({ code: -1, out: String(e) }));
    child.on('close', (code, signal) => done({ code: code ?? signal, out }));
  });
}

// ---- keys ------------------------------------------------------------------------------------------------------------
/** kind 1: signs texts. kind 4: a witness, `line(text, time)`. */
export function key(name, kind = 1) {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const raw = Buffer.concat([Buffer.from([kind]), publicKey.export({ format: 'der', type: 'spki' }).subarray(-32)]);
  const id = sha(`${name}\n`, raw).subarray(0, 4);
  const put8 = (n) => { const b = Buffer.alloc(8); b.writeBigUInt64BE(BigInt(n)); return b; };
  const of = (text, time) =>
    kind === 4
      ? Buffer.concat([put8(time), sign(null, Buffer.from(`cosignature/v1\ntime ${time}\n${text}`), privateKey)])
      : sign(null, Buffer.from(text), privateKey);
  return { name, vkey: `${name}+${id.toString('hex')}+${raw.toString('base64')}`, line: (text, time) => `\u2014 ${name} ${Buffer.concat([id, of(text, time)]).toString('base64')}\n` };
}

// ---- the tree ----------------------------------------------------------------------------------------------------------
export const leafOf = (entry) => sha([0], entry);
const node = (a, b) => sha([1], a, b);
const split = (n) => 2 ** Math.ceil(Math.log2(n) - 1);
export function rootOf(leaves) {
  if (leaves.length === 0) return sha('');
  if (leaves.length === 1) return leaves[0];
  const k = split(leaves.length);
  return node(rootOf(leaves.slice(0, k)), rootOf(leaves.slice(k)));
}
function pathOf(i, leaves) {
  if (leaves.length === 1) return [];
  const k = split(leaves.length);
  return i < k ? [...pathOf(i, leaves.slice(0, k)), rootOf(leaves.slice(k))] : [...pathOf(i - k, leaves.slice(k)), rootOf(leaves.slice(0, k))];
}

/** The files of a log: path to bytes (tlog-tiles). `leaves` may be others than those of the entries, to lie. */
export function tilesOf(entries, leaves = entries.map(leafOf)) {
  const files = new Map();
  const number = (n) => { const groups = String(n).padStart(Math.ceil(String(n).length / 3) * 3, '0').match(/.{3}/g); return groups.map((g, i) => (i < groups.length - 1 ? `x${g}` : g)).join('/'); };
  const add = (kind, list, join_) => {
    for (let n = 0; n * 256 < list.length; n++) {
      const part = list.slice(n * 256, n * 256 + 256);
      files.set(`tile/${kind}/${number(n)}${part.length < 256 ? `.p/${part.length}` : ''}`, join_(part));
    }
  };
  for (let level = 0, hashes = leaves; hashes.length > 0; level++) {
    add(level, hashes, (p) => Buffer.concat(p));
    const up = [];
    for (let n = 0; (n + 1) * 256 <= hashes.length; n++) up.push(rootOf(hashes.slice(n * 256, n * 256 + 256)));
    hashes = up;
  }
  add('entries', entries, (p) => Buffer.concat(p.map((e) => { const l = Buffer.alloc(2); l.writeUInt16BE(e.length); return Buffer.concat([l, e]); })));
  return files;
}

// ---- releases ------------------------------------------------------------------------------------------------------------
/** Files of a small app that a browser runs: a page, a module, a worker, styles, a picture, a module of WebAssembly. */
export function appOf(version) {
  const b64 = (bytes) => sha(bytes).toString('base64');
  const worker = `postMessage('works ${version}');\n`;
  const css = `body { color: rgb(1, 2, 3); } /* ${version} */\n`;
  const app = `const policy = trustedTypes.createPolicy('sotto-url', { createScriptURL: (s) => s });
document.title = 'runs ${version}';
new Worker(policy.createScriptURL('/worker.js'));
navigator.serviceWorker.register(policy.createScriptURL('/sw.js'), { scope: '/', updateViaCache: 'all' });
`;
  const index = `<!doctype html><html><head><meta charset="utf-8"><title>empty</title>
<link rel="manifest" href="/app.webmanifest"><link rel="icon" href="/icon.svg"><link rel="stylesheet" href="/app.css" integrity="sha256-${b64(css)}" crossorigin>
<script type="module" src="/app.js" integrity="sha256-${b64(app)}" crossorigin></script></head><body></body></html>\n`;
  const wasm = Buffer.from([0, 97, 115, 109, 1, 0, 0, 0, ...Buffer.from(version)]);
  const files = new Map(Object.entries({
    '/': index, '/app.css': css, '/app.js': app, '/app.webmanifest': '{"name":"Sotto"}', '/core.wasm': wasm, '/worker.js': worker,
    '/icon.svg': '<svg xmlns="http://www.w3.org/2000/svg"/>', [`/sotto-${version}.html`]: `<!doctype html><title>portable ${version}</title>`,
  }).map(([path, bytes]) => [path, Buffer.from(bytes)]));
  const csp = [
    "default-src 'none'", `script-src 'sha256-${b64(app)}' 'wasm-unsafe-eval'`, "worker-src 'self'", "style-src 'self'", "img-src 'self' blob: data:", "manifest-src 'self'",
    "connect-src 'self' wss:", "frame-src 'none'", "object-src 'none'", "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'",
    "require-trusted-types-for 'script'", 'trusted-types sotto-url',
  ].join('; ');
  const loader = Buffer.from("self.addEventListener('install', () => self.skipWaiting());\n");
  return { version, files, csp, loader, wasm: [b64(wasm)] };
}

/** Two release keys of which one must sign, three witnesses of which two must; `urls`: where witnesses answer; `vkeys`: release keys of others. */
export function makeWorld({ logUrl = '', urls = [], vkeys } = {}) {
  const keys = [key('example.org/a'), key('example.org/b')];
  const log = key('example.org/log');
  const witnesses = ['w1', 'w2', 'w3'].map((name) => key(`example.net/${name}`, 4));
  const tail = (url) => (url ? ` ${url}` : '');
  const trust = [
    'sotto-trust/v1', 'line example.org/web', ...(vkeys ?? keys.map((k) => k.vkey)).map((v) => `release ${v}`), 'threshold 1', `log ${log.vkey}${tail(logUrl)}`,
    ...witnesses.map((w, i) => `witness w${i + 1} ${w.vkey}${tail(urls[i])}`), 'group all 2 w1 w2 w3', 'quorum all', '',
  ].join('\n');
  const entries = [];
  /** Of the first `size` entries; `times` of w1, w2, w3, null for one that does not sign. */
  const checkpoint = ({ size = entries.length, times = [NOW - 60, NOW - 50, NOW - 40], top = rootOf(entries.slice(0, size).map(leafOf)), by = log } = {}) => {
    const text = `${log.name}\n${size}\n${top.toString('base64')}\n`;
    return `${text}\n${by.line(text)}${witnesses.map((w, i) => (times[i] === null || times[i] === undefined ? '' : w.line(text, times[i]))).join('')}`;
  };
  const proof = (index, { size = entries.length, ...how } = {}) =>
    `c2sp.org/tlog-proof@v1\nindex ${index}\n${pathOf(index, entries.slice(0, size).map(leafOf)).map((h) => `${h.toString('base64')}\n`).join('')}\n${checkpoint({ size, ...how })}`;
  let last = null;
  return {
    keys, log, witnesses, trust, entries, checkpoint, proof, releases: [],
    add(bytes) {
      return entries.push(Buffer.from(bytes)) - 1;
    },
    /** The next release, logged two days ago by default. `signers`: release keys that sign. */
    release({ version = `0.${this.releases.length + 1}.0`, app = appOf(version), signers = keys.slice(0, 1), seq = this.releases.length + 1, logged = NOW - 2 * DAY, commit = '0'.repeat(40), line = 'example.org/web' } = {}) {
      const text = noteText({ line, seq, prev: last ? last.hash : '-', commit, toolchain: '0'.repeat(64), ...app });
      const note = `${text}\n${signers.map((k) => k.line(text)).join('')}`;
      const index = this.add(note);
      const first = proof(index, { times: [logged, logged + 5, logged + 10] });
      last = { seq, version, app, note, index, first, hash: sha(text).toString('base64url') };
      this.releases.push(last);
      return last;
    },
    /** A release that was signed elsewhere. */
    adopt(note, { app = null, seq = 1, logged = NOW - 2 * DAY } = {}) {
      const index = this.add(note);
      last = { seq, version: /^version (.*)$/m.exec(note)[1], app, note, index, first: proof(index, { times: [logged, logged, logged] }), hash: sha(note.split('\n\n')[0], '\n').toString('base64url') };
      this.releases.push(last);
      return last;
    },
    /** The folder of the newest release, as web/build.js and deploy make it. */
    write(dir, release = this.releases.at(-1), { waict = false } = {}) {
      const { app } = release;
      const list = waict ? waictManifest(app) : undefined;
      const copies = (name, bytes) => { put(join(dir, name), bytes); if (!/\.(html|svg)$/.test(name) || name === 'index.html') { put(join(dir, `${name}.gz`), gzipSync(bytes, { level: 9 })); put(join(dir, `${name}.br`), brotliCompressSync(bytes)); } };
      for (const [path, bytes] of app.files) copies(path === '/' ? 'index.html' : path.slice(1), bytes);
      copies('sw.js', app.loader);
      put(join(dir, 'headers.txt'), headers({ csp: app.csp, waict: list }));
      copies('.well-known/webcat/manifest.json', Buffer.from(webcatManifest({ line: 'example.org/web', ...app })));
      if (list) put(join(dir, list.path.slice(1)), list.body);
      for (const [path, body] of this.wellKnown(release)) put(join(dir, path.slice(1)), body);
      return dir;
    },
    wellKnown(release = this.releases.at(-1)) {
      const at = '/.well-known/sotto';
      const all = this.releases.slice(0, release.seq).flatMap((r) => [[`${at}/release/${r.seq}`, r.note], [`${at}/proof/${r.seq}`, proof(r.index)], [`${at}/first/${r.seq}`, r.first]]);
      return new Map([[`${at}/release/latest`, release.note], ...all]);
    },
    /** What a log serves: checkpoint and tiles. */
    logFiles(size = entries.length) {
      return new Map([...tilesOf(entries.slice(0, size)), ['checkpoint', checkpoint({ size })]]);
    },
    hexOrigin: sha(log.name).toString('hex'),
  };
}

// ---- the server ----------------------------------------------------------------------------------------------------------
const FIXED = { 'integrity-policy': 'blocked-destinations=(script)', 'cross-origin-opener-policy': 'same-origin', 'cross-origin-resource-policy': 'same-origin', 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer' };
const TYPES = { css: 'text/css; charset=utf-8', html: 'text/html; charset=utf-8', js: 'text/javascript; charset=utf-8', svg: 'image/svg+xml', wasm: 'application/wasm', webmanifest: 'application/manifest+json', json: 'application/json' };

/**
 * Serves a release as the gateway would. `state.lies`: path (or '*') to a function of (request, honest answer) that gives
 * { status, headers, body } or { raw } or nothing. headers: a map of lower-case name to a value, a list, or null.
 */
export async function serve() {
  const state = { files: new Map(), release: null, log: new Map(), lies: new Map(), seen: [] };
  const honest = (path) => {
    const { app } = state.release;
    const base = { 'content-security-policy': app.csp, ...FIXED };
    const found = path === '/sw.js' ? app.loader : (app.files.get(path) ?? state.files.get(path));
    if (path === '/config.json') return { status: 200, headers: { ...base, 'content-type': 'application/json', 'cache-control': 'no-cache, no-transform' }, body: '{}' };
    if (found === undefined) return { status: 404, headers: { ...base, 'content-type': 'text/plain', 'cache-control': 'no-cache, no-transform' }, body: 'not found\n' };
    const type = path === '/' ? TYPES.html : (TYPES[path.split('.').pop()] ?? 'text/plain; charset=utf-8');
    return { status: 200, headers: { ...base, 'content-type': type, vary: 'accept-encoding', 'cache-control': path === '/sw.js' ? 'public, max-age=31536000, immutable, no-transform' : 'no-cache, no-transform' }, body: found };
  };
  const server = createServer((q, r) => {
    const path = q.url;
    state.seen.push({ path, dest: q.headers['sec-fetch-dest'] ?? '', headers: q.headers });
    if (path.startsWith('/log/') || path.startsWith('/witness')) {
      const lie = state.lies.get(path)?.(q);
      const body = lie ? lie.body : state.log.get(path.startsWith('/log/') ? path.slice(5) : path);
      r.writeHead(lie?.status ?? (body === undefined ? 404 : 200));
      return r.end(body);
    }
    const good = honest(path);
    if (path === '/') {
      good.headers.etag = '"1-2"';
      if (q.headers['if-none-match'] === '"1-2"') Object.assign(good, { status: 304, body: '' });
    }
    if (q.method !== 'GET') { good.status = 405; good.body = 'no\n'; }
    const lie = (q.method === 'GET' ? state.lies.get(path)?.(q, good) : undefined) ?? state.lies.get('*')?.(q, good);
    const answer = lie ? { ...good, ...lie, headers: { ...good.headers, ...lie.headers } } : good;
    if (answer.raw) { q.socket.end(answer.raw); return; }
    if (answer.destroy) { q.socket.destroy(); return; }
    if (answer.before) q.socket.write(answer.before);
    let { body } = answer;
    const coding = answer.plain ? '' : /\bbr\b/.test(q.headers['accept-encoding'] ?? '') ? 'br' : /\bgzip\b/.test(q.headers['accept-encoding'] ?? '') ? 'gzip' : '';
    const list = [];
    if (coding && good.status === 200) { body = coding === 'br' ? brotliCompressSync(body) : gzipSync(body); list.push('content-encoding', coding); }
    for (const [name, value] of Object.entries(answer.headers)) for (const v of [value].flat()) if (v !== null) list.push(name, v);
    if (answer.status !== 304) list.push('content-length', String(Buffer.byteLength(body)));
    r.writeHead(answer.status, list);
    r.end(body);
  });
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address();
  const clear = () => { state.lies.clear(); state.seen.length = 0; };
  const close = () => { server.closeAllConnections(); server.close(); };
  return Object.assign(state, { port, origin: `http://127.0.0.1:${port}`, clear, close });
}

export const evidenceOf = (file) => JSON.parse(readFileSync(file, 'utf8'));
