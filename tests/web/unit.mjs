// Bundles each tests/web/unit/*.test.ts for Node 18 and runs it by Node's own runner; prints `ok` and `not ok` lines.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const esbuild = createRequire(join(root, 'web/package.json'))('esbuild');
const out = join(root, 'build/tests/web');
mkdirSync(out, { recursive: true });
let failed = 0;
for (const file of readdirSync(join(root, 'tests/web/unit')).filter((f) => f.endsWith('.test.ts')).sort()) {
  const name = file.replace('.test.ts', '');
  const bundle = join(out, `${name}.mjs`);
  await esbuild.build({ absWorkingDir: root, entryPoints: [`tests/web/unit/${file}`], bundle: true, platform: 'node', target: 'node18', format: 'esm', outfile: bundle, nodePaths: [join(root, 'web/node_modules')], jsx: 'automatic', jsxImportSource: 'preact', logLevel: 'error' });
  const run = spawnSync(process.execPath, ['--test-reporter=tap', '--test', bundle], { encoding: 'utf8' });
  const claims = run.stdout.split('\n').filter((l) => /^ {4}(not )?ok \d+ - /.test(l) || /^(not )?ok \d+ - (?!\/)/.test(l)).filter((l) => !l.includes(bundle));
  for (const l of claims) console.log(l.trim().replace(/^(not ok|ok) \d+ - /, `$1 web_${name}: `));
  if (run.status !== 0) {
    failed++;
    if (!claims.some((l) => l.includes('not ok'))) console.log(`not ok web_${name}: ended with ${run.status}`);
    console.log(run.stdout.split('\n').filter((l) => /error:|expected|actual/.test(l)).slice(0, 12).join('\n'), run.stderr.slice(0, 800));
  } else if (claims.length === 0) {
    failed++;
    console.log(`not ok web_${name}: claims nothing`);
  }
}
process.exitCode = failed === 0 ? 0 : 1;
