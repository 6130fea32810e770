// SQL stands in wasm/store alone: elsewhere in wasm/ no statement is written, run or read from; functions with types do that.
// Counted: store_sql_* and store_rows_*, called or handed on, and literals that begin as a statement does.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..");

// Words that stand alone, and words that something follows. In small letters many are English, so more is wanted of them;
// "commit" and "rollback" are names in wasm/release (a transaction begins somewhere, too).
const ALONE = "BEGIN|END|VACUUM|ANALYZE|REINDEX";
const FOLLOWED = "SELECT|INSERT|UPDATE|DELETE|REPLACE|WITH|VALUES|EXPLAIN|SAVEPOINT|RELEASE|CREATE|DROP|ALTER|ATTACH|DETACH|PRAGMA";
const GREAT = new RegExp(`^"(?:\\s|\\\\[nrt])*(?:COMMIT|ROLLBACK|${ALONE}|${FOLLOWED})\\b`);
const SMALL = new RegExp(`^"(?:\\s|\\\\[nrt])*(?:(?:${ALONE})\\b(?![\\w/.:-])|(?:${FOLLOWED})(?:\\s*"\\s*")?(?:\\s|\\\\[nrt]|[(*]))`, "i");
const CALL = /\bstore_(?:sql|rows)_\w+|\bsqlite3_\w+/g;

// Literals are looked at as a whole: one that goes on behind a line's end is one. Then they and the comments are blanks.
function statements(text) {
  let n = 0;
  const code = text.replace(/\/\*[^]*?\*\/|\/\/[^\n]*|(?:"(?:\\[^]|[^"\\\n])*"\s*)+|'(?:\\.|[^'\\\n])*'/g, (m) => {
    if (GREAT.test(m) || SMALL.test(m)) n++;
    return " ";
  });
  return n + (code.match(CALL) ?? []).length;
}

const broken = [
  ['TRY(store_sql_run(s, "UPDATE x SET y=?", "i", 1));', 2],
  ['#define ALL "SELECT a,b "\\\n  "FROM x WHERE "\n', 1],
  ['"SELECT a " /* why */ "FROM x"', 1],
  ["store_rows_close(&r);", 1],
  ["run = store_sql_run;", 1],
  ['"delete from chat" "ALTER TABLE x" // one', 1],
  ['f("Vacuum", " begin", "\\n COMMIT", "alter table x")', 4],
  ['/* "SELECT a" store_sql_run( */ // store_rows_open(', 0],
  ['store_chat_set_title(s, 1, "a name"); store_chat_get(s, "SELECTED"); struct store_rows r;', 0],
].filter(([text, n]) => statements(text) !== n);

const files = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard", "wasm"], { cwd: root, encoding: "utf8" })
  .split("\n")
  .filter((f) => /\.[ch]$/.test(f) && !f.startsWith("wasm/store/"));
const found = [];
for (const path of files) {
  let text;
  try {
    text = readFileSync(join(root, path), "utf8");
  } catch {
    continue; // taken away and not told to git yet
  }
  const n = statements(text);
  if (n > 0) found.push(`${path}: ${n}`);
}
for (const [claim, wrong] of [
  ["the_counting_of_statements_is_right", broken.map(([text]) => text)],
  ["no_statement_outside_the_store", found.concat(files.length === 0 ? ["nothing was looked at"] : [])],
]) {
  for (const line of wrong) console.log(`  ${line}`);
  console.log(`${wrong.length === 0 ? "ok" : "not ok"} ${claim} (${files.length} files)`);
  if (wrong.length > 0) process.exitCode = 1;
}
