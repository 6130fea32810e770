// What is shown of chats, messages, people and the queue is written by the shared files of wasm/engine alone, whatever
// network it came by: no other file of wasm/engine or wasm/core calls a function of these store rooms, unless verbs.txt
// names it as one that only reads, or as one that is still to get a verb. So a new function of a room is closed until
// somebody has said which it is. A line of verbs.txt that nobody needs is a mistake: the rest may only shrink.
// Usage: node tests/lint/check-verbs.mjs
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
const ROOMS = ["chat", "file", "member", "message", "outbox", "people", "reaction", "request", "unread"];
const SHARED = /^wasm\/engine\/(timeline|chats|roster|outbox|verify|file)\.c$/;

function* sources(folder) {
  for (const e of readdirSync(join(root, folder), { withFileTypes: true })) {
    const path = `${folder}/${e.name}`;
    if (e.isDirectory()) yield* sources(path);
    else if (e.name.endsWith(".c")) yield path;
  }
}

// Comments and literals become blanks; lines keep their numbers.
const code = (path) =>
  readFileSync(join(root, path), "utf8").replace(/\/\*[^]*?\*\/|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'/g, (m) => m.replace(/[^\n]/g, " "));

const declared = new Set();
for (const room of ROOMS) {
  for (const m of code(`wasm/store/${room}.h`).matchAll(/\b(store_\w+)\s*\(/g)) declared.add(m[1]);
}

const allowed = new Map(); // name -> "reads" or "own"
for (const line of readFileSync(join(root, "tests/lint/verbs.txt"), "utf8").split("\n")) {
  if (line === "" || line.startsWith("#")) continue;
  const [kind, ...names] = line.split(" ");
  for (const name of names) allowed.set(name, kind);
}

const wrong = [];
const needed = new Set();
let files = 0;
for (const path of [...sources("wasm/engine"), ...sources("wasm/core")]) {
  if (SHARED.test(path)) continue;
  files++;
  for (const [i, line] of code(path).split("\n").entries()) {
    for (const m of line.matchAll(/\b(store_\w+)\b/g)) {
      if (!declared.has(m[1])) continue;
      if (allowed.has(m[1])) needed.add(m[1]);
      else wrong.push(`${path}:${i + 1}: ${m[1]}: by a verb of wasm/engine/{timeline,chats,roster,outbox,verify,file}.h`);
    }
  }
}
const stale = [...allowed]
  .filter(([name, kind]) => !declared.has(name) || (kind !== "reads" && !needed.has(name)))
  .map(([name]) => `tests/lint/verbs.txt: ${name}: ${declared.has(name) ? "nobody calls it any more" : "no such function"}`);

for (const [claim, lines] of [
  ["what_is_shown_is_written_by_verbs_alone", wrong],
  ["what_is_written_beside_verbs_only_shrinks", stale],
]) {
  for (const line of lines) console.log(`  ${line}`);
  console.log(`${lines.length === 0 ? "ok" : "not ok"} ${claim} (${files} files)`);
  if (lines.length > 0) process.exitCode = 1;
}
