// What llvm-cov counted, by room: node tests/long/coverage.mjs SUMMARY.json. Files of each room that are taken least stand
// below it. engine, core and gateway must have 90 lines of 100 taken by tests.
import { readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
const LEAST = { engine: 90, core: 90, gateway: 90 }; // percent of lines
const WORST = 6; // files said of a room

/** wasm/engine/own/x.c: engine; gateway/own/x.c: gateway; null: not a room of the product. */
const roomOf = (path) => /^wasm\/(?!schema\/gen\/)([a-z]+)\/.*\.c$/.exec(path)?.[1] ?? (/^gateway\/.*\.c$/.test(path) ? "gateway" : null);

/** From the top of the tree, whether the compiler was given that name or one in the folder it built in. */
const pathOf = (name) => relative(root, name).replace(/^build\/cover\/(?:wasm|gateway|tests)\//, "");

// What two programs compile (gateway/own, for the simulated world too) is one file, with the counts of both.
const files = new Map();
for (const file of JSON.parse(readFileSync(process.argv[2], "utf8")).data[0].files) {
  const path = pathOf(file.filename);
  const known = files.get(path);
  if (known === undefined || known.summary.lines.covered < file.summary.lines.covered) files.set(path, file);
}

const rooms = new Map();
for (const [path, file] of files) {
  const room = roomOf(path);
  if (room === null) continue;
  if (!rooms.has(room)) rooms.set(room, { lines: 0, taken: 0, branches: 0, sides: 0, files: [] });
  const r = rooms.get(room);
  const { lines, branches } = file.summary;
  r.lines += lines.count;
  r.taken += lines.covered;
  r.branches += branches.count;
  r.sides += branches.covered;
  r.files.push({ path, missed: lines.count - lines.covered, percent: lines.percent });
}
const percent = (a, b) => (b === 0 ? 100 : (100 * a) / b);
for (const [room, r] of [...rooms].sort()) {
  const lines = percent(r.taken, r.lines);
  const said = `lines ${lines.toFixed(1)} % of ${r.lines}, branches ${percent(r.sides, r.branches).toFixed(1)} % of ${r.branches}`;
  console.log(`${lines >= (LEAST[room] ?? 0) ? "ok" : "not ok"} coverage_${room}: ${said}`);
  for (const f of r.files.sort((a, b) => b.missed - a.missed).slice(0, WORST)) {
    if (f.missed > 0) console.log(`#   ${f.path}: ${f.missed} lines not taken (${f.percent.toFixed(0)} %)`);
  }
}
for (const room of Object.keys(LEAST)) if (!rooms.has(room)) console.log(`not ok coverage_${room}: nothing was counted`);
