// Runs a unit test built as WebAssembly: node tests/lib/wasm-run.mjs FILE.wasm
// Gives it the core's imports over files in memory, and `log`, which only tests may import.
// A name "tests/..." opens that file of the repository, read-only: the vectors.
import { randomFillSync } from "node:crypto";
import { readFileSync, writeSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..");

export function createHost() {
  let memory;
  const names = new Map();
  const files = [];
  const bytes = (p, n) => new Uint8Array(memory.buffer, p >>> 0, n >>> 0);
  const text = (p, n) => Buffer.from(bytes(p, n)).toString("utf8");

  const resize = (file, size) => {
    if (size > file.data.length) {
      const data = new Uint8Array(Math.max(size, file.data.length * 2));
      data.set(file.data.subarray(0, file.size));
      file.data = data;
    } else if (size < file.size) {
      file.data.fill(0, size, file.size);
    }
    file.size = size;
  };

  const open = (name) => {
    if (!names.has(name)) {
      const file = { data: new Uint8Array(0), size: 0, readOnly: false };
      if (name.startsWith("tests/")) {
        if (normalize(name) !== name) return -1;
        try {
          file.data = new Uint8Array(readFileSync(join(root, name)));
        } catch {
          return -1;
        }
        file.size = file.data.length;
        file.readOnly = true;
      }
      names.set(name, files.push(file) - 1);
    }
    return names.get(name);
  };

  const sotto = {
    random: (p, n) => void randomFillSync(bytes(p, n)),
    panic: (p, n) => {
      throw new Error(`panic: ${text(p, n)}`);
    },
    log: (p, n) => {
      const all = Buffer.from(bytes(p, n));
      for (let done = 0; done < all.length; ) done += writeSync(1, all, done);
    },
    file_open: (p, n) => open(text(p, n)),
    file_read: (f, p, n, offset) => {
      const file = files[f];
      if (!file) return -1;
      const end = Math.min(file.size, offset + (n >>> 0));
      if (offset >= end) return 0;
      bytes(p, n).set(file.data.subarray(offset, end));
      return end - offset;
    },
    file_write: (f, p, n, offset) => {
      const file = files[f];
      if (!file || file.readOnly) return -1;
      if (offset + (n >>> 0) > file.size) resize(file, offset + (n >>> 0));
      file.data.set(bytes(p, n), offset);
      return 0;
    },
    file_truncate: (f, size) => {
      const file = files[f];
      if (!file || file.readOnly) return -1;
      resize(file, size);
      return 0;
    },
    file_flush: (f) => (files[f] ? 0 : -1),
    file_size: (f) => (files[f] ? files[f].size : -1),
  };
  return {
    imports: { sotto },
    attach: (instance) => {
      memory = instance.exports.memory;
    },
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const host = createHost();
  const module = new WebAssembly.Module(readFileSync(process.argv[2]));
  const instance = new WebAssembly.Instance(module, host.imports);
  host.attach(instance);
  process.exitCode = instance.exports.test_main() === 0 ? 0 : 1;
}
