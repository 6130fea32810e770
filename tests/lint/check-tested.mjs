// Each header of wasm/engine, wasm/core and gateway that declares functions has a unit test in the folder of its room
// which calls one of them, and each of its functions is called by one, unless untested.txt names it: so a new function
// is asked for its test. A line of untested.txt that nobody needs is a mistake: the list may only shrink.
// Usage: node tests/lint/check-tested.mjs
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
const ROOMS = new Map([
  ["wasm/engine", "tests/unit/engine"],
  ["wasm/core", "tests/unit/core"],
  ["gateway", "tests/unit/gateway"],
]);

function* under(folder, ending) {
  for (const e of readdirSync(join(root, folder), { withFileTypes: true })) {
    const path = `${folder}/${e.name}`;
    if (e.isDirectory()) yield* under(path, ending);
    else if (e.name.endsWith(ending)) yield path;
  }
}

// Of pieces that each begin with a line of the preprocessor: is it compiled, as far as "#if 0" and "#if 1" say it?
const lives = () => {
  const dead = []; // of each open #if: is what stands here left out
  return (piece) => {
    const [, word, value] = /^[ \t]*#[ \t]*(\w+)[ \t]*(\w*)/.exec(piece) ?? [];
    if (/^if/.test(word)) dead.push({ now: word === "if" && value === "0", one: value === "1" });
    const last = dead.at(-1);
    if (/^el/.test(word) && last) last.now = last.one;
    if (word === "endif") dead.pop();
    return !dead.some((d) => d.now);
  };
};

// Without comments, literals, lines of the preprocessor and attributes, whose words look like calls.
const code = (path) =>
  readFileSync(join(root, path), "utf8")
    .replace(/\/\*[^]*?\*\/|\/\/(?:\\\n|[^\n])*|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'/g, " ")
    .split(/^(?=[ \t]*#)/m)
    .filter(lives())
    .join("")
    .replace(/^\s*#(?:\\\n|[^\n])*/gm, "")
    .replace(/__attribute__\s*\(\([^;{]*?\)\)/g, "");

// Bodies, of structs too, become one mark: what is in them is declared nowhere else.
const flat = (text) => {
  for (let last = ""; last !== text; ) {
    last = text;
    text = text.replace(/\{[^{}]*\}/g, "@");
  }
  return text;
};
// A name, its parameters, and then the end of the declaration or the body.
const declared = (text) => new Set([...flat(text).matchAll(/\b([a-z]\w*)\s*\((?!\s*\*)(?=[^;@]*\)\s*[;@])/g)].map((m) => m[1]));
// Bodies and initialisers alone: what stands outside braces is declared there, or the name of a test.
const inBraces = (text) => {
  let depth = 0;
  let out = "";
  for (const [part] of text.matchAll(/[{}]|[^{}]+/g)) {
    if (part === "{") depth++;
    if (depth > 0) out += part;
    else out += ` ${/=\s*&?\w+\s*;/.exec(part)?.[0] ?? ""} `;
    if (part === "}") depth--;
  }
  return out;
};
// Called, or handed over to be called: an argument, an initialiser or what is assigned, returned or chosen.
const CALLED = /\b([a-z]\w*)\s*\(|(?:[(,={?:]|\breturn\b)\s*(?:\(?&)?\s*\b([a-z]\w*)\b(?=\s*[),;}:])/g;
const called = (text) => {
  const names = new Set();
  const bodies = inBraces(text);
  for (CALLED.lastIndex = 0; ; CALLED.lastIndex -= 1) {
    const m = CALLED.exec(bodies);
    if (m === null) return names;
    names.add(m[1] ?? m[2]);
  }
};

const allowed = new Map(); // header -> { none, names }
const twice = [];
for (const line of readFileSync(join(root, "tests/lint/untested.txt"), "utf8").split("\n")) {
  if (line === "" || line.startsWith("#")) continue;
  const words = line.split(" ");
  const none = words[0] === "none" && words.shift() === "none";
  const [header, ...names] = words;
  const row = allowed.get(header) ?? { none, names: [] };
  for (const n of names) if (row.names.includes(n)) twice.push(`tests/lint/untested.txt: ${header}: ${n}: named twice`);
  if (row.none !== none) twice.push(`tests/lint/untested.txt: ${header}: \`none\` in some of its lines`);
  allowed.set(header, { none, names: [...row.names, ...names] });
}

const headers = []; // that no test knows
const functions = [];
const stale = [...twice];
const met = new Set();
let files = 0;
let all = 0;
for (const [room, folder] of ROOMS) {
  const tests = new Set();
  for (const path of under(folder, ".c")) for (const name of called(code(path))) tests.add(name);
  for (const header of under(room, ".h")) {
    const names = [...declared(code(header))];
    if (names.length === 0) continue;
    files++;
    all += names.length;
    const row = allowed.get(header) ?? { none: false, names: [] };
    met.add(header);
    const open = names.filter((n) => !tests.has(n));
    const isNone = open.length === names.length;
    if (isNone && !row.none) headers.push(`${header}: no unit test in ${folder} calls any of its functions`);
    if (!isNone && row.none) stale.push(`tests/lint/untested.txt: ${header}: a unit test calls one of its functions: it is none no more`);
    for (const n of open) if (!row.names.includes(n)) functions.push(`${header}: ${n}: no unit test in ${folder} calls it`);
    for (const n of row.names) {
      if (!names.includes(n)) stale.push(`tests/lint/untested.txt: ${header}: ${n}: no such function`);
      else if (tests.has(n)) stale.push(`tests/lint/untested.txt: ${header}: ${n}: a unit test calls it`);
    }
    if (allowed.has(header) && row.names.length === 0) stale.push(`tests/lint/untested.txt: ${header}: names nothing`);
  }
}
for (const header of allowed.keys()) if (!met.has(header)) stale.push(`tests/lint/untested.txt: ${header}: no such header, or it declares no function`);

for (const [claim, lines] of [
  ["every_header_has_a_unit_test", headers],
  ["every_function_of_a_header_is_called_by_a_unit_test", functions],
  ["what_is_untested_only_shrinks", stale],
]) {
  for (const line of lines) console.log(`  ${line}`);
  console.log(`${lines.length === 0 ? "ok" : "not ok"} ${claim} (${files} headers, ${all} functions)`);
  if (lines.length > 0) process.exitCode = 1;
}
