// What README.md claims is shown: each link of the form [`test`](tests/FILE) names a test that stands in that file and is
// not on the list of attacks that still go through (tests/trust/expected-to-fail.txt); each row [A01](tests/attacks/FILE)
// stands there too; and every line of the two tables of threats that says "cannot" links a test.
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
const read = (path) => readFileSync(join(root, path), "utf8");
const readme = read("README.md");
const open = new Set(
  read("tests/trust/expected-to-fail.txt")
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map((line) => line.split(" ")[0]),
);

const wrong = [];
let links = 0;
for (const [, name, path] of readme.matchAll(/\[`?([A-Za-z0-9_]+)`?\]\((tests\/[^)#]+\.(?:c|mjs|sh|ts))\)/g)) {
  links++;
  if (!existsSync(join(root, path))) wrong.push(`${path}: there is no such file (${name})`);
  else if (!new RegExp(`\\b${name}\\b`).test(read(path))) wrong.push(`${path}: has no ${name}`);
  if (open.has(name)) wrong.push(`${name}: the attack still goes through`);
}
const table = readme.slice(readme.indexOf("## What protects what"), readme.indexOf("Not claimed:"));
const rows = table.split("\n").filter((line) => line.startsWith("| ") && !line.startsWith("| ---") && !line.startsWith("| who "));
for (const row of rows) {
  const cells = row.split(" | ");
  const cannot = cells[2]?.replace(/ \|$/, "").trim() ?? "";
  if (cannot !== "-" && !/\]\(tests\//.test(cannot)) wrong.push(`a line of the table of threats links no test: ${cells[0].slice(2)}`);
}
for (const w of wrong) console.log(`  ${w}`);
const fine = wrong.length === 0 && links > 0 && rows.length > 0;
console.log(`${fine ? "ok" : "not ok"} every_claim_of_the_readme_has_its_test (${links} links, ${rows.length} lines of the table)`);
process.exit(fine ? 0 : 1);
