// Builds the page into build/web (or the folder given): core.wasm, worker, styles, app, index, list of files.
// Each file's hash stands in the one that loads it. Deterministic: same sources, same bytes.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import * as esbuild from 'esbuild';

const web = dirname(fileURLToPath(import.meta.url));
const root = dirname(web);
process.chdir(root); // relative paths make the output independent of where the tree lies

/** @param {Buffer | string} bytes */
const sha256 = (bytes) => createHash('sha256').update(bytes).digest();
const short = (bytes) => sha256(bytes).toString('hex').slice(0, 12);

const TYPES = {
  css: 'text/css', html: 'text/html', js: 'text/javascript', json: 'application/json', png: 'image/png',
  svg: 'image/svg+xml', txt: 'text/plain', wasm: 'application/wasm', webmanifest: 'application/manifest+json',
};

/** @param {{ out: string, wasm: string, worker?: string }} options worker: another entry, for development only */
export async function build({ out, wasm, worker = 'web/src/worker/worker.ts' }) {
  const version = JSON.parse(readFileSync('web/package.json', 'utf8')).version;
  /** @type {Map<string, Buffer>} */
  const files = new Map();
  const put = (path, bytes) => {
    files.set(path, Buffer.from(bytes));
    return { url: path, sha256: sha256(bytes).toString('base64') };
  };
  /** With a piece of its hash in the name, so that it may be kept for ever. */
  const hashed = (name, ext, bytes) => put(`/${name}.${short(bytes)}.${ext}`, bytes);

  const bundle = async (entry, define = {}, format = 'esm') => {
    const result = await esbuild.build({
      absWorkingDir: root, entryPoints: [entry], bundle: true, minify: true, write: false, format, target: 'es2022', legalComments: 'none',
      charset: 'utf8', jsx: 'automatic', jsxImportSource: 'preact', nodePaths: [join(web, 'node_modules')], loader: { '.txt': 'text' },
      define: Object.fromEntries(Object.entries(define).map(([k, v]) => [k, JSON.stringify(v)])),
    });
    return Buffer.from(result.outputFiles[0].contents);
  };
  /** Evaluates a module that only holds data. */
  const data = async (entry) => {
    const result = await esbuild.build({ absWorkingDir: root, entryPoints: [entry], bundle: true, write: false, format: 'esm', target: 'es2022' });
    return import(`data:text/javascript;base64,${Buffer.from(result.outputFiles[0].contents).toString('base64')}`);
  };

  const core = hashed('core', 'wasm', readFileSync(join(wasm, 'core.wasm')));
  const kdf = hashed('kdf', 'wasm', readFileSync(join(wasm, 'kdf.wasm')));
  const workerJs = hashed('worker', 'js', await bundle(worker, {
    CORE_URL: core.url, CORE_SHA256: core.sha256, KDF_URL: kdf.url, KDF_SHA256: kdf.sha256,
  }));
  const scan = hashed('scan', 'js', await bundle('web/src/worker/scan.ts'));
  const emoji = hashed('emoji', 'txt', readFileSync('web/data/emoji.txt'));
  const { ar } = await data('web/src/page/text/ar.ts');
  const { en } = await data('web/src/page/text/en.ts');
  const tables = { en: hashed('en', 'json', JSON.stringify(en)), ar: hashed('ar', 'json', JSON.stringify(ar)) };

  const sheets = readdirSync('web/style').filter((f) => f.endsWith('.css')).sort((a, b) => (a === 'tokens.css' ? -1 : b === 'tokens.css' ? 1 : a === 'base.css' ? -1 : b === 'base.css' ? 1 : a < b ? -1 : 1));
  const styles = await esbuild.build({
    absWorkingDir: root,
    stdin: { contents: sheets.map((f) => `@import "./${f}";`).join('\n'), resolveDir: join(root, 'web/style'), loader: 'css' },
    bundle: true, minify: true, write: false, target: ['chrome122', 'firefox128', 'safari17.4'], legalComments: 'none', charset: 'utf8',
  });
  const css = hashed('app', 'css', Buffer.from(styles.outputFiles[0].contents));
  const app = hashed('app', 'js', await bundle('web/src/page/main.ts', {
    WORKER_URL: workerJs.url, SCAN_URL: scan.url, EMOJI: emoji, TABLES: tables, BUILD: { version, core: core.sha256 },
  }));

  const index = readFileSync('web/index.html', 'utf8')
    .replace('{CSS}', css.url).replace('{CSS_INTEGRITY}', `sha256-${css.sha256}`)
    .replace('{APP}', app.url).replace('{APP_INTEGRITY}', `sha256-${app.sha256}`);
  put('/', index);
  put('/app.webmanifest', readFileSync('web/app.webmanifest'));
  for (const icon of readdirSync('web/icons').sort()) put(`/${icon}`, readFileSync(join('web/icons', icon)));

  const csp = [
    "default-src 'none'", `script-src 'sha256-${app.sha256}' 'wasm-unsafe-eval'`, "worker-src 'self'", "style-src 'self'",
    "img-src 'self' blob: data:", 'media-src blob:', "font-src 'self'", "connect-src 'self' wss:", "manifest-src 'self'",
    "frame-src 'none'", "object-src 'none'", "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'",
    "require-trusted-types-for 'script'", 'trusted-types sotto-url',
  ].join('; ');
  const loader = await bundle('sw/sw.ts', {}, 'iife');
  const url64 = (b) => sha256(b).toString('base64url');
  // The fields of a release note, unsigned: no seq, prev or commit before there are keys to sign them with.
  const note = [
    'sotto-release/v1', 'line sotto/web', `version ${version}`, `loader ${url64(loader)}`, `csp ${csp}`,
    ...[core, kdf].map((f) => `wasm ${Buffer.from(f.sha256, 'base64').toString('base64url')}`).sort(),
    ...[...files.keys()].sort().map((path) => {
      const bytes = files.get(path);
      return `file ${path} ${bytes.length} ${url64(bytes)} ${TYPES[path === '/' ? 'html' : path.split('.').pop()]}`;
    }),
  ].join('\n');
  const headers = [
    ['Content-Security-Policy', csp], ['Integrity-Policy', 'blocked-destinations=(script)'],
    ['Cross-Origin-Opener-Policy', 'same-origin'], ['Cross-Origin-Resource-Policy', 'same-origin'],
    ['X-Content-Type-Options', 'nosniff'], ['Referrer-Policy', 'no-referrer'],
  ].map(([name, value]) => `${name}: ${value}\n`).join('');

  const fresh = `${out}.new`;
  rmSync(fresh, { recursive: true, force: true });
  mkdirSync(fresh, { recursive: true });
  const write = (name, bytes) => {
    writeFileSync(join(fresh, name), bytes);
    if (/\.(png|gz|br)$/.test(name) || name === 'headers.txt') return;
    const size = constants.BROTLI_PARAM_SIZE_HINT;
    writeFileSync(join(fresh, `${name}.gz`), gzipSync(bytes, { level: 9 }));
    writeFileSync(join(fresh, `${name}.br`), brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11, [size]: bytes.length } }));
  };
  for (const [path, bytes] of files) write(path === '/' ? 'index.html' : path.slice(1), bytes);
  write('sw.js', loader);
  write('release.txt', Buffer.from(`${note}\n`));
  write('headers.txt', Buffer.from(headers));
  rmSync(`${out}.old`, { recursive: true, force: true });
  if (existsSync(out)) renameSync(out, `${out}.old`);
  renameSync(fresh, out);
  rmSync(`${out}.old`, { recursive: true, force: true });
  return { files, loader };
}

if (process.argv[1] && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const out = resolve(process.argv[2] ?? 'build/web');
  const { files } = await build({ out, wasm: 'build/wasm' });
  for (const [path, bytes] of files) console.log(`${String(bytes.length).padStart(8)}  ${path}`);
}
