// What `tests/run.sh --list` and tests/README.md say of the tests is all that there is: every part that can be run by name
// has lines, every browser suite is in a lane of tests/parts/e2e.sh, every variable that is read is in the table.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
const text = (path) => readFileSync(join(root, path), "utf8");
const ls = (...patterns) =>
  execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard", ...patterns], { cwd: root, encoding: "utf8" }).split("\n").filter(Boolean);
const claims = new Map();

const listed = execFileSync(join(root, "tests/one.sh"), ["--list"], { encoding: "utf8" }).split("\n");
const PARTS = ["unit", "flow", "trust", "gateway", "log", "verify", "e2e", "fuzz"];
claims.set("list_has_every_part", PARTS.filter((p) => !listed.some((l) => l.startsWith(`${p} `))).map((p) => `tests/run.sh --list has no line of ${p}`));

// A suite is a script that makes steps; the rest of the folder is what they share.
const suites = ls("tests/web/e2e/*.mjs").filter((f) => /^(?:const|let) step = steps\(/m.test(text(f)) || /^await import\(/m.test(text(f)) || /^import '\.\//m.test(text(f))).map((f) => basename(f, ".mjs"));
const lanes = [...text("tests/parts/e2e.sh").matchAll(/^lane_\d="([^"]*)"$/gm)].flatMap((m) => m[1].split(" "));
const inList = listed.filter((l) => l.startsWith("e2e ")).map((l) => basename(l.split(" ")[1], ".mjs"));
claims.set("every_browser_suite_runs_and_is_listed", [
  ...suites.filter((s) => !lanes.includes(s)).map((s) => `tests/web/e2e/${s}.mjs is in no lane`),
  ...lanes.filter((s) => !suites.includes(s)).map((s) => `${s} is a lane's and no suite`),
  ...lanes.filter((s) => !inList.includes(s)).map((s) => `${s} is not listed`),
]);

// A name with SOTTO_ counts wherever it stands; any other name in capitals where it can only come from outside.
const READ = [
  /(?:process\.env\.|\$\{?|getenv\(")(SOTTO_[A-Z][A-Z0-9_]*)/g,
  /\bprocess\.env\.([A-Z][A-Z0-9_]*)/g,
  /\bprocess\.env\[["'`]([A-Z][A-Z0-9_]*)["'`]\]/g,
  /\b[gG]etenv\("([A-Z][A-Z0-9_]*)"\)/g,
  /\$\{([A-Z][A-Z0-9_]*):?[-=?+]/g,
  /\benviron(?:\.get\(|\[)["']([A-Z][A-Z0-9_]*)/g,
  /\b([A-Z][A-Z0-9_]*)\b(?=[^{}]*\} = process\.env\b)/g,
];
// The system's, and those of other programs.
const SYSTEM = new Set(["ASAN_OPTIONS", "HOME", "NOTIFY_SOCKET", "PATH", "TMPDIR", "VERSION_CODENAME", "WATCHDOG_USEC"]);
const documents = ls("*README.md").map(text).join("\n");
const read = new Map();
const CODE = /\.(?:sh|mjs|js|ts|c|h|go|mk|py)$|\/run$/;
for (const path of ls("tests", "deploy", ".ci", "wasm", "gateway").filter((f) => CODE.test(f) && !f.includes("/vectors/"))) {
  const source = text(path);
  for (const m of READ.flatMap((r) => [...source.matchAll(r)])) {
    const name = m[1];
    if (SYSTEM.has(name)) continue;
    // A name that this very script gives itself is no setting of whoever runs it.
    const given = new RegExp(`^\\s*${name}=`, "m").test(source) && !new RegExp(`\\$\\{${name}:-|env\\.${name}`).test(source);
    if (given || new RegExp(`\\benv -i [^\\n]*\\b${name}=`).test(source)) continue;
    if (!read.has(name)) read.set(name, path);
  }
}
claims.set("every_variable_is_documented", [...read].filter(([name]) => !new RegExp(`\`${name}\\b`).test(documents)).map(([name, path]) => `${name} (${path})`));

for (const [claim, wrong] of claims) {
  for (const line of wrong) console.log(`  ${line}`);
  console.log(`${wrong.length === 0 ? "ok" : "not ok"} ${claim}`);
  if (wrong.length > 0) process.exitCode = 1;
}
