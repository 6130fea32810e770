// Times MLS operations in WebAssembly: node tests/bench/mls_bench.mjs [SUITE [N]]. One JSON line an operation.
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { createHost } from "../lib/wasm-run.mjs";

const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
const out = join(root, "build/wasm/tests/mls_bench.wasm");
mkdirSync(dirname(out), { recursive: true });
execFileSync(join(root, "deploy/build-wasm.sh"), ["--test", "tests/bench/mls_bench.c", out], {
  cwd: root,
  stdio: ["ignore", 2, 2],
  env: { ...process.env, MAKEFLAGS: "TEST_ROOM=mls" }, // link the room alone
});

const host = createHost();
const { instance } = await WebAssembly.instantiate(readFileSync(out), host.imports);
host.attach(instance);
const x = instance.exports;
x._initialize?.();

const only = process.argv.slice(2).map(Number);
let bad = 0;
for (const suite of [1, 3, 0x4f]) {
  for (const n of [2, 32, 256]) {
    if ((only.length > 0 && only[0] !== suite) || (only.length > 1 && only[1] !== n)) continue;
    bad |= x.bench_begin(suite, n);
    for (let op = 0; op < x.bench_ops() && bad === 0; op++) {
      bad |= x.bench_prepare(op);
      const start = performance.now();
      bad |= x.bench_run(op);
      x.bench_line(op, performance.now() - start);
    }
  }
}
process.exit(bad);
