// Each op of the page (wasm/schema/abi.cddl) has one row in the table of wasm/core/ops.c, and no row is of none.
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
const kinds = /enum abi_op_kind \{([^}]*)\}/.exec(readFileSync(join(root, "wasm/schema/gen/abi.h"), "utf8"))[1].match(/\bABI_OP_\w+/g);
const rows = [...readFileSync(join(root, "wasm/core/ops.c"), "utf8").matchAll(/^\s*\[(ABI_OP_\w+)\] =/gm)].map((m) => m[1]);

const wrong = [
  ...kinds.filter((op) => !rows.includes(op)).map((op) => `${op} has no row`),
  ...rows.filter((op, i) => rows.indexOf(op) !== i).map((op) => `${op} has two rows`),
];
for (const line of wrong) console.log(`  wasm/core/ops.c: ${line}`);
console.log(`${wrong.length === 0 ? "ok" : "not ok"} every_op_has_one_row (${kinds.length} ops)`);
process.exitCode = wrong.length === 0 ? 0 : 1;
