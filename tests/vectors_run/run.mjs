// Runs the vector program built as WebAssembly: node tests/vectors_run/run.mjs FILE.wasm [DIR]
// The program opens "vectors/list" and "vectors/PATH"; both are read-only views of DIR.
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { createHost } from "../lib/wasm-run.mjs";

const [wasm, dir = "tests/vectors"] = process.argv.slice(2);
const isNote = (name) =>
  name.startsWith(".") || name.startsWith("README") || name === "SOURCES" || name.startsWith("LICENSE") || name.endsWith(".mjs");

// The same files in the same order as the native program's own walk (tests/vectors_run/files.c).
function list(folder, prefix) {
  const paths = [];
  const names = readdirSync(folder).sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  for (const name of names) {
    const info = statSync(join(folder, name));
    if (info.isDirectory() && !name.startsWith(".")) paths.push(...list(join(folder, name), `${prefix}${name}/`));
    else if (info.isFile() && !isNote(name)) paths.push(prefix + name);
  }
  return paths;
}

const host = createHost();
const { sotto } = host.imports;
const plain = { ...sotto };
const first = 1 << 20; // numbers from here on are ours
const files = [];
let memory;

function data(name) {
  if (name === "vectors/list") return Buffer.from(list(dir, "").map((path) => `${path}\n`).join(""));
  try {
    return readFileSync(join(dir, name.slice("vectors/".length)));
  } catch {
    return null;
  }
}

sotto.file_open = (p, n) => {
  const name = Buffer.from(memory.buffer, p >>> 0, n >>> 0).toString("utf8");
  if (!name.startsWith("vectors/")) return plain.file_open(p, n);
  const bytes = data(name);
  return bytes === null ? -1 : first + files.push(bytes) - 1;
};
sotto.file_size = (f) => (f < first ? plain.file_size(f) : files[f - first].length);
sotto.file_read = (f, p, n, offset) => {
  if (f < first) return plain.file_read(f, p, n, offset);
  const part = files[f - first].subarray(offset, offset + (n >>> 0));
  new Uint8Array(memory.buffer).set(part, p >>> 0);
  return part.length;
};

const instance = new WebAssembly.Instance(new WebAssembly.Module(readFileSync(wasm)), host.imports);
host.attach(instance);
memory = instance.exports.memory;
process.exitCode = instance.exports.test_main() === 0 ? 0 : 1;
