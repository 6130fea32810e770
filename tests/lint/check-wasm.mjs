// Compares what build/wasm/{core,kdf}.wasm import and export with wasm/imports.txt and wasm/exports.txt.
// Usage: node tests/lint/check-wasm.mjs [FOLDER]. Prints ok / not ok lines, exit code 1 on any difference.
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
const folder = process.argv[2] ?? join(root, "build", "wasm");
const BANNED = [root, "/usr/", "/home/"]; // a path in the binary would break reproducibility
let failed = 0;

const report = (name, wrong) => {
  console.log(`${wrong.length === 0 ? "ok" : "not ok"} ${name}`);
  for (const line of wrong) console.log(`  ${line}`);
  failed += wrong.length === 0 ? 0 : 1;
};

const listed = (file, module) =>
  readFileSync(join(root, "wasm", file), "utf8")
    .split("\n")
    .map((line) => line.split(" "))
    .filter(([first]) => first === module)
    .map(([, name]) => name)
    .sort();

const difference = (have, want) => [
  ...have.filter((x) => !want.includes(x)).map((x) => `not listed: ${x}`),
  ...want.filter((x) => !have.includes(x)).map((x) => `listed, but not there: ${x}`),
];

for (const name of ["core", "kdf"]) {
  let bytes;
  try {
    bytes = readFileSync(join(folder, `${name}.wasm`));
  } catch (e) {
    report(`wasm_${name}_is_built`, [e.message]);
    continue;
  }
  const module = new WebAssembly.Module(bytes);
  const imports = WebAssembly.Module.imports(module);
  const exports = WebAssembly.Module.exports(module);
  report(
    `wasm_${name}_imports_what_is_listed`,
    difference(imports.map((i) => `${i.module} ${i.kind} ${i.name}`).sort(), listed("imports.txt", name).map((n) => `sotto function ${n}`)),
  );
  report(
    `wasm_${name}_exports_what_is_listed`,
    difference(exports.map((e) => `${e.kind} ${e.name}`).sort(), ["memory memory", ...listed("exports.txt", name).map((n) => `function ${n}`)].sort()),
  );
  report(
    `wasm_${name}_names_no_path_of_the_build_machine`,
    BANNED.filter((text) => bytes.includes(text)),
  );
}
process.exitCode = failed === 0 ? 0 : 1;
