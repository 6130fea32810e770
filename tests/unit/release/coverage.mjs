// Reads what gcov says of wasm/release on stdin, one JSON document a line, and names each line and branch that no test
// took. Called by coverage.sh.
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const sources = readdirSync(`${root}/wasm/release`).filter((f) => f.endsWith('.c'));
const missing = [];
const seen = new Set();
let lines = 0;
let branches = 0;
for (const text of readFileSync(0, 'utf8').split('\n').filter(Boolean)) {
  for (const file of JSON.parse(text).files) {
    const name = /wasm\/release\/([a-z]+\.c)$/.exec(file.file)?.[1];
    if (name === undefined) continue;
    seen.add(name);
    for (const line of file.lines) {
      lines++;
      branches += line.branches.length;
      const taken = line.branches.filter((b) => b.count > 0).length;
      if (line.count === 0) missing.push(`wasm/release/${name}:${line.line_number}: not reached`);
      else if (taken < line.branches.length) missing.push(`wasm/release/${name}:${line.line_number}: ${taken} of ${line.branches.length} branches`);
    }
  }
}
for (const m of missing) console.log(`  ${m}`);
const unseen = sources.filter((f) => !seen.has(f));
for (const f of unseen) console.log(`  wasm/release/${f}: gcov says nothing of it`);
const isGood = missing.length + unseen.length === 0 && branches > 0;
console.log(`${isGood ? 'ok' : 'not ok'} release_tests_take_every_branch: ${sources.length} files, ${lines} lines, ${branches} branches`);
process.exitCode = isGood ? 0 : 1;
