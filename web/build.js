// Builds the page into a folder: core.wasm, worker, styles, app, languages, index, loader, headers, the portable file, and
// beside the folder the unsigned text of its release note (OUT.note). Each file's hash stands in the one that loads it.
// Deterministic: same sources and same arguments, same bytes. deploy/release.sh and deploy/local-release.sh call it.
//
// Usage: node web/build.js --out DIR --trust FILE [--seq N] [--prev HASH] [--commit HEX] [--toolchain HEX]
//        [--version V] [--plain] [--waict] [--extra FILE]... [--names]
// --names: page and workers keep their names, lines and a map of the sources, for whoever looks for a fault in a browser.
import { webcrypto } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import * as esbuild from 'esbuild';
import { faults as languageFaults, languageScript, languages } from './language.js';
import { mangling, trustData } from './loader-names.js';
import { headers, noteText, policy, sha256, waictManifest, webcatManifest } from './note.js';
import { portable } from './portable.js';

const web = dirname(fileURLToPath(import.meta.url));
const root = dirname(web);
const called = process.cwd();
process.chdir(root); // relative paths make the output independent of where the tree lies

const LOADER_BYTES_MAX = 16_384;

const short = (bytes) => sha256(bytes).toString('hex').slice(0, 12);

async function bundle(entry, define = {}, format = 'esm', more = {}) {
  const result = await esbuild.build({
    absWorkingDir: root, entryPoints: [entry], bundle: true, minify: true, write: false, format, ...more, target: 'es2022', legalComments: 'none',
    charset: 'utf8', jsx: 'transform', jsxFactory: 'jsxCall', jsxFragment: 'jsxFragment', inject: /\/page\//.test(entry) ? ['web/jsx.js'] : [], nodePaths: [join(web, 'node_modules')], loader: { '.txt': 'text' },
    define: Object.fromEntries(Object.entries(define).map(([k, v]) => [k, JSON.stringify(v)])),
  });
  return Buffer.from(result.outputFiles[0].contents);
}

/** Evaluates a module of ours. */
async function evaluate(entry) {
  const result = await esbuild.build({ absWorkingDir: root, entryPoints: [entry], bundle: true, write: false, format: 'esm', target: 'es2022' });
  return import(`data:text/javascript;base64,${Buffer.from(result.outputFiles[0].contents).toString('base64')}`);
}

async function styles() {
  const first = (f) => ['tokens.css', 'base.css', f].indexOf(f);
  const sheets = readdirSync('web/style').filter((f) => f.endsWith('.css')).sort((a, b) => first(a) - first(b) || (a < b ? -1 : 1));
  const result = await esbuild.build({
    absWorkingDir: root,
    stdin: { contents: sheets.map((f) => `@import "./${f}";`).join('\n'), resolveDir: join(root, 'web/style'), loader: 'css' },
    bundle: true, minify: true, write: false, target: ['chrome122', 'firefox128', 'safari17.4'], legalComments: 'none', charset: 'utf8',
  });
  return Buffer.from(result.outputFiles[0].contents);
}

/**
 * @param {{ wasm: string, trust: string, version: string, plain: boolean, worker: string, names: boolean }} options
 * Path to bytes of everything that is served, and what the note says besides.
 */
async function parts({ wasm, trust, version, plain, worker, names }) {
  const readable = names ? { minify: false, sourcemap: /** @type {const} */ ('inline') } : {};
  /** @type {Map<string, Buffer>} */
  const files = new Map();
  const put = (path, bytes) => {
    files.set(path, Buffer.from(bytes));
    return { url: path, sha256: sha256(bytes).toString('base64') };
  };
  /** With a piece of its hash in the name, so that it may be kept for ever. */
  const hashed = (name, ext, bytes) => put(`/${name}.${short(bytes)}.${ext}`, bytes);

  const core = hashed('core', 'wasm', readFileSync(join(wasm, 'core.wasm')));
  const kdf = hashed('kdf', 'wasm', readFileSync(join(wasm, 'kdf.wasm')));
  const workerPart = hashed('worker', 'js', await bundle(worker, { CORE: core, KDF: kdf }, 'esm', readable));
  const scan = hashed('scan', 'js', await bundle('web/src/worker/scan.ts', {}, 'esm', readable));
  const emoji = hashed('emoji', 'txt', readFileSync('web/data/emoji.txt'));
  const words = hashed('words', 'txt', readFileSync('web/data/words.txt'));
  const wrong = languageFaults();
  if (wrong.length > 0) throw new Error(`web/language: ${wrong.join('\n')}`);
  const scripts = await Promise.all(Object.keys(languages).map(async (tag) => /** @type {const} */ ([tag, await languageScript(tag)])));
  const spoken = Object.fromEntries(scripts.map(([tag, script]) => [tag, { ...hashed(tag, 'js', script), ...languages[tag] }]));
  const sheet = await styles();
  const css = hashed('app', 'css', sheet);
  const define = { WORKER: workerPart, SCAN: scan, EMOJI: emoji, WORDS: words, LANGUAGES: spoken, BUILD: { version, core: core.sha256, local: /^line local\//m.test(trust) } };
  const app = hashed('app', 'js', await bundle('web/src/page/main.ts', { ...define, PORTABLE: false, PARTS: null }, 'esm', readable));
  const index = readFileSync('web/index.html', 'utf8')
    .replace('{CSS}', css.url).replace('{CSS_INTEGRITY}', `sha256-${css.sha256}`)
    .replace('{APP}', app.url).replace('{APP_INTEGRITY}', `sha256-${app.sha256}`);
  put('/', index);
  put('/app.webmanifest', readFileSync('web/app.webmanifest'));
  for (const icon of readdirSync('web/icons').sort()) put(`/${icon}`, readFileSync(join('web/icons', icon)));

  // The same page in one file, to be opened from disk.
  const inside = Object.fromEntries([core, kdf, workerPart, scan, emoji, words].map((p) => [p.url, files.get(p.url).toString('base64')]));
  const script = await bundle('web/src/page/main.ts', { ...define, PORTABLE: true, PARTS: inside });
  put(`/sotto-${version}.html`, portable({ script, sheet, languages: scripts, plain }));

  const loader = await bundle('sw/sw.ts', { TRUST: trustData(await parsedTrust(trust)) }, 'iife', mangling);
  if (loader.length > LOADER_BYTES_MAX) throw new Error(`sw.js has ${loader.length} bytes, ${LOADER_BYTES_MAX} are allowed`);
  return { files, loader, wasm: [core.sha256, kdf.sha256], csp: policy({ scripts: [app, ...Object.values(spoken)].map((p) => p.sha256), trust, plain }) };
}

/** The loader carries its trust as data and needs no parser for it. */
async function parsedTrust(text) {
  globalThis.crypto ??= webcrypto; // Node 18
  const { parseTrust } = await evaluate('sw/verify/trust.ts');
  const trust = await parseTrust(text);
  if (trust === null) throw new Error('not a trust file');
  return trust;
}

function writer(folder) {
  return (name, bytes) => {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), bytes);
    if (/\.(png|gz|br|zip)$/.test(name) || /^sotto-.*\.html$/.test(name) || name === 'headers.txt') return;
    const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length };
    if (name.endsWith('.wasm')) params[constants.BROTLI_PARAM_NPOSTFIX] = 1; // a thousandth less there, more elsewhere
    writeFileSync(join(folder, `${name}.gz`), gzipSync(bytes, { level: 9 }));
    writeFileSync(join(folder, `${name}.br`), brotliCompressSync(bytes, { params }));
  };
}

/**
 * @param {{ out: string, wasm?: string, trust: string, seq?: string, prev?: string, commit?: string, toolchain?: string,
 *   version?: string, plain?: boolean, waict?: boolean, extra?: string[], worker?: string, names?: boolean }} o
 * trust: the text; extra: files that are listed, so that their hash is signed; worker: another entry, for development only
 */
export async function build({ out, wasm = 'build/wasm', trust, seq = '1', prev = '-', commit = '0'.repeat(40), toolchain = '0'.repeat(64), version, plain = false, waict = false, extra = [], worker = 'web/src/worker/worker.ts', names = false }) {
  const line = /^line (\S+)$/m.exec(trust)?.[1];
  if (!line) throw new Error('not a trust file');
  const named = version ?? JSON.parse(readFileSync('web/package.json', 'utf8')).version;
  const made = await parts({ wasm, trust, version: named, plain, worker, names });
  for (const path of extra) made.files.set(`/${basename(path)}`, readFileSync(path));
  const note = noteText({ line, version: named, seq, prev, commit, toolchain, ...made });
  const web2 = waict ? waictManifest(made) : undefined;

  const fresh = `${out}.new`;
  rmSync(fresh, { recursive: true, force: true });
  mkdirSync(fresh, { recursive: true });
  const write = writer(fresh);
  for (const [path, bytes] of made.files) write(path === '/' ? 'index.html' : path.slice(1), bytes);
  write('sw.js', made.loader);
  write('headers.txt', Buffer.from(headers({ csp: made.csp, waict: web2 })));
  write('.well-known/webcat/manifest.json', Buffer.from(webcatManifest({ line, version: named, ...made })));
  if (web2) write(web2.path.slice(1), Buffer.from(web2.body));
  rmSync(`${out}.old`, { recursive: true, force: true });
  if (existsSync(out)) renameSync(out, `${out}.old`);
  renameSync(fresh, out);
  rmSync(`${out}.old`, { recursive: true, force: true });
  writeFileSync(`${out}.note`, note);
  return made;
}

if (process.argv[1] && resolve(called, process.argv[1]) === fileURLToPath(import.meta.url)) {
  const text = { type: /** @type {const} */ ('string') };
  const flag = { type: /** @type {const} */ ('boolean') };
  const { values } = parseArgs({
    options: { out: text, wasm: text, trust: text, seq: text, prev: text, commit: text, toolchain: text, version: text, plain: flag, waict: flag, extra: { ...text, multiple: true }, names: flag },
  });
  if (!values.out || !values.trust) throw new Error('usage: node web/build.js --out DIR --trust FILE [...]');
  const at = (path) => resolve(called, path);
  const { files } = await build({ ...values, out: at(values.out), trust: readFileSync(at(values.trust), 'utf8'), extra: (values.extra ?? []).map(at) });
  for (const [path, bytes] of files) console.log(`${String(bytes.length).padStart(8)}  ${path}`);
}
