// Six people on the command line make a group through a real gateway: its tree is too large to travel inside a Welcome
// and goes as a parcel, a blob of its own (wasm/engine/own/parcel.h).
import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Gateway, check, claim, cli, finish } from "./lib.mjs";

const people = ["Ada", "Bela", "Cyd", "Dora", "Ezra", "Finn"];
const work = mkdtempSync(join(tmpdir(), "sotto-crowd-"));
writeFileSync(join(work, "passphrase"), "a crowd of quiet people\n");
const gw = await Gateway.start({ dir: join(work, "gateway"), settings: { registration: "open" } });
const env = { ...process.env, SOTTO_PASSPHRASE_FILE: join(work, "passphrase") };

/** The JSON lines of a command. */
function sotto(who, seconds, ...args) {
  return new Promise((resolve, reject) => {
    const child = spawn(cli, ["--home", join(work, who), "--seconds", String(seconds), ...args], { env });
    let out = "";
    child.stdout.on("data", (d) => (out += d));
    child.stderr.on("data", (d) => (out += d));
    child.on("exit", (code) => (code === 0 ? resolve(out.split("\n").filter((l) => l.startsWith("{")).map((l) => JSON.parse(l))) : reject(new Error(`${who}: sotto ${args[0]}: ${out}`))));
  });
}
const field = (lines, name) => lines.find((l) => l[name] !== undefined)?.[name];
const group = async (who) => (await sotto(who, 2, "chats")).find((c) => c.kind === 2);
const texts = async (who) => (await sotto(who, 2, "read", String((await group(who)).id))).map((m) => m.text);

await claim("six_people_meet", async () => {
  const [first, ...others] = people;
  for (const p of people) await sotto(p, 20, "init", p, `http://localhost:${gw.port}`);
  const link = field(await sotto(first, 20, "link"), "link");
  for (const p of others) {
    await sotto(p, 20, "add", link);
    await sotto(first, 20, "accept", String(field(await sotto(first, 20, "requests"), "id")));
  }
});
await claim("they_make_a_group_whose_tree_is_a_parcel", async () => {
  const [first, ...others] = people;
  await Promise.all(others.map((p) => sotto(p, 3, "watch")));
  const pairs = (await sotto(first, 3, "chats")).filter((c) => c.kind === 1);
  const made = field(await sotto(first, 20, "group", "The crowd", ...pairs.map((c) => String(c.person))), "id");
  await sotto(first, 5, "watch");
  await sotto(first, 20, "send", String(made), "welcome to the crowd");
  for (const p of others) await sotto(p, 4, "watch");
  for (const p of others) {
    check((await group(p))?.title === "The crowd", `${p} is not in the group`);
    check((await texts(p)).includes("welcome to the crowd"), `${p} has not heard`);
  }
  const blobs = readdirSync(join(gw.dir, "blobs"), { recursive: true, withFileTypes: true }).filter((f) => f.isFile());
  check(blobs.length > 0, "there was no parcel");
  return `${blobs.length} parcels`;
});
await claim("everyone_hears_whoever_speaks", async () => {
  await sotto("Dora", 20, "send", String((await group("Dora")).id), "Dora here");
  for (const p of people) await sotto(p, 3, "watch");
  for (const p of people) check((await texts(p)).includes("Dora here"), `${p} has not heard Dora`);
});
await gw.stop();
rmSync(work, { recursive: true, force: true });
finish();
