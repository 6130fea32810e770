// Chains of entries: chain_bench.c as WebAssembly; one JSON line a figure. node tests/bench/mls/chain.mjs
// Processor time, the median of seven rounds; each round has a store of its own, in which the chain is new.
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { createHost } from "../../lib/wasm-run.mjs";

const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..", "..");
const out = join(root, "build/wasm/tests/chain_bench.wasm");
mkdirSync(dirname(out), { recursive: true });
execFileSync(join(root, "deploy/build-wasm.sh"), ["--test", "tests/bench/chain_bench.c", out], { cwd: root, stdio: ["ignore", 2, 2] });
const host = createHost();
const { instance } = await WebAssembly.instantiate(readFileSync(out), host.imports);
host.attach(instance);
const x = instance.exports;
x._initialize?.();

const ENTRIES = 1024;
const ROUNDS = 7;
const must = (code) => {
  if (code !== 0) throw new Error("chain_bench failed");
};
const now = () => {
  const t = process.cpuUsage();
  return (t.user + t.system) / 1000;
};
const name = (op) => {
  const bytes = new Uint8Array(x.memory.buffer, x.bench_name(op), 40);
  return new TextDecoder().decode(bytes.slice(0, bytes.indexOf(0)));
};
const times = new Map();
for (let round = 0; round < ROUNDS; round++) {
  must(x.bench_begin(ENTRIES));
  for (let op = 0; op < x.bench_ops(); op++) {
    const start = now();
    must(x.bench_run(op));
    times.set(op, [...(times.get(op) ?? []), (now() - start) / x.bench_repetitions(op)]);
  }
}
const rounded = (ms) => Number(ms.toFixed(4));
for (const [op, list] of times) {
  const sorted = [...list].sort((a, b) => a - b).map(rounded);
  console.log(JSON.stringify({ what: "chain", op: name(op), entries: ENTRIES, signatures: x.bench_signatures(), ms: sorted[ROUNDS >> 1], min: sorted[0], max: sorted.at(-1) }));
}
// What a Welcome carries more than before there were chains: short ones, as people have, and long ones.
for (const entries of [1, 3, 10]) {
  for (const members of [10, 100, 250]) console.log(JSON.stringify({ what: "chain_welcome", members, entries, bytes: x.bench_welcome(members, entries) }));
}
