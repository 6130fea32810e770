// Changes one operator, constant or condition at a time, builds, runs the tests, and says which changes no test has noticed:
// node tests/mutants/run.mjs [ROOM...]     MUTANTS=N of each room (100), MUTANTS_SEED=S (1)
// Works on a copy of what is committed, in build/mutants. What compiles to the very same code is equal to it. What else
// survives is equal and stands in equal.txt with its reason, or it wants a test.
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { apply, mutantsOf } from "./mutate.mjs";

const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
const base = join(root, "build/mutants");
const tree = join(base, "tree");
const FOUND_LEAST = 90; // percent
// A change can make an endless loop: what takes ten times as long as the code as it is, and a while more, hangs.
const HANG = { times: 10, more_ms: 10_000, most_ms: 300_000 };
const wanted = Number(process.env.MUTANTS ?? 100);
const jobs = Number(process.env.SOTTO_JOBS ?? 2);

/** Which files, and what looks at them: what is quick and finds most comes first. */
const ROOMS = {
  engine: {
    files: ["admit", "identity", "identity_take", "join", "commit", "receive"].map((n) => `wasm/engine/own/${n}.c`),
    tests: ["flow_talk", "unit_engine_*", "flow_people", "flow_repair", "flow_order", "flow_judge", "flow_write", "flow_roster", "trust_*"],
  },
  gateway: {
    files: ["gateway/own/db_*.c"],
    tests: ["flow_talk", "unit_gateway_*", "flow_people", "flow_repair", "flow_reader", "trust_*", "node tests/gateway/flow.mjs"],
  },
  mls: { files: ["wasm/mls/*.c"], tests: ["unit_mls_*", "vectors_run", "flow_talk", "flow_repair", "trust_review_b"] },
};

/** Files of a folder by a name with stars in it, in order. */
function files(pattern) {
  const name = new RegExp(`^${basename(pattern).replaceAll(".", "\\.").replaceAll("*", "[^.]*")}$`);
  return readdirSync(dirname(pattern)).filter((f) => name.test(f)).sort().map((f) => join(dirname(pattern), f));
}

/** Numbers that follow from the seed (mulberry32). */
function numbers(seed) {
  let a = seed >>> 0;
  return (below) => {
    a = (a + 0x6d2b79f5) >>> 0;
    let t = Math.imul(a ^ (a >>> 15), a | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
}

const sh = (command, args) => spawnSync(command, args, { cwd: tree, encoding: "utf8", maxBuffer: 1 << 28 });

/** Its own build folder: less optimisation, no debug information, another linker, since each change links many programs anew. */
const BUILD = "build/mutants";
const build = (targets) => sh("cmake", ["--build", BUILD, "-j", String(jobs), "--target", ...targets]);

function prepare() {
  rmSync(tree, { recursive: true, force: true });
  mkdirSync(base, { recursive: true });
  execFileSync("git", ["clone", "-q", root, tree]);
  mkdirSync(join(tree, "build"));
  // What a change makes unused or always true is a warning, and still a program.
  const cmake = join(tree, "CMakeLists.txt");
  writeFileSync(cmake, readFileSync(cmake, "utf8").replaceAll(/-Werror[^\s)]*/g, ""));
  execFileSync("cp", ["-a", join(root, "build/deps"), join(tree, "build/")]);
  const flags = ["-DCMAKE_EXPORT_COMPILE_COMMANDS=ON", "-DCMAKE_BUILD_TYPE=Release", "-DCMAKE_C_FLAGS_RELEASE=-O1", "-DCMAKE_EXE_LINKER_FLAGS=-fuse-ld=gold"];
  for (const args of [["-G", "Ninja", "-B", BUILD, ...flags], ["--build", BUILD, "-j", String(jobs)]]) {
    const r = sh("cmake", args);
    if (r.status !== 0) throw new Error(`the tree as it is does not build: ${r.stdout.slice(-500)}${r.stderr.slice(-500)}`);
  }
}

/** The objects that a source becomes, by their path in the build folder. */
function objectsOf(path) {
  const all = JSON.parse(readFileSync(join(tree, BUILD, "compile_commands.json"), "utf8"));
  const objects = all.filter((c) => c.file === path).map((c) => / -o (\S+)/.exec(c.command)[1]);
  if (objects.length === 0) throw new Error(`no program is built from ${path}`);
  return objects;
}

/** "" when one of them does not compile. */
function compiled(objects) {
  if (build(objects).status !== 0) return "";
  const hash = createHash("sha256");
  for (const o of objects) hash.update(readFileSync(join(tree, BUILD, o)));
  return hash.digest("hex");
}

/** What looks at a room: { name, target, command, args, ms, found }. */
function lookers(patterns) {
  return patterns.flatMap((p) => {
    if (p.startsWith("node ")) return [{ name: p, target: "sotto-gateway", command: "node", args: p.split(" ").slice(1), found: 0 }];
    const names = files(join(tree, BUILD, "tests", p)).map((f) => basename(f));
    if (names.length === 0) throw new Error(`no program ${p}`);
    return names.map((name) => ({ name, target: name, command: `${BUILD}/tests/${name}`, args: name === "vectors_run" ? ["tests/vectors"] : [], found: 0 }));
  });
}

/** Runs one; true when it ends well. Ends early, as if it had, once `stop.now` is set. */
function run(looker, limit, stop) {
  return new Promise((resolve) => {
    const env = { ...process.env, SOTTO_GATEWAY: join(tree, BUILD, "gateway/sotto-gateway") };
    const child = spawn(looker.command, looker.args, { cwd: tree, env, stdio: "ignore", detached: true });
    const kill = () => { try { process.kill(-child.pid, "SIGKILL"); } catch { /* has ended */ } };
    const timer = setTimeout(kill, limit);
    stop.kill.add(kill);
    const done = (ok) => { clearTimeout(timer); stop.kill.delete(kill); resolve(ok); };
    child.on("error", (e) => { throw e; }); // it does not start at all: that says nothing of the change
    child.on("exit", (code) => done(code === 0 || stop.now));
  });
}

/** What notices it (a looker); undefined: nothing, null: it is no program at all. */
async function finder(all) {
  // What has found most in a second comes first.
  const order = [...all].sort((a, b) => (b.found + 1) / b.ms - (a.found + 1) / a.ms);
  for (let from = 0, many = 6; from < order.length; from += many, many = order.length) {
    const some = order.slice(from, from + many);
    if (build([...new Set(some.map((l) => l.target))]).status !== 0) return null;
    const stop = { now: false, kill: new Set() };
    let who, next = 0;
    await Promise.all(Array.from({ length: jobs }, async () => {
      while (who === undefined && next < some.length) {
        const l = some[next++];
        if (await run(l, Math.min(HANG.most_ms, HANG.times * l.ms + HANG.more_ms), stop)) continue;
        who ??= l;
        stop.now = true;
        for (const kill of stop.kill) kill();
      }
    }));
    if (who !== undefined) return who;
  }
  return undefined;
}

/** Does it end well on the code as it is? What fails now and then has found nothing. */
async function isSteady(looker) {
  if (build([looker.target]).status !== 0) throw new Error("the tree as it is does not build");
  return run(looker, HANG.most_ms, { now: false, kill: new Set() });
}

/** How long each takes of the code as it is, which none may fault. */
async function measure(all) {
  if (build([...new Set(all.map((l) => l.target))]).status !== 0) throw new Error("the tree as it is does not build");
  for (const l of all) {
    const start = performance.now();
    if (!(await run(l, HANG.most_ms, { now: false, kill: new Set() }))) throw new Error(`${l.name} fails without any change`);
    l.ms = performance.now() - start;
  }
}

const equal = new Map(
  readFileSync(join(root, "tests/mutants/equal.txt"), "utf8")
    .split("\n")
    .filter((l) => l !== "" && !l.startsWith("#"))
    .map((l) => l.split(" | "))
    .map(([file, key, why]) => [`${file} | ${key}`, why]),
);

prepare();
const rooms = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(ROOMS);
for (const room of rooms) {
  const looking = lookers(ROOMS[room].tests);
  await measure(looking);
  const all = ROOMS[room].files.flatMap((p) => files(join(tree, p))).flatMap((path) => {
    const text = readFileSync(path, "utf8");
    return mutantsOf(text).map((m) => ({ ...m, path, file: path.slice(tree.length + 1), text }));
  });
  const keys = new Set(all.map((m) => `${m.file} | ${m.key}`)), here = new Set(all.map((m) => m.file));
  const gone = [...equal.keys()].filter((k) => here.has(k.split(" | ")[0]) && !keys.has(k));
  for (const k of gone) console.log(`not ok mutants_${room}: equal.txt names a change that there is none of: ${k}`);
  const before = new Map([...new Set(all.map((m) => m.path))].map((path) => [path, compiled(objectsOf(path))]));
  if ([...before.values()].includes("")) throw new Error("the tree as it is does not compile");
  const draw = numbers(Number(process.env.MUTANTS_SEED ?? 1));
  let found = 0, same = 0, tried = 0, none = 0;
  const by = new Map();
  while (tried < wanted && all.length > 0) {
    const m = all.splice(draw(all.length), 1)[0];
    writeFileSync(m.path, apply(m.text, m));
    const code = compiled(objectsOf(m.path));
    const isSame = code === before.get(m.path);
    let who = code === "" ? null : isSame ? undefined : await finder(looking);
    writeFileSync(m.path, m.text);
    if (who === null) {
      none++;
      continue;
    }
    if (who !== undefined && !(await isSteady(who))) {
      console.log(`# ${who.name} fails without any change, too`);
      who = undefined;
    }
    tried++;
    if (isSame) same++;
    else if (who !== undefined) {
      found++;
      who.found++;
      by.set(who.name, (by.get(who.name) ?? 0) + 1);
    } else if (equal.has(`${m.file} | ${m.key}`)) same++;
    else console.log(`# survives: ${m.file}:${m.line} | ${m.key}`);
    if (tried % 10 === 0) console.log(`# ${room}: ${tried} of ${wanted} tried, ${found} found, ${same} equal`); // a run that is cut off has said something
  }
  console.log(`# ${room}: found by ${[...by].sort((a, b) => b[1] - a[1]).map(([n, c]) => `${n} ${c}`).join(", ")}`);
  if (none > 0) console.log(`# ${room}: ${none} more were no program`);
  const real = tried - same;
  const percent = real === 0 ? 0 : (100 * found) / real;
  console.log(`${percent >= FOUND_LEAST ? "ok" : "not ok"} mutants_${room}: ${found} of ${real} found (${percent.toFixed(1)} %), ${same} more equal to the code as it is`);
}
