// No call of tests/lint/banned.txt, no goto but to `out`, no platform switch outside host_*, no typedef of a struct, no
// network called by name outside its folder and core/accounts (nor its part of the store), no ranking by FTS5.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
const files = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard", "wasm", "gateway", "deploy/tools"], { cwd: root, encoding: "utf8" })
  .split("\n")
  .filter((f) => /\.[ch]$/.test(f) && !f.startsWith("wasm/schema/gen/"));

const banned = readFileSync(join(root, "tests/lint/banned.txt"), "utf8")
  .split("\n")
  .filter((line) => line !== "" && !line.startsWith("#"))
  .map((line) => {
    const [rule, reason] = line.split(" # ");
    const [name, ...places] = rule.split(" ");
    return { name, places, reason, call: new RegExp(`(?<![\\w.>])${name}\\s*\\(`) };
  });

const RULES = [
  { claim: "goto_only_to_out", find: /\bgoto\s+(?!out\s*;)/, except: /^$/, say: "goto to another label than out" },
  { claim: "no_struct_is_typedefed", find: /\btypedef\s+(struct|enum|union)\b/, except: /^$/, say: "typedef of a struct, enum or union" },
  {
    claim: "platform_switches_only_in_hosts",
    find: /^\s*#\s*if(?!ndef SOTTO_\w+_H\b)/,
    except: /(^|\/)(base|ct|rule|host|host_\w+|rt_wasm|sotto)\.[ch]$/,
    say: "conditional compilation",
  },
  {
    claim: "core_names_a_network_in_accounts_alone",
    find: /\b(?:store_)?(?:own|matrix|session)_\w|\b(?:STORE_)?(?:OWN|MATRIX|SESSION)_\w|\bstruct (?:own|matrix|session)\b/,
    except: /^(?!wasm\/core\/|wasm\/engine\/(?!(?:own|matrix|session)\/))|^wasm\/core\/accounts\.[ch]$/,
    say: "core reaches a network by struct network (engine/network.h)",
  },
  {
    claim: "no_search_is_ranked_by_fts5",
    find: /\bbm25\b|\bORDER BY rank\b/i,
    except: /^(?!wasm\/)/,
    say: "the page's SQLite is built without a logarithm (sqlite_page_flags in deploy/deps.sh)",
    literals: true,
  },
];

// Comments and literals become blanks, so that only code is looked at; lines keep their numbers.
const strip = (text) =>
  text.replace(/\/\*[^]*?\*\/|\/\/[^\n]*|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'/g, (m) => m.replace(/[^\n]/g, " "));

const wrong = new Map([["no_banned_call", []], ...RULES.map((r) => [r.claim, []])]);
const long = [];
const longHeaders = [];
for (const path of files) {
  let text;
  try {
    text = readFileSync(join(root, path), "utf8");
  } catch {
    continue;
  }
  const raw = text.split("\n");
  const lines = strip(text).split("\n");
  if (lines.length > 601) long.push(`${path}: ${lines.length} lines; split by noun`);
  if (/^wasm\/engine\/.*\.h$/.test(path) && lines.length > 121) longHeaders.push(`${path}: ${lines.length - 1} lines; split by noun`);
  for (const [i, line] of lines.entries()) {
    for (const b of banned) {
      if (b.call.test(line) && !b.places.some((p) => path === p || (p.endsWith("/") && path.startsWith(p)))) {
        wrong.get("no_banned_call").push(`${path}:${i + 1}: ${b.name}: ${b.reason}`);
      }
    }
    for (const r of RULES) {
      if (r.find.test(r.literals ? raw[i] : line) && !r.except.test(path)) wrong.get(r.claim).push(`${path}:${i + 1}: ${r.say}`);
    }
  }
}
wrong.set("files_have_at_most_600_lines", long);
wrong.set("headers_of_the_engine_have_at_most_120_lines", longHeaders);
for (const [claim, lines] of wrong) {
  for (const line of lines) console.log(`  ${line}`);
  console.log(`${lines.length === 0 ? "ok" : "not ok"} ${claim} (${files.length} files)`);
  if (lines.length > 0) process.exitCode = 1;
}
