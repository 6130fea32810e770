// A log and three witnesses, as real processes, quorum 2 of 3: cosignatures, a witness that is down, one that is killed
// while it stores, the 409 flow, and a log that shows two histories (A24).
import { createHash } from "node:crypto";
import { cpSync, existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { check, claim, dir, equal, file, finish, must, parts, peer, read, run, seeded, sotto, start } from "./lib.mjs";

const random = seeded(Number(process.env.SOTTO_SEED ?? 1));
const db = join(dir, "log.db");
const logKey = join(dir, "log.key");
const pub = join(dir, "public");
const releaseKey = join(dir, "release.key");
const keygen = (...args) => must(sotto.release, ["keygen", ...args]).trim();
const logVkey = keygen("test/log", logKey);
const releaseVkey = keygen("test/release", releaseKey);
const originHex = createHash("sha256").update("test/log").digest("hex");
const sha = (bytes) => createHash("sha256").update(bytes).digest("base64url");

// ---- witnesses -------------------------------------------------------------------------------------------------------
class Witness {
  constructor(i) {
    this.name = `w${i}`;
    this.db = join(dir, `${this.name}.db`);
    this.key = join(dir, `${this.name}.key`);
    this.vkey = keygen(`test/witness${i}`, this.key, "--witness");
    this.port = 0;
  }
  async up(...args) {
    const from = args.length > 0 ? args : ["--log", logVkey];
    this.process = start(sotto.witness, ["run", this.db, "--key", this.key, ...from, "--port", String(this.port)]);
    for (let i = 0; !this.process.out.includes("\n"); i++) {
      if (i > 500 || this.process.child.exitCode !== null) throw new Error(`${this.name} does not start: ${this.process.err}`);
      await new Promise((r) => setTimeout(r, 10));
    }
    this.port = Number(/127\.0\.0\.1:(\d+)\n/.exec(this.process.out)[1]);
    this.url = `http://127.0.0.1:${this.port}`;
  }
  async down(signal) {
    this.process.child.kill(signal);
    return await this.process.ended;
  }
  post(body) {
    return fetch(`${this.url}/add-checkpoint`, { method: "POST", body });
  }
  async latest() {
    const r = await fetch(`${this.url}/${originHex}/checkpoint`);
    return r.status === 200 ? await r.text() : "";
  }
}
const witnesses = [new Witness(1), new Witness(2), new Witness(3)];
const [w1, w2, w3] = witnesses;
for (const w of witnesses) await w.up();

const trust = file(
  "trust",
  `sotto-trust/v1\nline test/web\nrelease ${releaseVkey}\nthreshold 1\nlog ${logVkey}\n` +
    witnesses.map((w) => `witness ${w.name} ${w.vkey} ${w.url}${w === w2 ? "/" : ""}\n`).join("") +
    "group enough 2 w1 w2 w3\nquorum enough\n",
);

// ---- releases --------------------------------------------------------------------------------------------------------
let previous = "-";
/** A signed note of release `seq`, the successor of the one made before. */
function release(seq, words = "") {
  const text =
    `sotto-release/v1\nline test/web\nversion 1.0.${seq}${words}\nseq ${seq}\nprev ${previous}\ncommit ${"0".repeat(40)}\n` +
    `toolchain ${"0".repeat(64)}\nloader ${sha("loader")}\ncsp default-src 'none'; script-src 'self'\nfile / 4 ${sha("page")} text/html\n`;
  const path = file(`note${seq}${words}`, text);
  must(sotto.release, ["sign", path, releaseKey]);
  return path;
}
const next = (seq) => {
  const path = release(seq);
  previous = must(sotto.release, ["hash", path]).trim();
  return path;
};
const append = (path, base = db) => must(sotto.log, ["append", base, logKey, path, "--trust", trust]);
const published = () => parts(read(join(pub, "checkpoint")));
function accepted(path, index) {
  const proof = file("proof", must(sotto.log, ["proof", db, String(index), "--trust", trust]));
  const said = must(sotto.release, ["check", path, "--trust", trust, "--recent", proof]);
  check(said.endsWith("\nok\n"), said);
  return said.split("\n").find((l) => l.startsWith("entry "));
}
const withPeer = () => peer(["-base", pub, "-key", logVkey, ...witnesses.flatMap((w) => ["-witness", w.vkey])]);

must(sotto.log, ["init", db, logKey]);
const first = next(1);

await claim("three_witnesses_sign_a_first_release", () => {
  const said = append(first);
  check(said.startsWith("0 1\n") && witnesses.every((w) => said.includes(`${w.name}: signed size 1 `)) && said.includes("the quorum holds"), said);
  equal(must(sotto.log, ["publish", db, pub, "--trust", trust]).trim(), "1");
  const got = withPeer();
  equal(got.cosignatures, 3, "cosignatures that Go verifies");
  return accepted(first, 0);
});
await claim("a_note_that_the_trust_does_not_accept_stays_out", () => {
  const unsigned = file("unsigned", read(first).replace("version 1.0.1", "version 1.0.9"));
  const r = run(sotto.log, ["append", db, logKey, unsigned, "--trust", trust]);
  check(r.code === 1 && r.err.includes("refused (release-signature)"), r.err);
  const other = run(sotto.log, ["append", db, logKey, file("other", read(first).replace("line test/web", "line test/other")), "--trust", trust]);
  equal(other.code, 1, "another line");
});
await claim("the_same_release_again_is_the_same_entry", () => {
  const r = run(sotto.log, ["append", db, logKey, first, "--trust", trust]);
  check(r.code === 0 && r.out.startsWith("0 1\n") && r.err.includes("entry 0 already"), r.out + r.err);
});
await claim("a_witness_shows_what_it_signed_to_any_page", async () => {
  const r = await fetch(`${w1.url}/${originHex}/checkpoint`, { headers: { origin: "https://app.example" } });
  equal(r.status, 200);
  equal(r.headers.get("access-control-allow-origin"), "*");
  equal(r.headers.get("content-type"), "text/plain; charset=utf-8");
  equal(parts(await r.text()).root, published().root, "root");
  const none = await fetch(`${w1.url}/${"0".repeat(64)}/checkpoint`);
  equal(none.status, 404);
  equal(none.headers.get("access-control-allow-origin"), "*");
});
await claim("the_server_answers_what_is_no_request", async () => {
  const status = async (path, init) => (await fetch(w1.url + path, init)).status;
  equal(await status("/add-checkpoint"), 405, "GET");
  equal(await status(`/${originHex}/checkpoint`, { method: "POST", body: "x" }), 405, "POST");
  equal(await status("/"), 404, "/");
  equal(await status("/add-checkpoint/", { method: "POST", body: "x" }), 404, "with a slash");
  equal((await w1.post("nonsense")).status, 400, "nonsense");
  equal((await w1.post("")).status, 400, "nothing");
  equal((await w1.post("x".repeat(30_000))).status, 413, "too much");
  const signed = read(join(pub, "checkpoint"));
  equal((await w1.post(`old 0\n\n${signed.replace("test/log\n", "test/who\n")}`)).status, 404, "unknown log");
  equal((await w1.post(`old 1\n\n${signed.replace("\n1\n", "\n2\n")}`)).status, 403, "signature of another text");
  equal((await w1.post(`old 2\n\n${signed}`)).status, 400, "old greater than the checkpoint");
});
await claim("a_witness_that_was_stopped_goes_on", async () => {
  w1.process.child.kill("SIGSTOP");
  w1.process.child.kill("SIGCONT");
  equal(parts(await w1.latest()).size, 1, "size");
});
await claim("409_tells_the_size_and_the_log_goes_on_from_there", async () => {
  const r = await w1.post(`old 0\n\n${read(join(pub, "checkpoint"))}`);
  equal(r.status, 409);
  equal(r.headers.get("content-type"), "text/x.tlog.size");
  equal(await r.text(), "1\n");
  // The log forgets what w1 signed; it is told.
  must("sqlite3", [db, "DELETE FROM cosig"]);
  const said = append(next(2));
  check(witnesses.every((w) => said.includes(`${w.name}: signed size 2 `)), said);
  must(sotto.log, ["publish", db, pub, "--trust", trust]);
  equal(withPeer().cosignatures, 3, "cosignatures");
});
let third = "";
await claim("one_witness_may_be_down", async () => {
  const ended = await w3.down("SIGTERM");
  equal(ended.code, 0, "exit code after SIGTERM");
  third = next(3);
  const said = append(third);
  check(said.includes("w3: no answer") && said.includes("the quorum holds"), said);
  must(sotto.log, ["publish", db, pub, "--trust", trust]);
  equal(published().size, 3, "published");
  equal(withPeer().cosignatures, 2, "cosignatures");
  return accepted(third, 2);
});
await claim("no_proof_of_an_entry_that_others_came_after_unless_a_size_is_named", () => {
  const r = run(sotto.log, ["proof", db, "0", "--trust", trust]);
  check(r.code === 1 && r.out === "" && r.err.includes("entry 0 is not the newest of 3"), r.err);
  const old = file("old-proof", must(sotto.log, ["proof", db, "0", "--size", "3"]));
  const refused = run(sotto.release, ["check", first, "--trust", trust, "--recent", old]);
  check(refused.code === 1 && (refused.out + refused.err).includes("newest"), refused.out + refused.err);
});
const fourth = next(4);
await claim("without_a_quorum_nothing_new_is_published", async () => {
  equal((await w2.down("SIGKILL")).signal, "SIGKILL");
  const before = read(join(pub, "checkpoint"));
  const said = append(fourth);
  check(said.startsWith("3 4\n") && said.includes("the quorum does not hold"), said);
  equal(run(sotto.log, ["witness", db, "--trust", trust]).code, 1, "witness");
  equal(run(sotto.log, ["publish", db, pub, "--trust", trust]).code, 1, "publish");
  equal(read(join(pub, "checkpoint")), before, "the published checkpoint");
  // The proof for clients stays in the last checkpoint that has a quorum.
  return accepted(third, 2);
});
await claim("witnesses_that_come_back_know_what_they_signed", async () => {
  await w2.up();
  await w3.up("--trust", trust);
  equal(parts(await w2.latest()).size, 3, "w2 after kill -9");
  equal(parts(await w3.latest()).size, 2, "w3");
  const said = must(sotto.log, ["witness", db, "--trust", trust]);
  check(witnesses.every((w) => said.includes(`${w.name}: signed size 4 `)), said);
  must(sotto.log, ["publish", db, pub, "--trust", trust]);
  equal(withPeer().cosignatures, 3, "cosignatures");
  return accepted(fourth, 3);
});
await claim("a_witness_of_a_damaged_clock_does_not_replace_a_newer_line", async () => {
  const lines = () => JSON.parse(must("sqlite3", ["-json", db, "SELECT line FROM cosig WHERE size = 4 ORDER BY witness"])).map((r) => r.line);
  const before = lines();
  await w2.down("SIGTERM");
  await w2.up("--log", logVkey, "--now", "1000000000");
  const said = must(sotto.log, ["witness", db, "--trust", trust]);
  check(said.includes("w2: signed size 4 at 1000000000"), said);
  equal(lines()[1], before[1], "the line of w2");
  await w2.down("SIGTERM");
  await w2.up();
});

// ---- a split view ----------------------------------------------------------------------------------------------------
const fork = join(dir, "fork.db");
await claim("a_second_history_of_the_same_log_is_refused_with_422", async () => {
  cpSync(db, fork);
  check(!existsSync(`${db}-wal`), "the copy is whole");
  append(next(5));
  must(sotto.log, ["publish", db, pub, "--trust", trust]);
  const said = append(release(5, "-other"), fork);
  check(witnesses.every((w) => said.includes(`${w.name}: refused with 422`)) && said.includes("the quorum does not hold"), said);
  equal(run(sotto.log, ["publish", fork, join(dir, "elsewhere"), "--trust", trust]).code, 1, "publish");
  // As bytes: old size and root of the fork, equal sizes, other roots.
  const forked = must("sqlite3", [fork, "SELECT note FROM checkpoint WHERE size = 5"]);
  const r = await w1.post(`old 5\n\n${forked.trimEnd()}\n`);
  equal(r.status, 422);
  check(!(await r.text()).includes("—"), "no signature");
  for (const w of witnesses) equal(parts(await w.latest()).root, published().root, `root at ${w.name}`);
  check(parts(forked).root !== published().root, "the roots differ");
});
await claim("a_longer_second_history_is_refused_with_422_too", async () => {
  const said = append(release(6, "-other"), fork);
  check(witnesses.every((w) => said.includes(`${w.name}: refused with 422`)), said);
  equal(run(sotto.log, ["publish", fork, pub]).code, 1, "nor does it take the place of what was published");
  equal(published().size, 5, "published");
});
let usual = 0; // ms that an append with three witnesses takes
await claim("an_old_copy_of_a_log_is_noticed", () => {
  const old = join(dir, "old.db");
  cpSync(db, old);
  append(next(6));
  const begin = Date.now();
  append(next(7));
  usual = Date.now() - begin;
  const r = run(sotto.log, ["witness", old, "--trust", trust]);
  check(r.code === 0 || r.code === 1, r.err); // the lines of size 5 are still there
  check(r.out.includes("it has seen size 7: is this log an old copy?"), r.out);
});

// ---- kill -9 ---------------------------------------------------------------------------------------------------------
await claim("whatever_a_killed_witness_has_signed_it_still_knows", async () => {
  let kills = 0;
  let signed = 0;
  for (let seq = 8; kills < 30 || (signed === 0 && kills < 200); seq++) {
    const path = next(seq);
    const asking = start(sotto.log, ["append", db, logKey, path, "--trust", trust]);
    await new Promise((r) => setTimeout(r, random() * 0.9 * usual));
    if ((await w1.down("SIGKILL")).signal === "SIGKILL") kills++;
    equal((await asking.ended).code, 0, "append");
    await w1.up();
    const line = must("sqlite3", [db, `SELECT max(size) FROM cosig WHERE witness LIKE 'test/witness1+%'`]).trim();
    signed += Number(line) === seq ? 1 : 0;
    const { size } = parts(await w1.latest());
    check(size >= Number(line), `signed ${line}, knows ${size}`);
  }
  check(signed > 0, "no signature ever left");
  must(sotto.log, ["witness", db, "--trust", trust]);
  return `${kills} kills, in ${signed} of them the signature had left`;
});
await claim("all_of_it_is_one_log_to_go", () => {
  must(sotto.log, ["check", db]);
  must(sotto.log, ["publish", db, pub, "--trust", trust]);
  const size = published().size;
  const proofs = file("proofs", must(sotto.log, ["proof", db, ...Array.from({ length: size }, (_, i) => String(i)), "--size", String(size)]));
  const history = file("history", JSON.stringify(JSON.parse(must("sqlite3", ["-json", db, "SELECT note FROM checkpoint ORDER BY size"])).map((r) => r.note)));
  const got = peer(["-base", pub, "-key", logVkey, ...witnesses.flatMap((w) => ["-witness", w.vkey]), "-proofs", proofs, "-history", history]);
  equal(got.proofs, size, "proofs");
  equal(got.cosignatures, 3, "cosignatures");
  check(readFileSync(join(pub, "tile/entries/000.p", String(size))).includes(readFileSync(first)), "the whole note is in the entries");
  return JSON.stringify(got);
});
for (const w of witnesses) await w.down("SIGTERM");
finish();
