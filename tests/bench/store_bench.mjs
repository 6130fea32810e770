// Times the store: node tests/bench/store_bench.mjs [N] [--native]. One JSON line a figure.
// Without --native: as WebAssembly, files in memory, so that figures compare with the native ones on /dev/shm.
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { createHost } from "../lib/wasm-run.mjs";
import { measure } from "./store-browser/measure.mjs";

const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
const count = Number(process.argv.slice(2).find((a) => /^\d+$/.test(a)) ?? 100000);

// SOTTO_STORE_BENCH names a module that is built already.
export function buildModule() {
  if (process.env.SOTTO_STORE_BENCH) return process.env.SOTTO_STORE_BENCH;
  const out = join(root, "build/wasm/tests/store_bench.wasm");
  mkdirSync(dirname(out), { recursive: true });
  execFileSync(join(root, "deploy/build-wasm.sh"), ["--test", "tests/bench/store_bench.c", out], {
    cwd: root,
    stdio: ["ignore", 2, 2],
    env: { ...process.env, MAKEFLAGS: "TEST_ROOM=store" }, // link the room alone
  });
  return out;
}

function native() {
  const build = join(root, "build/bench");
  const quiet = { cwd: root, stdio: ["ignore", "ignore", 2] };
  execFileSync("cmake", ["-S", ".", "-B", build, "-DCMAKE_BUILD_TYPE=Release", "-DSOTTO_GATEWAY=OFF"], quiet);
  execFileSync("cmake", ["--build", build, "-j2", "--target", "bench_store"], quiet);
  execFileSync(join(build, "tests/bench_store"), [String(count), join(build, "store")], { stdio: "inherit" });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  if (process.argv.includes("--native")) {
    native();
  } else {
    const host = createHost();
    const { instance } = await WebAssembly.instantiate(readFileSync(buildModule()), host.imports);
    host.attach(instance);
    measure(instance.exports, count, (line) => console.log(JSON.stringify(line)));
  }
}
