// Prints what a part has measured: node tests/bench/table.mjs PART. Reads build/bench/PART.jsonl.
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gateway } from "./tables/gateway.mjs";
import { mls } from "./tables/mls.mjs";
import { store } from "./tables/store.mjs";
import { web } from "./tables/web.mjs";

const build = join(dirname(fileURLToPath(import.meta.url)), "../../build/bench");
const lines = (name) =>
  readFileSync(join(build, name), "utf8")
    .split("\n")
    .filter((l) => l.startsWith("{"))
    .map((l) => JSON.parse(l));

const part = process.argv[2];
const [run] = lines(`${part}.run.json`);
const { title, notes, head, rows } = { mls, store, web, gateway }[part](lines);

console.log(`\n== ${title}`);
console.log(`   kernel ${run.kernel}, node ${process.version}, load average at the start ${run.load}, ${run.seconds} s`);
for (const note of notes) console.log(`   ${note}`);
const table = [head, ...rows];
const width = head.map((_, i) => Math.max(...table.map((r) => String(r[i] ?? "").length)));
for (const row of table) {
  console.log(row.map((cell, i) => (i === 0 ? String(cell ?? "").padEnd(width[i]) : String(cell ?? "").padStart(width[i]))).join("  ").trimEnd());
}
const verdicts = rows.map((r) => r.at(-1));
console.log(`   ${verdicts.filter((v) => v === "met").length} targets met, ${verdicts.filter((v) => v === "missed").length} missed`);
