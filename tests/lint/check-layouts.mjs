// A layout that was released is never changed: stores and gateways of that number are out there, and older layouts are only
// known by these files. layouts.txt has the hash of each migration without its comments; a new one gets its line with it:
// node tests/lint/check-layouts.mjs --add
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { appendFileSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
const list = join(root, "tests/lint/layouts.txt");
const files = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard", "wasm/store/migrations/*.sql", "gateway/migrations/*.sql"], { cwd: root, encoding: "utf8" }).split("\n").filter(Boolean);

/** What SQLite reads of it: comments and the room between words do not count, strings do. */
const said = (sql) => sql.replace(/'(?:[^']|'')*'|--[^\n]*|\s+/g, (m) => (m[0] === "'" ? m : " ")).replace(/ +/g, " ").trim();
const hash = (file) => createHash("sha256").update(said(readFileSync(join(root, file), "utf8"))).digest("hex");
const listed = new Map(readFileSync(list, "utf8").split("\n").filter((l) => l !== "" && !l.startsWith("#")).map((l) => l.split("  ").reverse()));

if (process.argv[2] === "--add") {
  for (const file of files.filter((f) => !listed.has(f))) appendFileSync(list, `${hash(file)}  ${file}\n`);
  process.exit(0);
}
const faults = [
  ...files.filter((f) => !listed.has(f)).map((f) => `${f} has no line in tests/lint/layouts.txt (check-layouts.mjs --add)`),
  ...files.filter((f) => listed.has(f) && listed.get(f) !== hash(f)).map((f) => `${f} is not what it was: a change needs a migration of its own`),
  ...[...listed.keys()].filter((f) => !files.includes(f)).map((f) => `${f} is gone`),
];
for (const fault of faults) console.log(`  ${fault}`);
const fine = files.length > 0 && faults.length === 0;
console.log(`${fine ? "ok" : "not ok"} released_layouts_stay_as_they_are (${files.length} migrations)`);
process.exit(fine ? 0 : 1);
