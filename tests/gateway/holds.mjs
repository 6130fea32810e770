// What a gateway holds after people have talked through it, against what gateway/README.md says that it holds: every
// table and column, the form of every value, and that nothing joins accounts with mailboxes. The people are real cores.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { deflateRawSync } from "node:zlib";
import { Gateway, check, claim, cli, equal, finish, root } from "./lib.mjs";

const PASSPHRASE = "seven quiet herons at dusk";
const SAID = ["The ferry leaves at nine", "Bring the brass telescope"];
const NAMES = ["Edith Marlow", "Fergus Hale", "Harbour watch"];

const work = mkdtempSync(join(tmpdir(), "sotto-holds-"));
writeFileSync(join(work, "passphrase"), `${PASSPHRASE}\n`);
const gw = await Gateway.start({ dir: join(work, "gateway"), settings: { registration: "open" } });
const env = { ...process.env, SOTTO_PASSPHRASE_FILE: join(work, "passphrase") };

/** The JSON lines of a command; it ends by itself when the gateway has what it is to have. */
function sotto(who, ...args) {
  const run = spawnSync(cli, ["--home", join(work, who), "--seconds", args[0] === "watch" ? "5" : "20", ...args], { env, encoding: "utf8", timeout: 120000 });
  check(run.status === 0, `sotto ${args[0]}: ${run.stdout}${run.stderr}`);
  return run.stdout.split("\n").filter(Boolean).map((l) => JSON.parse(l));
}
const field = (lines, name) => lines.find((l) => l[name] !== undefined)?.[name];
const sql = (query) => {
  const run = spawnSync("sqlite3", ["-json", join(gw.dir, "sotto.db"), query], { encoding: "utf8", maxBuffer: 1 << 28 });
  check(run.status === 0, run.stderr);
  return run.stdout.trim() === "" ? [] : JSON.parse(run.stdout);
};

let recovery = "";
await claim("two_people_talk_in_a_chat_and_a_group", () => {
  const url = `http://localhost:${gw.port}`;
  recovery = field(sotto("edith", "init", NAMES[0], url), "recovery");
  sotto("fergus", "init", NAMES[1], url);
  sotto("fergus", "add", field(sotto("edith", "link"), "link"));
  sotto("edith", "accept", String(field(sotto("edith", "requests"), "id")));
  const { id, person } = sotto("edith", "chats").find((c) => c.kind === 1);
  sotto("edith", "send", String(id), SAID[0]);
  const group = field(sotto("edith", "group", NAMES[2], String(person)), "id");
  sotto("edith", "send", String(group), SAID[1]);
  sotto("edith", "watch"); // whoever was asked into the group is in when her device has been there again
  sotto("fergus", "watch");
  const heard = JSON.stringify(sotto("fergus", "chats").filter((c) => c.kind > 0).map((c) => sotto("fergus", "read", String(c.id))));
  sotto("edith", "remove", String(group), String(person)); // an old read tag is kept
  for (const text of SAID) check(heard.includes(text), `Fergus has not heard: ${text}: ${heard}`);
});
// The log file is the operator's; the write-ahead log belongs to the database.
await gw.stop();
writeFileSync(join(work, "gateway.log"), gw.log + gw.out);

// ---- the table of the README -----------------------------------------------------------------------------------------
const documented = new Map();
for (const line of readFileSync(join(root, "gateway/README.md"), "utf8").split("\n## What it keeps")[1].split("\n## ")[0].split("\n")) {
  const cells = /^\| `(\w+)`[^|]*\| (.*) \|$/.exec(line);
  if (cells) documented.set(cells[1], new Map([...cells[2].matchAll(/`(\w+)` (\d+ bytes|\w+)/g)].map((m) => [m[1], m[2]])));
}
await claim("every_table_and_column_is_documented_and_no_other", () => {
  const columns = sql("SELECT m.name AS t, p.name AS c FROM sqlite_schema m JOIN pragma_table_info(m.name) p WHERE m.type='table' AND m.name NOT LIKE 'sqlite_%' ORDER BY 1, p.cid");
  const there = columns.map(({ t, c }) => `${t}.${c}`).sort();
  equal(there.join(" "), [...documented].flatMap(([t, list]) => [...list.keys()].map((c) => `${t}.${c}`)).sort().join(" "));
  return `${documented.size} tables, ${there.length} columns`;
});

const now = Date.now();
const shrinks = (bytes) => deflateRawSync(bytes, { level: 9 }).length < bytes.length * 0.97;
const FORMS = {
  number: (v) => v.type === "integer" || v.type === "null",
  day: (v) => v.type === "integer" && v.number < 40000,
  ms: (v) => v.type === "integer" && Math.abs(v.number - now) < 600000,
  text: (v) => v.type === "text",
  public: (v) => v.type === "blob",
  sealed: (v) => v.type === "blob" && (v.bytes.length < 200 || !shrinks(v.bytes)),
};
await claim("every_value_has_the_form_that_is_documented", () => {
  let values = 0;
  for (const [table, columns] of documented) {
    for (const [column, form] of columns) {
      const size = /^(\d+) bytes$/.exec(form)?.[1];
      const fits = size ? (v) => v.type === "blob" && v.bytes.length === Number(size) : FORMS[form];
      check(fits !== undefined, `${table}.${column}: what is "${form}"?`);
      for (const row of sql(`SELECT typeof("${column}") AS type, hex("${column}") AS hex, CAST("${column}" AS INT) AS number FROM "${table}"`)) {
        values++;
        check(fits({ ...row, bytes: Buffer.from(row.hex, "hex") }), `${table}.${column}: ${row.type} ${row.hex.slice(0, 40)} is not "${form}"`);
      }
    }
  }
  for (const table of ["account", "chain", "box", "body", "kp", "token", "grp", "info", "wkey", "rtag", "glog", "gbody", "record"]) {
    check(documented.has(table), `no ${table}`);
    if (!["body"].includes(table)) check(sql(`SELECT count(*) AS n FROM ${table}`)[0].n > 0, `${table} is empty: nothing was looked at`);
  }
  return `${values} values`;
});
await claim("nothing_joins_accounts_with_mailboxes", () => {
  const ids = [...sql("SELECT hex(hash) AS h FROM account"), ...sql("SELECT hex(inbox) AS h FROM account"), ...sql("SELECT hex(device) AS h FROM box")].map((r) => r.h);
  check(ids.length >= 6, "no accounts");
  const dump = ["grp", "info", "wkey", "rtag", "glog", "gbody", "blob"].map((t) => [...documented.get(t).keys()].map((c) => sql(`SELECT hex("${c}") AS h FROM ${t}`).map((r) => r.h).join(" ")).join(" ")).join(" ");
  const blobs = readdirSync(join(gw.dir, "blobs"), { recursive: true, withFileTypes: true }).filter((f) => f.isFile());
  const bytes = blobs.map((f) => readFileSync(join(f.path ?? f.parentPath, f.name)).toString("hex").toUpperCase()).join(" ");
  for (const id of ids) check(!dump.includes(id) && !bytes.includes(id), `${id} stands beside a mailbox`);
  for (const [table, columns] of documented) check(!(columns.has("grp") && (columns.has("account") || columns.has("box"))), `${table} has both`);
});
await claim("nothing_said_no_name_no_secret_no_address", () => {
  const look = (...patterns) => spawnSync(join(root, "tests/gateway/scan.sh"), ["--file", join(work, "gateway.log"), gw.dir, ...patterns], { encoding: "utf8" });
  check(look("CREATE TABLE").status === 1, "the search itself finds nothing");
  const found = look(...SAID, ...NAMES, "telescope", "Fergus", PASSPHRASE, recovery, recovery.replaceAll("-", ""), "127.0.0.1", "User-Agent");
  check(found.status === 0, found.stdout.split("\n").filter((l) => l.startsWith("not ok")).join(" | "));
});
rmSync(work, { recursive: true, force: true });
finish();
