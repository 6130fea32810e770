// What comments and documents refer to is there: an X.md is a document of this tree (by path, from the folder of the file
// that names it, or as the only one of its name), a section behind it is a heading in it, by number or in quotes, and no
// paper outside the tree is named. "Section 5" alone is a section of the document itself, or of one that the file names;
// of an RFC or a draft it is their own. A file that a comment or a document names by a path is in the tree: from the root,
// wasm/, the folder of the file that names it or the one above, or as the end of another path. The checks of
// wasm/mls/CHECKS.md are those that code and tests name.
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { basename, dirname, join, posix } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
const LOOKED_AT = /(?:\.(?:c|h|ts|tsx|js|mjs|css|sh|sql|py|cddl|pml|txt|md)|(?:^|\/)\.clang-[a-z]+|CMakeLists\.txt)$/;
// Whole, unmodified files of others, and what is made by a generator.
const NOT = /^tests\/vectors\/(?!sotto\/)|\.gen\.ts$|^wasm\/schema\/gen\/|^web\/data\/|package-lock/;
// Papers that this tree was written from, and that are not in it.
const OUTSIDE = [
  "e2ee-core", "verified-delivery", "wasm-core", "web-and-operator", "trust-review", "audit-findings", "people-findings",
  "newcomer-findings", "cases-everyday", "matrix-addendum", "matrix-cases", "matrix-corrections", "session-addendum", "session-cases",
  "synapse-recipe",
];
const outside = new RegExp(`(?<![\\w/-])(?:${OUTSIDE.join("|")})(?![\\w-])`, "g");

const NUMBER = String.raw`\d{1,2}(?:\.\d{1,2})*(?![\d%x])`;
const NUMBERS = String.raw`${NUMBER}(?:(?:, | and | to |-)${NUMBER}(?! [a-z]*(?:bytes|bits|ms|s)\b))*`;
const named = new RegExp(String.raw`([\w./-]*[\w-]\.md)\b(?:[\x60)]?,? (?:sections? )?(${NUMBERS})(?=[\s),;:.\x60]|$)|\x60?,? "([^"]+)")?`, "g");
const section = new RegExp(String.raw`((?:RFC \d+|draft-[\w-]+|SP [\d-]+|FIPS \d+|\.md\x60?),? \(?)?\b[Ss]ections? (${NUMBERS})`, "g");
const bare = new RegExp(String.raw`^\s*(?:\/\*|\*|\/\/|#|--).*?\((\d\.\d(?:(?:, | and |-)\d\.\d)*)\)`);

// A path of a file; not of a document (those are looked at by name), nor one that goes on, or has a part for anything.
const file = /(?<![\w./:@$*{}<>~-])((?:\.{0,2}\/)?(?:[\w.-]+\/)+[\w.-]+\.(?:c|h|mjs|js|tsx?|css|sh|py|go|txt|json|cddl|sql|pml))(?![\w/*{<$-])/g;
// ROOM/X_test.c and x.c stand for any; build/ and the others are made.
const ANY = /(?:^|[/_])(?:[A-Z]+|[xy])(?=[/._]|$)|^(?:\.\.?\/)*(?:build|app-dir|node_modules)\/|^\/(?:etc|usr|opt|var|tmp|srv|run|proc)\//;

/** What is said in a file: all of a document, the comments of code. */
function said(text, path) {
  if (/\.(?:md|txt)$/.test(path)) return text;
  const comment = /\.(?:sh|py)$|\.clang-[a-z]+$|CMakeLists\.txt$/.test(path)
    ? /(?<=^|\s)#[^\n]*/g
    : path.endsWith(".sql")
      ? /--[^\n]*/g
      : path.endsWith(".cddl")
        ? /;[^\n]*/g
        : /\/\*[^]*?\*\/|(?<![:"'`\\/])\/\/[^\n]*|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'/g;
  return (text.match(comment) ?? []).filter((m) => !/^["']/.test(m)).join("\n");
}

/** Lines joined, without what begins them in comments. */
const flow = (text, path) => text.replace(path.endsWith(".md") ? /\n[ \t>]*/g : /\n[ \t]*(?:\*(?!\/)|\/\/|#|--|;)?[ \t]*/g, " ");
const numbersOf = (text) => text.split(/, | and | to |-/);

class Tree {
  /** files: path -> text; all: every path there is */
  constructor(files, all = [...files.keys()]) {
    this.files = files;
    this.all = new Set(all.flatMap((path) => path.split("/").map((_, i, parts) => parts.slice(i).join("/"))));
    this.paths = new Set(all);
    this.headings = new Map();
    for (const [path, text] of files) {
      if (!path.endsWith(".md")) continue;
      const titles = [...text.matchAll(/^#{1,6} (.+)$/gm)].map((m) => m[1].trim());
      this.headings.set(path, { titles: new Set(titles), numbers: new Set(titles.flatMap((t) => /^(\d+(?:\.\d+)*)\.? /.exec(t)?.[1] ?? [])) });
    }
  }

  find(from, name) {
    const docs = [...this.headings.keys()];
    const beside = posix.normalize(posix.join(dirname(from), name));
    if (this.headings.has(beside)) return beside;
    const path = name.replace(/^(?:\/|\.\.?\/)+/, ""); // in a test: ROOT "/../" and the path
    if (this.headings.has(path)) return path;
    const same = docs.filter((d) => basename(d) === path);
    return same.length === 1 ? same[0] : undefined;
  }

  has(from, path) {
    const beside = [dirname(from), dirname(dirname(from))].map((folder) => posix.normalize(posix.join(folder, path)));
    return this.all.has(path.replace(/^\.\//, "")) || beside.some((p) => this.paths.has(p));
  }

  /** Faults of one file; counts what was looked at. */
  faults(path, count) {
    const out = [];
    const text = this.files.get(path);
    const whole = flow(text, path);
    for (const m of whole.matchAll(outside)) out.push(`names ${m[0]}, which is not in the tree`);
    for (const [, name] of said(text, path).matchAll(file)) {
      if (ANY.test(name)) continue;
      count.files = (count.files ?? 0) + 1;
      if (!this.has(path, name)) out.push(`${name} is no file of the tree`);
    }
    const docs = new Set();
    if (this.headings.get(path)?.numbers.size > 0) docs.add(path);
    for (const [, name, numbers, title] of whole.matchAll(named)) {
      count.documents++;
      const doc = this.find(path, name);
      if (doc === undefined) {
        out.push(`${name} is no document of the tree, or one of several`);
        continue;
      }
      docs.add(doc);
      const { numbers: has, titles } = this.headings.get(doc);
      for (const n of numbers && has.size > 0 ? numbersOf(numbers) : []) {
        count.sections++;
        if (!has.has(n)) out.push(`${name} has no section ${n}`);
      }
      if (numbers && has.size === 0) out.push(`${name} has no sections with numbers (${numbers})`);
      if (title !== undefined) {
        count.sections++;
        if (!titles.has(title)) out.push(`${name} has no section "${title}"`);
      }
    }
    for (const [, of, numbers] of whole.matchAll(section)) {
      if (of !== undefined) continue;
      for (const n of numbersOf(numbers)) {
        count.sections++;
        if (![...docs].some((d) => this.headings.get(d).numbers.has(n))) out.push(`section ${n} of what?`);
      }
    }
    if (!path.endsWith(".md")) {
      for (const line of text.split("\n")) {
        const m = bare.exec(line);
        if (m && !/RFC \d|draft-|\.md/.test(line)) out.push(`(${m[1]}) of what?`);
      }
    }
    return out;
  }

  /** CHECKS.md beside what names its numbers. */
  checkFaults() {
    const table = this.files.get("wasm/mls/CHECKS.md") ?? "";
    const rows = new Map();
    const out = [];
    for (const [, number, files] of table.matchAll(/^\| V(\d+) \|.*\| ([^|]*) \|$/gm)) {
      if (rows.has(number)) out.push(`CHECKS.md: V${number} twice`);
      rows.set(number, [...files.matchAll(/`([^`]+)`/g)].map((m) => m[1]));
    }
    for (const [number, files] of rows) for (const f of files.filter((f) => !this.files.has(`wasm/mls/${f}`))) out.push(`CHECKS.md: V${number} is in wasm/mls/${f}, which is not there`);
    const used = new Set();
    for (const [path, text] of this.files) {
      if (!/^(?:wasm|tests\/unit)\/mls\/.*\.[ch]$/.test(path)) continue;
      for (const m of text.matchAll(/\bV(\d+)\b|(?<=[\s(_])v(\d+)(?=_)/g)) {
        const n = m[1] ?? m[2];
        used.add(n);
        if (!rows.has(n)) out.push(`${path}: V${n} is not in CHECKS.md`);
      }
    }
    for (const n of rows.keys()) if (!used.has(n)) out.push(`CHECKS.md: V${n} is named by no code and no test`);
    return { out, rows: rows.size };
  }
}

let bad = false;
function claim(name, list) {
  for (const line of list) console.log(`  ${line}`);
  console.log(`${list.length === 0 ? "ok" : "not ok"} ${name}`);
  bad ||= list.length > 0;
}

// The check itself: each of these has so many faults.
const papers = new Map([
  ["a/DOC.md", "# Doc\n## 1. One\n### 1.2 Two\n## Named\n"],
  ["a/README.md", "# A\n"],
  ["b/README.md", "# B\n"],
  ["wasm/own/there.c", ""],
]);
const planted = [
  ["/* DOC.md 1.2. */", 0],
  ["/* DOC.md 1.3. */", 1],
  ["/* See DOC.md 1,\n * 1.2 and 7. */", 1],
  ['/* See\n * a/DOC.md "Named". */', 0],
  ['/* DOC.md "Names". */', 1],
  ["/* GONE.md */", 1],
  ["/* c/DOC.md */", 1],
  ["/* README.md: which? */", 1],
  ["/* b/README.md 2.1 */", 1],
  ["/* verified-delivery 4.2 */", 1],
  ["/* e2ee-core */", 1],
  ["/* RFC 4648, section 10; sect. */", 0],
  ["/* Section 9. */", 1],
  ["/* DOC.md: section 1.2 */", 0],
  ["/* DOC.md: sections 1 and 9 */", 1],
  ["/* the gate (4.1, 4.3) */", 1],
  ["/* RFC 9180 5.1, exported (5.3) */", 0],
  ["/* DOC.md 1, 64 bytes of it */", 0],
  ["/* See wasm/own/gone.c. */", 1],
  ["// tests/lint/check-gone.mjs", 1],
  ["// own/there.c, wasm/own/there.c, ../wasm/own/there.c, ROOM/X_test.c, build/x/gone.c and wasm/own/*.c", 0],
  ["/* ../own/there.c */", 1],
  ['f("wasm/own/gone.c")', 0],
];
claim(
  "refs_check_sees_what_leads_nowhere",
  planted.flatMap(([text, wanted]) => {
    const found = new Tree(new Map([...papers, ["c/x.c", text]])).faults("c/x.c", { documents: 0, sections: 0 });
    return found.length === wanted ? [] : [`${JSON.stringify(text)}: ${found.length} found: ${found.join(" | ")}`];
  }),
);
const table = (rows) => rows.map(([v, f]) => `| V${v} | x | 6 | \`${f}\` |`).join("\n");
claim(
  "refs_check_sees_checks_that_are_missing",
  [
    [table([[1, "a.c"]]), "/* V1. */", 0],
    [table([[1, "a.c"]]), "/* V1-V2. */", 1],
    [table([[1, "a.c"], [2, "a.c"]]), "TEST(v1_x)", 1],
    [table([[1, "b.c"]]), "/* V1. */", 1],
    [table([[1, "a.c"], [1, "a.c"]]), "/* V1. */", 1],
  ].flatMap(([rows, code, wanted]) => {
    const { out } = new Tree(new Map([["wasm/mls/CHECKS.md", rows], ["wasm/mls/a.c", code]])).checkFaults();
    return out.length === wanted ? [] : [`${JSON.stringify(code)}: ${out.length} found: ${out.join(" | ")}`];
  }),
);

const all = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard", "-z"], { cwd: root, encoding: "utf8" })
  .split("\0")
  .filter((p) => existsSync(join(root, p)));
const paths = all.filter((p) => LOOKED_AT.test(p) && !NOT.test(p));
const tree = new Tree(new Map(paths.map((p) => [p, readFileSync(join(root, p), "utf8")])), all);
const count = { documents: 0, sections: 0, files: 0 };
const wrong = paths.filter((p) => p !== "tests/lint/check-refs.mjs").flatMap((p) => tree.faults(p, count).map((f) => `${p}: ${f}`));
if (count.documents === 0 || count.sections === 0 || count.files === 0) wrong.push("nothing was looked at");
const sum = `${count.documents} documents, ${count.sections} sections and ${count.files} files named`;
claim(`every_reference_leads_somewhere (${paths.length} files, ${sum})`, wrong);
const checks = tree.checkFaults();
claim(`every_check_of_mls_is_written_down (${checks.rows} checks)`, checks.rows === 0 ? ["no table"] : checks.out);
process.exitCode = bad ? 1 : 0;
