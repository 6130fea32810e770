// What checking a release costs at a start, in both browsers: the loader's own functions (sw/verify) over a release with
// three maintainers and three witnesses, in a worker of the browser. node tests/bench/web/verify.mjs FOLDER
// Beside it, in the same run, how long the page itself takes from navigation to its passphrase field: the share is of that.
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { makeLog, makeWorld, now } from '../../attacks/world.mjs';
import { atEnd, chromium, endAll, firefox, firstRun, root, startGateway, until } from '../../web/e2e/lib.mjs';

const RUNS = 9;
const LEAVES = 1000; // releases in the log: a proof of ten hashes
const esbuild = createRequire(join(root, 'web/package.json'))('esbuild');
const median = (list) => [...list].sort((a, b) => a - b)[list.length >> 1];

// In a worker: the first time ("cold", a worker that has just begun, as the loader is after a pause) and the ninth.
const BENCH = `
import { check } from '${join(root, 'sw/verify/accept.ts')}';
import { isListed } from '${join(root, 'sw/verify/accept.ts')}';
onmessage = async ({ data: { trust, evidence, files } }) => {
  const bytes = await Promise.all(files.map(async (f) => new Uint8Array(await (await fetch(f.path)).arrayBuffer())));
  const rounds = [];
  for (let i = 0; i < ${RUNS}; i++) {
    const begin = performance.now();
    const { verdict, text } = await check(trust, evidence);
    const noted = performance.now();
    const all = await Promise.all(files.map((f, k) => isListed(text.files.get(f.path), bytes[k])));
    rounds.push({ note: noted - begin, files: performance.now() - noted, fine: verdict === 'ok' && all.every(Boolean) });
  }
  postMessage(rounds);
};`;

async function bundle(contents) {
  const made = await esbuild.build({ stdin: { contents, resolveDir: root }, bundle: true, minify: true, write: false, format: 'esm', target: 'es2022' });
  return made.outputFiles[0].text;
}

// In the page, before anything else of it.
function watch() {
  new MutationObserver((_, o) => {
    if (!document.querySelector('input[type=password]')) return;
    o.disconnect();
    globalThis.__field = performance.now();
  }).observe(document, { subtree: true, childList: true });
}

async function startUp(p, url) {
  await firstRun(p, url, 'Ada');
  if (p.driver === 'playwright') await p.context.addInitScript(watch);
  else await p.page.evaluateOnNewDocument(watch);
  const all = [];
  for (let i = 0; i < RUNS; i++) {
    await p.goto(url);
    all.push(await until('the passphrase field', () => p.eval(() => globalThis.__field)));
  }
  return all;
}

try {
  const dir = mkdtempSync(join(tmpdir(), 'sotto-verify-bench-'));
  atEnd(() => rmSync(dir, { recursive: true, force: true }));
  const world = await makeWorld(dir);
  atEnd(() => world.witness.close());
  const log = makeLog(world.keys);
  for (let i = 0; i < LEAVES - 1; i++) log.append(`release ${i}`);
  const note = world.sign(world.one.text);
  const proof = log.proof(log.append(note), { time: now() - 2 * 86_400 });
  const { parseTrust } = await import(`data:text/javascript;base64,${Buffer.from(await bundle(`export { parseTrust } from '${join(root, 'sw/verify/trust.ts')}'`)).toString('base64')}`);
  // What a start reads: all but the portable file.
  const files = [...world.one.files.keys()].filter((f) => !/^\/(sotto-|scan|emoji|ar\.|icon)/.test(f)).map((path) => ({ path }));
  const work = { trust: await parseTrust(world.trust), evidence: { note, recent: proof, first: proof }, files };
  const script = await bundle(BENCH);
  const server = createServer((q, r) => {
    const body = q.url === '/bench.html' ? '<!doctype html><title>bench</title>' : q.url === '/bench.js' ? script : world.one.files.get(q.url);
    r.writeHead(body === undefined ? 404 : 200, { 'content-type': q.url === '/bench.html' ? 'text/html' : 'text/javascript' });
    r.end(body);
  });
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  atEnd(() => new Promise((done) => { server.close(done); server.closeAllConnections(); }));
  const gw = await startGateway(resolve(process.argv[2]));
  for (const [name, open] of [['chromium', chromium], ['firefox', firefox]]) {
    const p = await open(name);
    const page = await startUp(p, gw.url);
    await p.goto(`http://localhost:${server.address().port}/bench.html`);
    const firsts = [];
    const later = [];
    for (let i = 0; i < RUNS; i++) {
      const rounds = await p.eval((w) => new Promise((done, fail) => {
        const worker = new Worker('/bench.js', { type: 'module' });
        worker.onmessage = (e) => { worker.terminate(); done(e.data); };
        worker.onerror = () => fail(new Error('the worker ended'));
        worker.postMessage(w);
      }), work);
      if (rounds.some((r) => !r.fine)) throw new Error('a check failed');
      firsts.push(rounds[0]);
      later.push(rounds.at(-1));
    }
    const of = (list) => ({ note: median(list.map((r) => r.note)), files: median(list.map((r) => r.files)), all: median(list.map((r) => r.note + r.files)) });
    const [first, warm, start] = [of(firsts), of(later), median(page)];
    for (const [when, cost] of [['first', first], ['warm', warm]]) {
      console.log(JSON.stringify({ what: 'verify', side: name, name: `verify_${when}_ms`, median: cost.all, note_ms: cost.note, files_ms: cost.files, start_ms: start, share: cost.all / start, max_ms: 5, max_share: 0.03 }));
    }
  }
} catch (e) {
  console.error(`verify: ${String(e.stack)}`);
  process.exitCode = 1;
} finally {
  await endAll();
}
