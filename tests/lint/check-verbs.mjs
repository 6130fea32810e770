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
const SHARED = /^wasm\/engine\/(timeline|chats|roster|outbox|verify|file)\.[ch]$/;

function* sources(folder) {
  for (const e of readdirSync(join(root, folder), { withFileTypes: true })) {
    const path = `${folder}/${e.name}`;
    if (e.isDirectory()) yield* sources(path);
    else if (/\.[ch]$/.test(e.name)) yield path;
  }
}

const LITERAL = /"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'/g;
const blank = (m) => m.replace(/[^\n]/g, " ");
// Without comments, which become blanks; lines keep their numbers. code: without literals, too.
const bare = (path) =>
  readFileSync(join(root, path), "utf8").replace(new RegExp(`/\\*[^]*?\\*/|//[^\\n]*|${LITERAL.source}`, "g"), (m) => (m[0] === "/" ? blank(m) : m));
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

// Pieces of one literal are one; a macro among them is what it stands for, or UNKNOWN if that is no literal.
const UNKNOWN = "\u0001";
const macros = new Map();
function pieces(text) {
  const out = [];
  for (const [run] of text.matchAll(/(?:\b[A-Z_]\w*\s*)?"(?:\\[^]|[^"\\\n])*"(?:\s|\\\n|\b[A-Za-z_]\w*(?!\s*\()|"(?:\\[^]|[^"\\\n])*")*/g)) {
    let sql = "";
    for (const [piece] of run.matchAll(/"(?:\\[^]|[^"\\\n])*"|\w+/g)) {
      sql += piece[0] === '"' ? piece.slice(1, -1).replace(/\\\n/g, "").replace(/\\[nrt]/g, " ") : (macros.get(piece) ?? UNKNOWN);
    }
    out.push(sql);
  }
  return out;
}
// "table.column" for each column that the statements of a text write, "table.*" for rows that come and go. What writes
// and cannot be read to its last column (a table or a column that is put in later, quotes, a comment) goes to unread.
function writes(text, unread = []) {
  const out = new Set();
  for (const piece of pieces(text)) {
    const sql = piece.replace(/'(?:''|[^'])*'/g, "0");
    const upsert = /\bDO\s+UPDATE\b/gi; // of a row of a table that is written anyway
    for (const m of sql.replace(upsert, "").matchAll(/\b(?:INSERT|REPLACE|UPDATE|DELETE)\b(?!\s*\()[^]*/gi)) read(m[0], out, unread);
  }
  return out;
}
function read(sql, out, unread) {
  const row = /^(?:(?:INSERT|REPLACE)(?:\s+OR\s+\w+)?\s+INTO|DELETE\s+FROM)\s+(?:main\.)?(\w+)\b(?!\s*[\u0001.%$\\])/i.exec(sql);
  const set = /^UPDATE(?:\s+OR\s+\w+)?\s+(?:main\.)?(\w+)(?:(?:\s+AS)?\s+(?!SET\b)\w+)?\s+SET\b/i.exec(sql);
  const rest = sql.slice((row ?? set)?.[0].length ?? 1);
  if (row !== null) out.add(`${row[1].toLowerCase()}.*`);
  else if (set === null || !columnsOf(rest, set[1].toLowerCase(), out)) unread.push(sql.slice(0, 60).replaceAll(UNKNOWN, "?"));
  // REPLACE of "INSERT OR REPLACE" is behind us; another statement may follow in the same literal.
  const next = rest.search(/\b(?:INSERT|REPLACE|UPDATE|DELETE)\b(?!\s*\()/i);
  if (next >= 0) read(rest.slice(next), out, unread);
}
function columnsOf(sql, table, out) {
  let depth = 0;
  let state = "name"; // of a column; "names": of several, "(a,b)="; "value": what they are set to
  let some = false;
  for (const [word] of sql.matchAll(/\w+|\S/g)) {
    if (word === UNKNOWN) return false;
    if (state === "value") {
      if (word === "(") depth++;
      else if (word === ")") depth--;
      else if (depth === 0 && word === ",") state = "name";
      else if (depth === 0 && /^(?:WHERE|FROM|RETURNING|ORDER|LIMIT|;)$/i.test(word)) return true;
    } else if (word === "(") state = "names";
    else if (word === ")" && state === "names") state = "name";
    else if (word === "," && state === "names") continue;
    else if (word === "=" && some) state = "value";
    else if (/^[a-z_]\w*$/i.test(word)) some = !!out.add(`${table}.${word.toLowerCase()}`);
    else return false;
  }
  return state === "value" && depth === 0;
}

const functions = new Map(); // path and name, or the name alone for those that others may call -> what it writes and calls
const declared = new Set(); // of a room
const outside = [];
const unparsed = [];
for (const path of sources("wasm/store")) {
  for (const m of bare(path).matchAll(/^[ \t]*#[ \t]*define[ \t]+(\w+)((?:\\\n|[^\n])*)/gm)) {
    if (m[2].includes('"')) macros.set(m[1], pieces(m[2].replace(/\\\n/g, " ")).join(" "));
  }
}
for (const path of sources("wasm/store")) {
  let rest = bare(path);
  for (const m of rest.matchAll(/^(?!#)(\w[^;{}]*?)\n\{\n[^]*?\n\}$/gm)) {
    const name = /(\w+)\(/.exec(m[1])?.[1];
    const calls = [...m[0].slice(m[1].length).replace(LITERAL, blank).matchAll(/\b(\w+)\s*\(/g)].map((c) => c[1]);
    const unread = [];
    // A static function of a header is everybody's.
    const key = /\bstatic\b/.test(m[1].replace(/\([^]*/, "")) && path.endsWith(".c") ? `${path} ${name}` : name;
    functions.set(key, { path, writes: writes(m[0], unread), calls });
    for (const sql of unread) unparsed.push(`${path}: ${name}: "${sql}": which table and columns does it write?`);
    rest = rest.replace(m[0], () => blank(m[0]));
  }
  const unread = [];
  const written = [...writes(rest, unread), ...unread];
  if (written.length > 0) outside.push(`${path}: ${written}: a statement that writes stands in a function`);
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
  ["every_statement_that_writes_says_what", unparsed],
]) {
  for (const line of lines) console.log(`  ${line}`);
  console.log(`${lines.length === 0 ? "ok" : "not ok"} ${claim} (${files} files)`);
  if (lines.length > 0) process.exitCode = 1;
}
