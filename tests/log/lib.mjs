// What the tests of the log share: real programs, folders of their own, claims.
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
const tools = process.env.SOTTO_TOOLS ?? join(root, "build/release/deploy/tools");
export const sotto = { log: join(tools, "sotto-log"), witness: join(tools, "sotto-witness"), release: join(tools, "sotto-release") };
const peerProgram = process.env.SOTTO_LOG_PEER ?? join(root, "build/tests/log-peer");

let failed = 0;
const children = new Set();
export const dir = mkdtempSync(join(tmpdir(), "sotto-log-"));
process.on("exit", () => {
  for (const child of children) child.kill("SIGKILL");
  rmSync(dir, { recursive: true, force: true });
});

export function check(condition, what) {
  if (!condition) throw new Error(what ?? "check failed");
}
export function equal(got, want, what = "") {
  if (got !== want) throw new Error(`${what}: got ${got}, want ${want}`);
}
/** One line of the result; later claims go on, since they may stand for themselves. */
export async function claim(name, run) {
  try {
    const note = await run();
    console.log(`ok ${name}${note === undefined ? "" : ` (${note})`}`);
  } catch (e) {
    failed++;
    console.log(`not ok ${name}: ${e.message}`);
    console.log(`    ${String(e.stack).split("\n").slice(1, 4).join("\n    ")}`);
  }
}
export function finish() {
  process.exit(failed === 0 ? 0 : 1);
}

/** A program to its end: code, stdout, stderr. */
export function run(program, args) {
  const r = spawnSync(program, args, { encoding: "utf8", maxBuffer: 1 << 28, timeout: 120_000 });
  if (r.error) throw r.error;
  return { code: r.status, out: r.stdout, err: r.stderr };
}
/** The same, which must have gone well: stdout. */
export function must(program, args) {
  const r = run(program, args);
  if (r.code !== 0) throw new Error(`${program.split("/").pop()} ${args.slice(0, 4).join(" ")}: code ${r.code}: ${r.err}${r.out}`.slice(0, 800));
  return r.out;
}
/** A program that may be killed at any time. */
export function start(program, args) {
  const child = spawn(program, args, { stdio: ["ignore", "pipe", "pipe"] });
  const self = { child, out: "", err: "", ended: undefined };
  children.add(child);
  child.stdout.setEncoding("utf8").on("data", (d) => (self.out += d));
  child.stderr.setEncoding("utf8").on("data", (d) => (self.err += d));
  self.ended = new Promise((done) =>
    child.on("close", (code, signal) => {
      children.delete(child);
      done({ code, signal });
    }),
  );
  return self;
}

/** What the independent reader counted. */
export function peer(args) {
  return JSON.parse(must(peerProgram, args));
}
export const read = (path) => readFileSync(path, "utf8");
export function file(name, text) {
  const path = join(dir, name);
  writeFileSync(path, text);
  return path;
}

/** The same numbers for the same seed (mulberry32). */
export function seeded(seed) {
  let a = seed >>> 0;
  return () => {
    a = (a + 0x6d2b79f5) >>> 0;
    let t = a;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
/** Size and root of a checkpoint's text. */
export function parts(checkpoint) {
  const [origin, size, rootHash] = checkpoint.split("\n");
  return { origin, size: Number(size), root: rootHash };
}
