// Every #include and import goes through a door of tests/lint/rooms.txt.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, posix } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
const STD = new Set(
  "assert complex ctype errno fenv float inttypes iso646 limits locale math setjmp signal stdalign stdarg stdatomic stdbool stddef stdint stdio stdlib stdnoreturn string tgmath threads time uchar wchar wctype".split(" "),
);

const rooms = readFileSync(join(root, "tests/lint/rooms.txt"), "utf8")
  .split("\n")
  .filter((line) => line !== "" && !line.startsWith("#"))
  .map((line) => {
    const [path, doors] = line.split(": ");
    return { path, doors: doors.trim().split(/ +/) };
  })
  .sort((a, b) => b.path.length - a.path.length);

function* files(folder) {
  let entries;
  try {
    entries = readdirSync(join(root, folder), { withFileTypes: true });
  } catch {
    return;
  }
  for (const e of entries) {
    const path = `${folder}/${e.name}`;
    if (e.isDirectory() && e.name !== "node_modules") yield* files(path);
    else if (/\.(c|h|ts|tsx)$/.test(e.name)) yield path;
  }
}

// What stands before a quoted name that is asked for; the last is a worker's.
const BEFORE = [
  /^\s*(?:import|export)\b.*?\bfrom\s*/,
  /^\s*\}\s*from\s*/,
  /^\s*import\s*/,
  /\bimport\s*\(\s*/,
  /\bnew URL\(\s*(?=["'`][^"'`]*["'`],\s*import\.meta)/,
];
const IMPORT = new RegExp(`(?:${BEFORE.map((r) => r.source).join("|")})["'\`]([^"'\`]+)["'\`]`);

// What a line asks for: a path within the tree, or a third-party name, or nothing.
function wanted(path, line) {
  if (/\.[ch]$/.test(path)) {
    const m = /^\s*#\s*include\s*(?:"([^"]+)"|<([^>]+)>|(\w+))/.exec(line);
    if (!m) return undefined;
    const name = m[1] ?? m[2] ?? m[3];
    // Within gateway/ and deploy/tools/ the folder's own name may be left out.
    const home = /^(gateway|deploy\/tools)\//.exec(path)?.[0] ?? "";
    // <> finds files of this tree just as well: only what is not in it is outside.
    const here = ["wasm/", "", home, `${posix.dirname(path)}/`].some((d) => existsSync(join(root, d + name)));
    if (m[1] === undefined && !here) return { outside: name };
    return { inside: posix.normalize(name.includes("/") ? name : home + name) };
  }
  const m = IMPORT.exec(line);
  if (!m) return undefined;
  return m[1].startsWith(".") ? { inside: posix.normalize(posix.join(posix.dirname(path), m[1])) } : { outside: m[1] };
}

function allowed(doors, want) {
  if (want.inside !== undefined) {
    return doors.some((d) => want.inside.startsWith(d)) && !doors.some((d) => d[0] === "!" && want.inside.startsWith(d.slice(1)));
  }
  if (doors.some((d) => d[0] === "<" && want.outside.startsWith(d.slice(1, -1)))) return true;
  if (STD.has(want.outside.replace(/\.h$/, "")) && want.outside.endsWith(".h")) return doors.includes("std");
  return doors.includes("posix") && !/^(sodium|bearssl|sqlite3|h2o|openssl|curl|libwebsockets)/.test(want.outside) && want.outside.endsWith(".h");
}

let wrong = 0;
let seen = 0;
for (const folder of ["wasm", "gateway", "deploy/tools", "web/src", "sw"]) {
  for (const path of files(folder)) {
    const room = rooms.find((r) => path.startsWith(r.path));
    for (const [i, line] of readFileSync(join(root, path), "utf8").split("\n").entries()) {
      const want = wanted(path, line);
      if (want === undefined) continue;
      seen++;
      if (room === undefined || !allowed(room.doors, want)) {
        wrong++;
        console.log(`  ${path}:${i + 1}: no door to ${want.inside ?? `<${want.outside}>`}`);
      }
    }
  }
}
console.log(`${wrong === 0 ? "ok" : "not ok"} every_include_goes_through_a_door (${seen} looked at, ${wrong} wrong)`);
process.exitCode = wrong === 0 ? 0 : 1;
