// What is shown of chats, messages, files, people and the queue is written by the shared files of wasm/engine alone,
// whatever network it came by: no other file of wasm/engine or wasm/core calls a function of these store rooms, unless
// verbs.txt names it as one that only reads, or as one that is still to get a verb. So a new function of a room is closed
// until somebody has said which it is. The tables of these rooms are closed as well: a function of any other file of
// wasm/store with a statement that writes one of them, or that calls one which does, is looked at like one of a room.
// Columns that verbs.txt lists are the own network's, and anybody of it may write them; a new one is not until it is
// listed. A line of verbs.txt that nobody needs is a mistake: the rest may only shrink.
// Usage: node tests/lint/check-verbs.mjs
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
const ROOMS = ["chat", "file", "member", "message", "outbox", "people", "reaction", "request", "unread"];
const TABLES = ["chat", "file", "file_chunk", "member", "message", "outbox", "person", "reaction", "request"];
const SHARED = /^wasm\/engine\/(timeline|chats|roster|outbox|verify|file)\.c$/;

function* sources(folder) {
  for (const e of readdirSync(join(root, folder), { withFileTypes: true })) {
    const path = `${folder}/${e.name}`;
    if (e.isDirectory()) yield* sources(path);
    else if (e.name.endsWith(".c")) yield path;
  }
}

const LITERAL = /"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'/g;
const blank = (m) => m.replace(/[^\n]/g, " ");
// Without comments, which become blanks; lines keep their numbers. code: without literals, too.
const bare = (path) =>
  readFileSync(join(root, path), "utf8").replace(new RegExp(`/\\*[^]*?\\*/|${LITERAL.source}`, "g"), (m) => (m.startsWith("/*") ? blank(m) : m));
const code = (path) => bare(path).replace(LITERAL, blank);

// ---- verbs.txt

const allowed = new Map(); // name -> "reads" or "own"
const columns = new Map(); // table -> what of it is the own network's
for (const line of readFileSync(join(root, "tests/lint/verbs.txt"), "utf8").split("\n")) {
  if (line === "" || line.startsWith("#")) continue;
  const [kind, ...names] = line.split(" ");
  if (kind === "columns") columns.set(names[0], new Set([...(columns.get(names[0]) ?? []), ...names.slice(1)]));
  else for (const name of names) allowed.set(name, kind);
}

// ---- what functions of the store write

// "table.column" for each column that the statements of a text write, "table.*" for rows that come and go.
function writes(text) {
  const out = new Set();
  const sql = text.replace(/"\s*"/g, ""); // pieces of one literal
  for (const m of sql.matchAll(/\b(?:(?:INSERT|REPLACE)(?: OR \w+)? INTO|DELETE FROM) (\w+)/g)) out.add(`${m[1]}.*`);
  for (const m of sql.matchAll(/\bUPDATE(?: OR \w+)? (\w+) SET ([^"]*)/g)) {
    let depth = 0;
    let name = true; // of the columns; false: what they are set to
    for (const [word] of m[2].matchAll(/\w+|\S/g)) {
      if (word === "(") depth += name ? 0 : 1; // "(a,b)=" opens no value
      else if (word === ")") depth -= name ? 0 : 1;
      else if (depth > 0) continue;
      else if (word === "WHERE") break;
      else if (word === "=") name = false;
      else if (word === ",") name = true;
      else if (name) out.add(`${m[1]}.${word}`);
    }
  }
  return out;
}

const functions = new Map(); // path and name, or the name alone for those that others may call -> what it writes and calls
const declared = new Set(); // of a room
const outside = [];
for (const path of sources("wasm/store")) {
  let rest = bare(path);
  for (const m of rest.matchAll(/^(?!#)(\w[^;{}]*?)\n\{\n[^]*?\n\}$/gm)) {
    const name = /(\w+)\(/.exec(m[1])?.[1];
    const calls = [...m[0].slice(m[1].length).replace(LITERAL, blank).matchAll(/\b(\w+)\s*\(/g)].map((c) => c[1]);
    functions.set(m[1].startsWith("static") ? `${path} ${name}` : name, { path, writes: writes(m[0]), calls });
    rest = rest.replace(m[0], () => blank(m[0]));
  }
  if (writes(rest).size > 0) outside.push(`${path}: ${[...writes(rest)]}: a statement that writes stands in a function`);
}
// With all that it calls.
function all(key, seen = new Set()) {
  const f = functions.get(key);
  if (f === undefined || seen.has(key)) return new Set();
  seen.add(key);
  const out = new Set(f.writes);
  for (const c of f.calls) for (const w of all(functions.has(`${f.path} ${c}`) ? `${f.path} ${c}` : c, seen)) out.add(w);
  return out;
}
const shown = (name) =>
  [...all(name)].filter((w) => {
    const [table, column] = w.split(".");
    return TABLES.includes(table) && !columns.get(table)?.has(column);
  });

for (const room of ROOMS) {
  for (const m of code(`wasm/store/${room}.h`).matchAll(/\b(store_\w+)\s*\(/g)) declared.add(m[1]);
}
const closed = new Map([...declared].map((name) => [name, []])); // name -> what it writes, of other files
for (const name of functions.keys()) {
  if (!name.includes(" ") && !declared.has(name) && shown(name).length > 0) closed.set(name, shown(name));
}

// ---- who calls them

const wrong = [];
const needed = new Set();
let files = 0;
for (const path of [...sources("wasm/engine"), ...sources("wasm/core")]) {
  if (SHARED.test(path)) continue;
  files++;
  for (const [i, line] of code(path).split("\n").entries()) {
    for (const m of line.matchAll(/\b(store_\w+)\b/g)) {
      if (!closed.has(m[1])) continue;
      if (allowed.has(m[1])) needed.add(m[1]);
      else wrong.push(`${path}:${i + 1}: ${m[1]}: by a verb of wasm/engine/{timeline,chats,roster,outbox,verify,file}.h ${closed.get(m[1])}`);
    }
  }
}
const stale = [...allowed]
  .filter(([name, kind]) => !closed.has(name) || (kind !== "reads" && !needed.has(name)))
  .map(([name]) => `tests/lint/verbs.txt: ${name}: ${closed.has(name) ? "nobody calls it any more" : "no such function, or it writes nothing that is shown"}`);
const written = new Set([...functions.values()].flatMap((f) => [...f.writes]));
for (const [table, names] of columns) {
  for (const c of names) if (!written.has(`${table}.${c}`)) stale.push(`tests/lint/verbs.txt: ${table}.${c}: nobody writes it`);
}
for (const [name, kind] of allowed) {
  const w = kind === "reads" ? [...all(name)] : [];
  if (w.length > 0) outside.push(`tests/lint/verbs.txt: ${name} is said to read, and writes ${w}`);
}

for (const [claim, lines] of [
  ["what_is_shown_is_written_by_verbs_alone", wrong],
  ["what_is_written_beside_verbs_only_shrinks", stale],
  ["what_is_said_to_read_does_not_write", outside],
]) {
  for (const line of lines) console.log(`  ${line}`);
  console.log(`${lines.length === 0 ? "ok" : "not ok"} ${claim} (${files} files)`);
  if (lines.length > 0) process.exitCode = 1;
}
