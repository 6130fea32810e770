// No file needs itself by way of others: circles of C pairs (x.c with x.h) by include and by call, and of TypeScript files
// by import. Those of today stand in circles.txt, which may only shrink: a file or circle in it that is gone is a mistake.
// Usage: node tests/lint/check-circles.mjs [--arrows FILE]   every arrow out of that file and why, instead of the check
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, posix } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..");

function* files(folder, kind) {
  for (const e of readdirSync(join(root, folder), { withFileTypes: true })) {
    const path = `${folder}/${e.name}`;
    if (e.isDirectory() && e.name !== "node_modules") yield* files(path, kind);
    else if (kind.test(e.name)) yield path;
  }
}

// Comments, strings and character constants become blanks; one pass, so that none is seen inside another.
const withoutComments = (text) =>
  text.replace(/\/\*[\s\S]*?\*\/|\/\/[^\n]*|"(?:\\[\s\S]|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'/g, (m) => (m[0] === "/" ? " " : '""'));

// A pair has one name: its path without ending and without the host it is for (wasm/base/host_native.c is wasm/base/host).
const pairOf = (path) => path.replace(/\.[ch]$/, "").replace(/_(native|wasm)$/, "");

// A global variable whose value, if any, has no braces; not a prototype, a type or what another file defines.
const variable = (text) =>
  /^\s*(?:extern|typedef)\b|\bstatic\b|^\s*(?:struct|union|enum)\s+\w+\s*$/.test(text)
    ? undefined
    : /^\s*(?:\w+[\s*]+)+(\w+)\s*(?:\[[^\]]*\]\s*)*(?:=|$)/.exec(text)?.[1];

// Global functions and tables that a source defines: what stands before a brace or a semicolon at depth 0.
function definitions(code) {
  const names = [];
  let depth = 0;
  let from = 0;
  let type = false; // within braces: the members of a type, and a name may follow
  for (let i = 0; i < code.length; i++) {
    if (code[i] === "{" && depth++ === 0) {
      const before = code.slice(from, i).replace(/__attribute__\s*\(\(.*?\)\)/g, " ");
      type = /\b(?:struct|union|enum)(?:\s+\w+)?\s*$/.test(before);
      const m = /=\s*$/.test(before) ? /(\w+)\s*(?:\[[^\]]*\]\s*)*=\s*$/.exec(before) : /(\w+)\s*\(/.exec(before);
      if (!type && m && !/\bstatic\b/.test(before.replace(/\([^]*/, ""))) names.push(m[1]);
    } else if (code[i] === "}") {
      if (--depth === 0 && !type) from = i + 1;
    } else if (code[i] === ";" && depth === 0) {
      const name = variable(code.slice(from, i));
      if (name !== undefined && !type) names.push(name);
      type = false;
      from = i + 1;
    }
  }
  return names;
}

const graph = new Map(); // node -> Map(node -> why)
const arrow = (from, to, why) => {
  if (!graph.has(from)) graph.set(from, new Map());
  if (from !== to && !graph.get(from).has(to)) graph.get(from).set(to, why);
};

let defined = 0;
for (const folder of ["wasm", "gateway", "deploy/tools"]) {
  const sources = [...files(folder, /\.[ch]$/)];
  const known = new Set(sources);
  const definers = new Map(); // symbol -> pairs
  const code = new Map();
  for (const path of sources) {
    const text = readFileSync(join(root, path), "utf8");
    // <> finds files of this tree just as well.
    for (const [, wanted] of text.matchAll(/^\s*#\s*include\s*["<]([^">]+)[">]/gm)) {
      const target = [`wasm/${wanted}`, `${folder}/${wanted}`, wanted].find((p) => known.has(p));
      if (target) arrow(pairOf(path), pairOf(target), `includes ${wanted}`);
    }
    const clean = withoutComments(text).replace(/^\s*#\s*(?!define)(?:\\\n|[^\n])*$/gm, "");
    code.set(path, clean);
    // rt_wasm.c defines names of the C library: who calls abort() does not need that file.
    if (!path.endsWith(".c") || path === "wasm/base/rt_wasm.c") continue;
    for (const name of definitions(clean.replace(/^\s*#(?:\\\n|[^\n])*$/gm, ""))) {
      if (name === "main") continue;
      if (!definers.has(name)) definers.set(name, new Set());
      definers.get(name).add(pairOf(path));
      defined++;
    }
  }
  for (const [path, clean] of code) {
    arrow(pairOf(path), pairOf(path), "");
    // Not a tag, not a member.
    for (const m of clean.matchAll(/(struct\s+|enum\s+|union\s+|\.\s*|->\s*)?\b([A-Za-z_]\w*)/g)) {
      if (m[1] === undefined) for (const to of definers.get(m[2]) ?? []) arrow(pairOf(path), to, `uses ${m[2]}`);
    }
  }
}
let imports = 0;
for (const folder of ["web/src", "sw"]) {
  const sources = new Set(files(folder, /\.tsx?$/));
  for (const path of sources) {
    arrow(path, path, "");
    for (const m of readFileSync(join(root, path), "utf8").matchAll(/(?:\bfrom\s*|^\s*import\s*|\bimport\s*\(\s*|\bnew URL\(\s*)["'`](\.[^"'`]+)["'`]/gm)) {
      const base = posix.normalize(posix.join(posix.dirname(path), m[1]));
      const target = [base, `${base}.ts`, `${base}.tsx`, base.replace(/\.js$/, ".ts"), `${base}/index.ts`].find((p) => sources.has(p));
      if (target === undefined) continue;
      imports++;
      arrow(path, target, `imports ${m[1]}`);
    }
  }
}

// Tarjan's strongly connected components.
function circles() {
  const found = [];
  const index = new Map();
  const low = new Map();
  const stack = [];
  const visit = (v) => {
    index.set(v, index.size);
    low.set(v, index.get(v));
    stack.push(v);
    for (const w of graph.get(v).keys()) {
      if (!index.has(w)) {
        visit(w);
        low.set(v, Math.min(low.get(v), low.get(w)));
      } else if (stack.includes(w)) low.set(v, Math.min(low.get(v), index.get(w)));
    }
    if (low.get(v) === index.get(v)) {
      const circle = stack.splice(stack.indexOf(v)).sort();
      if (circle.length > 1) found.push(circle);
    }
  };
  for (const v of graph.keys()) if (!index.has(v)) visit(v);
  return found.sort((a, b) => (a[0] < b[0] ? -1 : 1));
}

if (process.argv[2] === "--arrows") {
  for (const [to, why] of graph.get(pairOf(process.argv[3])) ?? []) console.log(`${to}: ${why}`);
  process.exit(0);
}

const listed = readFileSync(join(root, "tests/lint/circles.txt"), "utf8")
  .split("\n")
  .filter((line) => line !== "" && !line.startsWith("#"))
  .map((line) => line.split(/ +/));
const fresh = []; // circles, or files in one, that the list does not allow
const gone = []; // what the list allows without need
const met = new Set();
for (const circle of circles()) {
  const row = listed.find((l) => circle.every((file) => l.includes(file)));
  if (row !== undefined) {
    // A listed circle may have come apart into several: then it is to be written as those.
    if (met.has(row) || row.length > circle.length) gone.push(`write instead: ${circle.join(" ")}`);
    met.add(row);
    continue;
  }
  fresh.push(circle.join(" "));
  for (const file of circle) {
    const to = [...graph.get(file)].filter(([other]) => circle.includes(other));
    if (!listed.some((l) => l.includes(file))) fresh.push(`  ${file}: ${to.map(([other, why]) => `${why} (${other})`).join(", ")}`);
  }
  for (const l of listed) if (l.some((file) => circle.includes(file))) met.add(l);
}
for (const l of listed) if (!met.has(l)) gone.push(`no circle any more: ${l.join(" ")}`);
if (defined === 0 || imports === 0) fresh.push("nothing was looked at");

let code = 0;
for (const [claim, wrong] of [
  ["no_circle_but_the_listed_ones", fresh],
  ["every_listed_circle_is_still_one", gone],
]) {
  for (const line of wrong) console.log(`  ${line}`);
  console.log(`${wrong.length === 0 ? "ok" : "not ok"} ${claim} (${graph.size} files, ${defined} definitions, ${imports} imports)`);
  if (wrong.length > 0) code = 1;
}
process.exitCode = code;
