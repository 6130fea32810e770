// The command line on a real gateway: linking a second device by three words, and settling a room.
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { Gateway, check, claim, cli, equal, finish, root } from "./lib.mjs";

const work = mkdtempSync(join(tmpdir(), "sotto-cli-"));
writeFileSync(join(work, "passphrase"), "seven quiet herons at dusk\n");
const gw = await Gateway.start({ dir: join(work, "gateway"), settings: { registration: "open" } });
const url = `http://localhost:${gw.port}`;
const env = { ...process.env, SOTTO_PASSPHRASE_FILE: join(work, "passphrase") };
const list = new Set(readFileSync(join(root, "web/data/words.txt"), "utf8").trim().split("\n"));

/** A command that ends by itself: its status and its lines. */
function sotto(who, ...args) {
  const run = spawnSync(cli, ["--home", join(work, who), "--seconds", args[0] === "watch" ? "6" : "20", ...args], { env, encoding: "utf8", timeout: 120000 });
  return { status: run.status, lines: run.stdout.split("\n").filter(Boolean).map((l) => JSON.parse(l)), text: run.stdout + run.stderr };
}
function fine(who, ...args) {
  const run = sotto(who, ...args);
  equal(run.status, 0, `sotto ${args[0]}: ${run.text}`);
  return run.lines;
}
const field = (lines, name) => lines.find((l) => l[name] !== undefined)?.[name];

/** One that asks: `line(name)` waits for the line that has it, `say` answers. */
function talk(who, ...args) {
  const child = spawn(cli, ["--home", join(work, who), "--seconds", "60", ...args], { env, stdio: ["pipe", "pipe", "inherit"] });
  const came = [];
  const waiting = [];
  createInterface({ input: child.stdout }).on("line", (text) => {
    came.push(JSON.parse(text));
    for (const look of waiting.splice(0)) look();
  });
  const ended = new Promise((done) => child.on("close", done));
  const line = async (name) => {
    for (;;) {
      const found = came.find((l) => l[name] !== undefined);
      if (found) return found;
      const over = await Promise.race([new Promise((more) => waiting.push(() => more(false))), ended.then(() => true)]);
      check(!over || came.some((l) => l[name] !== undefined), `sotto ${args[0]} ended without "${name}"`);
    }
  };
  return { line, say: (text) => child.stdin.write(`${text}\n`), ended };
}

/** Both sides up to their answers. */
async function link(fresh, answers) {
  const two = talk(fresh, "link-device", url);
  const one = talk("edith", "link-accept", (await two.line("code")).code);
  const asked = await one.line("both_show");
  one.say(answers[0]);
  const entering = answers[0] === "yes" ? await two.line("both_show") : undefined;
  two.say(answers[1]);
  return { asked, entering, status: [await one.ended, await two.ended] };
}

await claim("both_sides_show_the_same_three_words", async () => {
  fine("edith", "init", "Edith Marlow", url);
  const { asked, entering, status } = await link("edith-two", ["yes", "yes"]);
  const words = asked.both_show.split(" ");
  equal(words.length, 3, asked.both_show);
  check(words.every((w) => list.has(w)), asked.both_show);
  equal(entering.both_show, asked.both_show);
  equal(entering.name, "Edith Marlow");
  equal(status.join(), "0,0");
  check(fine("edith-two", "chats").length > 0, "the account is there");
});

await claim("a_no_links_nothing", async () => {
  const { status } = await link("edith-three", ["no", "no"]);
  check(status.every((s) => s !== 0), status.join());
  check(sotto("edith-three", "chats").lines.every((l) => l.title === undefined || l.title === ""), "nothing of the account");
});

await claim("settling_is_for_rooms_that_need_it", () => {
  fine("fergus", "init", "Fergus Hale", url);
  fine("fergus", "add", field(fine("edith", "link"), "link"));
  fine("edith", "accept", String(field(fine("edith", "requests"), "id")));
  const { id, note } = fine("edith", "chats").find((c) => c.kind === 1);
  equal(note, 0);
  for (const [how, error] of [["new", "state"], ["other", "gone"], ["again", "state"], ["on", "state"], ["both", "input"]]) {
    const run = sotto("edith", "settle", String(id), how);
    equal(run.status, 1, how);
    equal(field(run.lines, "error"), error, how);
  }
  equal(fine("edith", "chats").find((c) => c.kind === 1).id, id);
  equal(sotto("edith", "settle", String(id)).status, 2); // how is not said
});

// ---- an entry that is left out --------------------------------------------------------------------------------------
const { person: fergus, id: withFergus } = fine("edith", "chats").find((c) => c.kind === 1);
for (const who of ["fergus", "edith", "fergus"]) fine(who, "watch"); // what is under way arrives
for (const text of ["One", "Two", "Three"]) fine("edith", "send", String(withFergus), text);
const hole = spawnSync("sqlite3", ["-cmd", ".timeout 5000", join(gw.dir, "sotto.db"), "DELETE FROM glog WHERE (grp, seq) IN (SELECT grp, seq - 1 FROM glog ORDER BY ms DESC, seq DESC LIMIT 1) RETURNING seq"], { encoding: "utf8" });

await claim("a_hole_in_the_log_is_said_in_words_and_gone_over_by_a_tap", () => {
  check(fergus > 0 && hole.status === 0 && /^\d+$/.test(hole.stdout.trim()), `no hole: ${hole.stdout}${hole.stderr}`);
  const { id } = fine("fergus", "chats").find((c) => c.kind === 1);
  const heard = () => JSON.stringify(fine("fergus", "read", String(id)));
  const told = () => fine("fergus", "chats").find((c) => c.id === id);
  for (let i = 0; i < 8 && told().note !== 12; i++) fine("fergus", "watch");
  const { note, says, settle } = told();
  equal(note, 12);
  check(/leaves something out/.test(says), says);
  equal(settle, "on");
  check(heard().includes("One") && !heard().includes("Three"), heard());
  fine("fergus", "settle", String(id), settle);
  equal(told().note, 0);
  check(heard().includes("Three"), heard());
});

await gw.stop();
rmSync(work, { recursive: true, force: true });
finish();
