// Thousands of appends, and kill -9 at random points of many of them and of the publishing: whatever a log has signed or
// shown, it never has a second root for a size; nothing is lost that was said to be there; and at the end every proof
// verifies with an independent reader. SOTTO_LOG_APPENDS, SOTTO_SEED.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { check, claim, dir, equal, file, finish, must, parts, peer, read, seeded, sotto, start } from "./lib.mjs";

const APPENDS = Number(process.env.SOTTO_LOG_APPENDS ?? 10_000);
const SEED = Number(process.env.SOTTO_SEED ?? 1);
const KILLS_MIN = Math.min(60, Math.floor(APPENDS / 100));
const random = seeded(SEED);
const pick = (n) => Math.floor(random() * n);

const db = join(dir, "log.db");
const key = join(dir, "log.key");
const pub = join(dir, "public");
const notes = join(dir, "notes");
const note = (i) => join(notes, String(i));
const vkey = must(sotto.release, ["keygen", "replay/log", key]).trim();
mkdirSync(notes);
for (let i = 0; i < APPENDS; i++) writeFileSync(note(i), `note ${i}\n${"x".repeat(pick(400))}\n\n— someone ${pick(1e9)}\n`);

// ---- what was ever seen ----------------------------------------------------------------------------------------------
const roots = new Map(); // size: root
const killSizes = new Set();
let seenTimes = 0;
function saw(checkpoint) {
  const { size, root } = parts(checkpoint);
  if (roots.has(size)) equal(root, roots.get(size), `a second root of size ${size}`);
  roots.set(size, root);
  seenTimes++;
  return size;
}
const inDb = () => JSON.parse(must("sqlite3", ["-json", db, "SELECT note FROM checkpoint ORDER BY size"])).map((row) => row.note);
/** Everything in the database, none of what was seen missing. */
function look() {
  const all = inDb();
  const sizes = new Set(all.map(saw));
  equal(sizes.size, all.length, "checkpoints of one size");
  return Math.max(...sizes);
}
function lookPublished() {
  if (!existsSync(join(pub, "checkpoint"))) return;
  saw(read(join(pub, "checkpoint")));
  peer(["-base", pub, "-key", vkey]);
  count.readsOfPublished++;
}

// ---- one program, perhaps killed -------------------------------------------------------------------------------------
const count = { processes: 0, killsOfAppend: 0, killsOfPublish: 0, keptByKilled: 0, readsOfPublished: 0, together: 0 };
let usual = 10; // ms that a process takes
async function execute(args, kill) {
  const begin = performance.now();
  const p = start(sotto.log, args);
  count.processes++;
  if (kill) {
    // Anywhere, or near the end, where it commits; timers are coarser than that.
    const end = begin + usual * (random() < 0.5 ? 1.1 * random() : 0.6 + 0.5 * random());
    await new Promise((r) => setTimeout(r, Math.max(0, end - performance.now() - 1)));
    while (performance.now() < end);
    p.child.kill("SIGKILL");
  }
  const { code, signal } = await p.ended;
  if (signal === null) usual = usual * 0.9 + (performance.now() - begin) * 0.1;
  if (signal === null && code !== 0) throw new Error(`${args[0]}: code ${code}: ${p.err}`);
  return { killed: signal === "SIGKILL", out: p.out };
}

/** `INDEX SIZE` lines: file i is entry i, whoever appended it and when. */
function judge(out, first, n) {
  const lines = out.trim().split("\n");
  equal(lines.length, n, "lines");
  lines.forEach((line, i) => equal(Number(line.split(" ")[0]), first + i, "index"));
  return Number(lines[0].split(" ")[1]);
}

// A batch is there whole or not at all. Which sizes can there be, while nobody has looked?
let possible = new Set([0]);
function settle(size) {
  check(possible.has(size), `a part of a batch is there: ${size}, possible ${[...possible]}`);
  possible = new Set([size]);
  return size;
}

async function appendSome(next) {
  const n = Math.min(APPENDS - next, random() < 0.6 ? 1 : 1 + pick(random() < 0.1 ? 200 : 30));
  const args = ["append", db, key, ...Array.from({ length: n }, (_, i) => note(next + i))];
  const after = [...possible].map((size) => Math.max(size, next + n));
  if (random() < 0.03) {
    // Two at once: the second finds everything there.
    count.together++;
    const both = await Promise.all([execute(args, false), execute(args, false)]);
    possible = new Set(after);
    return settle(Math.max(...both.map((r) => judge(r.out, next, n))));
  }
  const r = await execute(args, random() < 0.3);
  possible = new Set(r.killed ? [...possible, ...after] : after);
  if (!r.killed) return settle(judge(r.out, next, n));
  count.killsOfAppend++;
  // Half of the times the log itself is the first to open what was left behind.
  if (random() < 0.5) return next;
  const size = settle(look());
  killSizes.add(size);
  count.keptByKilled += size > next ? 1 : 0;
  return next; // it is asked again all the same
}

async function publishSome() {
  const r = await execute(["publish", db, pub], random() < 0.6);
  if (!r.killed) return;
  count.killsOfPublish++;
  lookPublished();
}

must(sotto.log, ["init", db, key]);
await claim(`${APPENDS}_appends_with_kills_leave_one_root_a_size`, async () => {
  const begin = Date.now();
  let next = 0;
  for (let i = 0; next < APPENDS; i++) {
    next = await appendSome(next);
    if (i % 20 === 19) await publishSome();
  }
  equal(next, APPENDS, "size at the end");
  equal(look(), APPENDS, "size in the database");
  return `seed ${SEED}, ${count.processes} processes, ${Math.round((Date.now() - begin) / 1000)} s, ${roots.size} sizes, ${seenTimes} checkpoints compared`;
});
await claim("enough_processes_were_killed_before_and_after_their_commit", () => {
  check(count.killsOfAppend >= KILLS_MIN, `${count.killsOfAppend} kills of an append`);
  check(count.killsOfPublish > 0 && count.keptByKilled > 0, JSON.stringify(count));
  return `${count.killsOfAppend} of append, ${count.keptByKilled} of those looked at had committed, ${count.killsOfPublish} of publish, ${count.together} pairs at once`;
});
await claim("check_finds_everything_as_it_should_be", () => must(sotto.log, ["check", db]).trim());

must(sotto.log, ["publish", db, pub]);
await claim("every_proof_verifies_with_go", () => {
  let all = "";
  for (let i = 0; i < APPENDS; i += 2000) {
    all += must(sotto.log, ["proof", db, ...Array.from({ length: Math.min(2000, APPENDS - i) }, (_, k) => String(i + k)), "--size", String(APPENDS)]);
  }
  const got = peer(["-base", pub, "-key", vkey, "-proofs", file("proofs", all)]);
  equal(got.proofs, APPENDS, "proofs");
  equal(got.size, APPENDS, "size");
  return `${got.proofs} inclusion proofs, ${got.size} entries read from bundles and tiles`;
});
await claim("every_checkpoint_is_one_of_the_published_log_with_go", () => {
  const all = inDb();
  check(all.every((n) => roots.get(parts(n).size) === parts(n).root) && roots.size === all.length, "seen, but no longer there");
  const got = peer(["-base", pub, "-key", vkey, "-history", file("history", JSON.stringify(all))]);
  equal(got.checkpoints, all.length, "checkpoints");
  return `${got.checkpoints} checkpoints, each proven from the one before and to the last`;
});
await claim("consistency_proofs_verify_with_go", () => {
  const sizes = [...new Set([0, 1, 255, 256, 257, ...killSizes, ...Array.from({ length: 40 }, () => pick(APPENDS + 1))])];
  const list = sizes
    .filter((s) => s <= APPENDS)
    .map((old) => {
      const size = random() < 0.5 ? APPENDS : old + pick(APPENDS - old + 1);
      return { old, size, hashes: must(sotto.log, ["consistency", db, String(old), String(size)]).split("\n").filter(Boolean) };
    });
  const got = peer(["-base", pub, "-key", vkey, "-consistency", file("consistency", JSON.stringify(list))]);
  equal(got.consistency, list.length, "proofs");
  return `${got.consistency} proofs, ${killSizes.size} of sizes that were there after a kill`;
});
await claim("go_finds_one_byte_that_was_changed", () => {
  const above = Math.floor(APPENDS / 256);
  const names = ["checkpoint", "tile/0/000", `tile/1/000.p/${above}`, "tile/entries/000"];
  for (const name of names) {
    const path = join(pub, name);
    const good = readFileSync(path);
    const bad = Buffer.from(good);
    bad[bad.length >> 1] ^= 1;
    writeFileSync(path, bad);
    let refused = false;
    try {
      peer(["-base", pub, "-key", vkey]);
    } catch {
      refused = true;
    }
    writeFileSync(path, good);
    check(refused, name);
  }
  equal(peer(["-base", pub, "-key", vkey]).size, APPENDS, "as it was");
  return `${names.length} files`;
});
finish();
