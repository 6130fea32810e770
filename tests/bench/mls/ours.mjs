// Our side: mls_bench.c as WebAssembly, over the sealed store with files in memory.
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { createHost } from "../../lib/wasm-run.mjs";

const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..", "..");

export async function openOurs() {
  const out = join(root, "build/wasm/tests/mls_bench.wasm");
  mkdirSync(dirname(out), { recursive: true });
  execFileSync(join(root, "deploy/build-wasm.sh"), ["--test", "tests/bench/mls_bench.c", out], {
    cwd: root,
    stdio: ["ignore", 2, 2],
    // Link the rooms that it uses, alone.
    env: { ...process.env, MAKEFLAGS: "TEST_ROOM=bench USES_bench=base\\ crypto\\ schema\\ schema/gen\\ mls\\ store" },
  });
  const host = createHost();
  let written = 0; // what went to the files: sealed pages of the log
  const write = host.imports.sotto.file_write;
  host.imports.sotto.file_write = (f, p, n, at) => ((written += n >>> 0), write(f, p, n, at));
  const { instance } = await WebAssembly.instantiate(readFileSync(out), host.imports);
  host.attach(instance);
  const x = instance.exports;
  x._initialize?.();
  const must = (code) => {
    if (code !== 0) throw new Error("mls_bench failed");
  };
  const names = Array.from({ length: x.bench_ops() }, (_, op) => {
    const bytes = new Uint8Array(x.memory.buffer, x.bench_name(op), 40);
    return new TextDecoder().decode(bytes.slice(0, bytes.indexOf(0)));
  });
  // One life of a group; record(name, ms, what it wrote).
  return async (suite, n, record, now) => {
    must(x.bench_begin(suite, n));
    for (const [op, name] of names.entries()) {
      must(x.bench_prepare(op));
      written = 0;
      const start = now();
      must(x.bench_run(op));
      const times = x.bench_repetitions(op);
      record(name, (now() - start) / times, { rows: x.bench_rows(op) / times, bytes: Math.round(x.bench_bytes(op) / times), file_bytes: Math.round(written / times) });
    }
  };
}
