// Runs the attacks of tests/attacks/README.md. Usage: node run.mjs [--only A02,A04] [--browser chromium|firefox] [--jobs N]
import { parseArgs } from 'node:util';
import { endAll, needs } from '../web/e2e/lib.mjs';
import { prepare, renewBrowsers, Scene } from './lib.mjs';
import { loader } from './loader.mjs';
import { releases } from './releases.mjs';
import { served } from './served.mjs';
import { tools } from './tools.mjs';
import { updates } from './updates.mjs';
import { windows } from './windows.mjs';

const text = { type: /** @type {const} */ ('string') };
const { values } = parseArgs({ options: { only: text, browser: text, jobs: text } });
const only = values.only?.split(',');
const all = [...served, ...updates, ...loader, ...windows, ...releases, ...tools];
const rows = all.filter((r) => !only || only.includes(r.id));
const LIMIT_MS = 150_000;
/** Found by audits of November 2026. */
const NEW = ['N01', 'N02', 'N04', 'N05', 'N06', 'N09', 'N10', 'N11', 'N12', 'N15', 'N17', 'N18', 'N19', 'N20', 'N21'];

const results = [];
/** A wait that ended says that the machine was busy or that nothing will come: only a run alone tells which. What was seen and is wrong is never asked twice. */
const isWait = (e) => /^(waited \d+ ms|not done after|Timeout \d+|.*timeout of \d+ ms|the loader does not answer)/i.test(String(e.message ?? e));
const again = [];
async function one(row, browser, isAlone = false) {
  const scene = new Scene(browser);
  const start = Date.now();
  let timer;
  try {
    await scene.begin();
    const late = new Promise((_, fail) => { timer = setTimeout(() => fail(new Error(`not done after ${LIMIT_MS} ms`)), LIMIT_MS); });
    const said = await Promise.race([row.run(scene), late]);
    results.push({ row, browser, fine: true });
    console.log(`ok ${row.id} ${browser}: ${said}${process.env.SOTTO_SLOW ? ` (${((Date.now() - start) / 1000).toFixed(1)} s)` : ''}`);
  } catch (e) {
    if (!isAlone && isWait(e)) {
      again.push([row, browser]);
      console.log(`# ${row.id} ${browser}: ${String(e.message ?? e).split('\n')[0]}; once more, alone, in a browser of its own`);
      return;
    }
    results.push({ row, browser, fine: false });
    console.log(`not ok ${row.id} ${browser}: ${String(e.message ?? e).split('\n')[0]}`);
    const where = String(e.stack).split('\n').filter((l) => /attacks\/(served|updates|loader|windows|releases|tools|lib)\.mjs/.test(l)).map((l) => /(\w+\.mjs:\d+)/.exec(l)[1]).join(' < ');
    console.log(`#   ${where}; ${scene.p?.page.url()}: ${(await scene.read(() => document.body.innerText).catch(() => '') ?? '').replaceAll('\n', ' ').slice(0, 300)}`);
    if (scene.p?.errors.length) console.log(`#   ${scene.p.errors.slice(0, 3).join(' | ').slice(0, 400)}`);
    if (process.env.SOTTO_STACK) console.log(e.stack, scene.server.seen.slice(-12).map((q) => `${q.path} ${q.dest}`).join(' | '));
  } finally {
    clearTimeout(timer);
    await scene.end();
  }
}

async function lane(queue) {
  for (let job = queue.shift(); job; job = queue.shift()) await one(...job);
}

function summary() {
  for (const [cls, what] of [['P', 'prevented'], ['G', 'prevented with Guard'], ['D', 'detected']]) {
    const of = results.filter((r) => r.row.cls.includes(cls));
    const ids = [...new Set(of.filter((r) => r.fine).map((r) => r.row.id))];
    const bad = [...new Set(of.filter((r) => !r.fine).map((r) => r.row.id))];
    console.log(`# ${cls} (${what}): ${of.filter((r) => r.fine).length} of ${of.length} runs held${bad.length > 0 ? `, not ${bad.join(' ')}` : ''}: ${ids.join(' ')}`);
  }
}

try {
  needs('build/wasm/core.wasm', ...['gateway/sotto-gateway', ...['verify', 'witness', 'release'].map((n) => `deploy/tools/sotto-${n}`)].map((p) => `build/release/${p}`));
  await prepare();
  const wanted = (b) => !values.browser || values.browser === b;
  const queue = (b) => (wanted(b) ? rows.filter((r) => r.browsers.includes(b)).map((r) => [r, b]) : []);
  const chromiums = queue('chromium');
  await Promise.all([...Array.from({ length: Number(values.jobs ?? 2) }, () => lane(chromiums)), lane(queue('firefox')), lane(queue('tools'))]);
  if (again.length > 0) await renewBrowsers();
  for (const job of again) await one(...job, true);
  summary();
  const numbered = Array.from({ length: 34 }, (_, i) => `A${String(i + 1).padStart(2, '0')}`);
  const missing = [...numbered, ...NEW].filter((id) => !all.some((r) => r.id === id));
  if (missing.length > 0) throw new Error(`no row for ${missing.join(' ')}`);
} finally {
  await endAll();
}
process.exit(results.length > 0 && results.every((r) => r.fine) ? 0 : 1);
