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

// Every operation's median over several lives of a group; the first lives only warm the compiler up.
const only = process.argv.slice(2).map(Number);
// Processor time, since the machine may have other work.
const now = () => {
  const t = process.cpuUsage();
  return (t.user + t.system) / 1000;
};
const median = (list) => list.sort((a, b) => a - b)[list.length >> 1];
function live(suite, n, record) {
  if (x.bench_begin(suite, n) !== 0) process.exit(1);
  for (let op = 0; op < x.bench_ops(); op++) {
    if (x.bench_prepare(op) !== 0) process.exit(1);
    const start = now();
    if (x.bench_run(op) !== 0) process.exit(1);
    record(op, now() - start);
  }
}
for (const suite of [1, 3, 0x4f]) {
  for (const n of [2, 32, 256]) {
    if ((only.length > 0 && only[0] !== suite) || (only.length > 1 && only[1] !== n)) continue;
    const times = Array.from({ length: x.bench_ops() }, () => []);
    for (let i = 0; i < 3; i++) live(suite, 8, () => {});
    for (let i = 0; i < (n > 100 ? 3 : 15); i++) live(suite, n, (op, ms) => times[op].push(ms));
    times.forEach((list, op) => x.bench_line(op, median(list)));
  }
}
