// Lighthouse 12, mobile profile, fresh profile each run: first paint, layout shift, accessibility of the first screen.
import { createRequire } from 'node:module';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { CHROMIUM, endAll, root, startGateway, tempDir } from '../web/e2e/lib.mjs';

const cli = join(dirname(createRequire(join(root, 'tests/web/package.json')).resolve('lighthouse/package.json')), 'cli/index.js');
const runs = Number(process.env.SOTTO_RUNS ?? 3);
const median = (list) => [...list].sort((a, b) => a - b)[list.length >> 1];
const seen = [];
try {
  const gw = await startGateway();
  for (let i = 0; i < runs; i++) {
    const out = join(tempDir('lighthouse'), 'report.json');
    const flags = [...CHROMIUM, '--headless=new', `--user-data-dir=${tempDir('profile')}`].join(' ');
    const run = spawnSync(process.execPath, [cli, gw.url, '--quiet', '--output=json', `--output-path=${out}`, '--only-categories=performance,accessibility,best-practices', `--chrome-flags=${flags}`], { encoding: 'utf8', env: { ...process.env, CHROME_PATH: '/usr/bin/chromium' } });
    if (run.status !== 0) throw new Error(run.stderr.slice(-400));
    const r = JSON.parse(readFileSync(out, 'utf8'));
    seen.push({ fcp: r.audits['first-contentful-paint'].numericValue, lcp: r.audits['largest-contentful-paint'].numericValue, cls: r.audits['cumulative-layout-shift'].numericValue, tbt: r.audits['total-blocking-time'].numericValue, perf: r.categories.performance.score * 100, a11y: r.categories.accessibility.score * 100, best: r.categories['best-practices'].score * 100 });
  }
  const m = Object.fromEntries(Object.keys(seen[0]).map((k) => [k, median(seen.map((s) => s[k]))]));
  const bar = (name, value, ok, unit = '') => console.log(`${ok ? 'ok' : 'not ok'} web_lighthouse_${name}: ${Math.round(value * 1000) / 1000}${unit}`);
  bar('first_paint', m.fcp, m.fcp <= 1500, ' ms');
  bar('accessibility', m.a11y, m.a11y === 100);
  bar('layout_shift', m.cls, m.cls < 0.05);
  console.log(`# largest paint ${Math.round(m.lcp)} ms, blocking ${Math.round(m.tbt)} ms, performance ${m.perf}, best practices ${m.best}`);
} catch (e) {
  console.log(`not ok web_lighthouse: ${String(e.message).split('\n')[0]}`);
  process.exitCode = 1;
} finally {
  await endAll();
}
