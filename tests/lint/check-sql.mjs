// SQL stands in wasm/store alone: elsewhere in wasm/ no statement is written, run or read from; functions with types do that.
// What is left of before stands in raw-sql.txt, how much in which file; a file that has less is a mistake too, so that the
// list only shrinks. Counted: calls of store_sql_* and store_rows_*, calls that hand a statement on (store_chat_set,
// store_person_set), and literals that begin as a statement does.
// Usage: node tests/lint/check-sql.mjs [--shrink]   --shrink: writes the list anew where there is less; more stays a mistake
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
const list = join(root, "tests/lint/raw-sql.txt");
const HEAD = "# Statements of SQL outside wasm/store: how many, where. check-sql.mjs. May only shrink.\n";

const STATEMENT = /^"\s*(SELECT|INSERT|UPDATE|DELETE|REPLACE|WITH|SAVEPOINT|RELEASE|ROLLBACK|CREATE|DROP|PRAGMA)\b/;
const CALL = /\bstore_(?:(?:sql|rows)_\w+|(?:chat|person)_set)\s*\(/g;

// Literals are looked at as a whole: one that goes on behind a line's end is one. Then they and the comments are blanks.
function statements(text) {
  let n = 0;
  const code = text.replace(/\/\*[^]*?\*\/|\/\/[^\n]*|(?:"(?:\\[^]|[^"\\\n])*"\s*)+|'(?:\\.|[^'\\\n])*'/g, (m) => {
    if (STATEMENT.test(m)) n++;
    return " ";
  });
  return n + (code.match(CALL) ?? []).length;
}

const broken = [
  ['TRY(store_sql_run(s, "UPDATE x SET y=?", "i", 1));', 2],
  ['#define ALL "SELECT a,b "\\\n  "FROM x WHERE "\n', 1],
  ['"SELECT a " /* why */ "FROM x"', 1],
  ['store_rows_close(&r); store_chat_set(s, "UPDATE chat SET a=? WHERE id=?", 0, 1);', 3],
  ['/* "SELECT a" store_sql_run( */ // store_rows_open(', 0],
  ['store_chat_set_title(s, 1, "a name"); store_chat_get(s, "SELECTED"); struct store_rows r;', 0],
].filter(([text, n]) => statements(text) !== n);

const files = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard", "wasm"], { cwd: root, encoding: "utf8" })
  .split("\n")
  .filter((f) => /\.[ch]$/.test(f) && !f.startsWith("wasm/store/"));
const found = new Map();
for (const path of files) {
  let text;
  try {
    text = readFileSync(join(root, path), "utf8");
  } catch {
    continue; // taken away and not told to git yet
  }
  const n = statements(text);
  if (n > 0) found.set(path, n);
}
const listed = new Map(
  readFileSync(list, "utf8")
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map((line) => [line.split(" ")[0], Number(line.split(" ")[1])]),
);

const more = [];
const less = [];
for (const [path, n] of found) if (n > (listed.get(path) ?? 0)) more.push(`${path}: ${n}, and ${listed.get(path) ?? 0} may be`);
for (const [path, n] of listed) {
  if ((found.get(path) ?? 0) < n) less.push(`${path}: ${found.get(path) ?? 0} are left of ${n}: write that (--shrink)`);
}
if (process.argv[2] === "--shrink") {
  const rows = [...listed].map(([path, n]) => [path, Math.min(n, found.get(path) ?? 0)]).filter(([, n]) => n > 0);
  writeFileSync(list, HEAD + rows.map(([path, n]) => `${path} ${n}\n`).join(""));
  less.length = 0;
}
const all = [...found.values()].reduce((a, b) => a + b, 0);
for (const [claim, wrong] of [
  ["the_counting_of_statements_is_right", broken.map(([text]) => text)],
  ["no_raw_statement_but_the_listed_ones", more.concat(files.length === 0 ? ["nothing was looked at"] : [])],
  ["every_listed_raw_statement_is_still_there", less],
]) {
  for (const line of wrong) console.log(`  ${line}`);
  console.log(`${wrong.length === 0 ? "ok" : "not ok"} ${claim} (${all} in ${found.size} of ${files.length} files)`);
  if (wrong.length > 0) process.exitCode = 1;
}
