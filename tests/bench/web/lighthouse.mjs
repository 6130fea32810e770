// Lighthouse 12, mobile profile (slow 4G, processor four times slower), a fresh profile each run: the first screen, from
// the real gateway. node tests/bench/web/lighthouse.mjs FOLDER
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { CHROMIUM, endAll, root, startGateway, tempDir } from '../../web/e2e/lib.mjs';

const cli = join(dirname(createRequire(join(root, 'tests/web/package.json')).resolve('lighthouse/package.json')), 'cli/index.js');
const runs = Number(process.env.SOTTO_RUNS ?? 3);
const AUDITS = { first_paint_ms: 'first-contentful-paint', largest_paint_ms: 'largest-contentful-paint', blocking_ms: 'total-blocking-time', layout_shift: 'cumulative-layout-shift' };
const SCORES = { performance: 'performance', accessibility: 'accessibility', best_practices: 'best-practices' };
const seen = [];
try {
  const gw = await startGateway(resolve(process.argv[2]));
  for (let i = 0; i < runs; i++) {
    const out = join(tempDir('lighthouse'), 'report.json');
    const flags = [...CHROMIUM, '--headless=new', `--user-data-dir=${tempDir('profile')}`].join(' ');
    const args = [cli, gw.url, '--quiet', '--output=json', `--output-path=${out}`, `--only-categories=${Object.values(SCORES)}`, `--chrome-flags=${flags}`];
    const run = spawnSync(process.execPath, args, { encoding: 'utf8', env: { ...process.env, CHROME_PATH: '/usr/bin/chromium' } });
    if (run.status !== 0) throw new Error(run.stderr.slice(-400));
    const report = JSON.parse(readFileSync(out, 'utf8'));
    seen.push({
      ...Object.fromEntries(Object.entries(AUDITS).map(([name, id]) => [name, report.audits[id].numericValue])),
      ...Object.fromEntries(Object.entries(SCORES).map(([name, id]) => [name, report.categories[id].score * 100])),
    });
  }
  for (const name of Object.keys(seen[0])) {
    const list = seen.map((s) => Math.round(s[name] * 1000) / 1000).sort((a, b) => a - b);
    console.log(JSON.stringify({ what: 'lighthouse', name, median: list[list.length >> 1], min: list[0], max: list.at(-1), runs }));
  }
} catch (e) {
  console.error(`lighthouse: ${String(e.message).split('\n')[0]}`);
  process.exitCode = 1;
} finally {
  await endAll();
}
