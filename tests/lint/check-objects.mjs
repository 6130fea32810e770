// Looks at our own objects of the release build: the path is the prefix of every global name (symbols.txt lists the
// exceptions), and no variable is mutable at file scope (data.txt lists the exceptions).
// Usage: node tests/lint/check-objects.mjs [BUILD FOLDER]
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
const build = process.argv[2] ?? join(root, "build/release");

const table = (name) =>
  readFileSync(join(root, "tests/lint", name), "utf8")
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map((line) => line.split(/ +/));
const extraPrefixes = table("symbols.txt");
const extraData = table("data.txt");
const used = new Set();

function* objects(folder) {
  for (const e of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, e.name);
    if (e.isDirectory()) yield* objects(path);
    else if (e.name.endsWith(".c.o")) yield path;
  }
}

// The prefixes a file's names may have: its path, joined. base/, schema/, schema/gen/ and engine/ are elided
// (engine/own/send.c: own_send_); a file named like its room needs no more.
function prefixes(source) {
  const parts = source.replace(/\.c$/, "").split("/");
  const file = parts.pop();
  const noHost = file.replace(/_(native|wasm)$/, "");
  // A file of the gateway that is a part of another (db_group.c of db.c) shares its prefix.
  if (parts[0] === "gateway") return [file, file.split("_")[0]].map((name) => `${["gw", ...parts.slice(1), name].join("_")}_`);
  if (parts[0] === "deploy") return [`${file}_`, `${file.split("_")[0]}_`]; // likewise the tools
  const path = parts.slice(1);
  if (["base", "schema", "engine"].includes(path[0])) path.shift();
  if (path[0] === "gen") path.shift();
  const room = path.map((folder) => `${folder}_`).join("");
  return file === path[path.length - 1] ? [room] : [`${room}${noHost}_`];
}

const badNames = [];
const badData = [];
let count = 0;
for (const [folder, dir] of [
  ["wasm", "wasm/CMakeFiles"],
  ["gateway", "gateway/CMakeFiles"],
  ["deploy/tools", "deploy/tools/CMakeFiles"],
]) {
  if (!existsSync(join(build, dir))) continue;
  for (const object of objects(join(build, dir))) {
    const source = join(folder, object.replace(/^.*?\.dir\//, "").replace(/\.o$/, ""));
    if (!existsSync(join(root, source)) || source.startsWith("wasm/cli/") || source === "gateway/main.c" || /^deploy\/tools\/\w+_main\.c$/.test(source)) continue;
    count++;
    const good = prefixes(source);
    // Columns: value, flags (7 characters, the first is g or l), section, size, name.
    for (const line of execFileSync("objdump", ["-t", object], { encoding: "utf8" }).split("\n")) {
      const m = /^[0-9a-f]+ (.{7}) (\S+)\t[0-9a-f]+ (?:\.hidden )?(\S+)$/.exec(line);
      if (!m || m[2] === "*UND*" || m[2] === "*ABS*" || m[1].includes("d")) continue;
      const [, flags, section, name] = m;
      if (/^(\.data|\.bss|\.tbss|\.tdata)($|\.(?!rel\.ro))|\*COM\*/.test(section)) {
        const row = extraData.find(([path, what]) => path === source && name.replace(/\.\d+$/, "") === what);
        if (row) used.add(row);
        else badData.push(`${source}: ${name} is mutable (${section})`);
      }
      if (flags[0] !== "g" && flags[0] !== "u" && flags[1] !== "w") continue;
      if (good.some((p) => name.startsWith(p) || name === p.slice(0, -1))) continue;
      const row = extraPrefixes.find(([path, what]) => (path === source || (path.endsWith("/") && source.startsWith(path))) && name.startsWith(what));
      if (row) used.add(row);
      else badNames.push(`${source}: ${name} should begin with ${good[0]}`);
    }
  }
}
const stale = [...extraPrefixes, ...extraData].filter((row) => !used.has(row) && !row[0].includes("_wasm")).map((row) => `no longer needed: ${row.join(" ")}`);
if (count === 0) badNames.push("no objects found: build the release preset first");

let code = 0;
for (const [claim, wrong] of [
  ["the_path_is_the_prefix_of_global_names", badNames],
  ["no_variable_is_mutable_at_file_scope", badData],
  ["every_listed_exception_is_needed", stale],
]) {
  for (const line of wrong) console.log(`  ${line}`);
  console.log(`${wrong.length === 0 ? "ok" : "not ok"} ${claim} (${count} objects)`);
  if (wrong.length > 0) code = 1;
}
process.exitCode = code;
