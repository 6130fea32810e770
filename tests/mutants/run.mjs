// Changes one operator, constant or condition at a time, builds, runs the tests, and says which changes no test has noticed:
// node tests/mutants/run.mjs [ROOM...]     MUTANTS=N of each room (100), MUTANTS_SEED=S (1)
// Works on a copy of what is committed, in build/mutants. What survives is equal to the code as it is, and stands in equal.txt
// with its reason, or it wants a test.
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { apply, mutantsOf } from "./mutate.mjs";

const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
const base = join(root, "build/mutants");
const tree = join(base, "tree");
const FOUND_LEAST = 90; // percent
const RUN_MS = 300_000; // what takes longer hangs
const wanted = Number(process.env.MUTANTS ?? 100);
const jobs = process.env.SOTTO_JOBS ?? "2";

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

const sh = (command, args, options = {}) => spawnSync(command, args, { cwd: tree, encoding: "utf8", timeout: RUN_MS, killSignal: "SIGKILL", maxBuffer: 1 << 28, ...options });

function prepare() {
  rmSync(tree, { recursive: true, force: true });
  mkdirSync(base, { recursive: true });
  execFileSync("git", ["clone", "-q", root, tree]);
  mkdirSync(join(tree, "build"));
  execFileSync("cp", ["-a", join(root, "build/deps"), join(tree, "build/")]);
  for (const args of [["--preset", "fast"], ["--build", "--preset", "fast", "-j", jobs]]) {
    const r = sh("cmake", args, { timeout: 3_600_000 });
    if (r.status !== 0) throw new Error(`the tree as it is does not build: ${r.stdout.slice(-500)}${r.stderr.slice(-500)}`);
  }
}

function programs(patterns) {
  const out = [];
  for (const p of patterns) {
    if (p.startsWith("node ")) out.push(p);
    else {
      const found = files(join(tree, "build/fast/tests", p));
      if (found.length === 0) throw new Error(`no program ${p}`);
      out.push(...found.map((f) => basename(f)));
    }
  }
  return out;
}

/** What notices it; "" nothing, null: it is no program at all. */
function finder(tests, untouched) {
  for (const name of tests) {
    if (!name.startsWith("node ")) {
      const built = sh("cmake", ["--build", "--preset", "fast", "-j", jobs, "--target", name]);
      if (built.status !== 0) return null;
    } else if (sh("cmake", ["--build", "--preset", "fast", "-j", jobs, "--target", "sotto-gateway"]).status !== 0) return null;
    const [command, ...args] = name.startsWith("node ") ? name.split(" ") : [`build/fast/tests/${name}`];
    if (name === "vectors_run") args.push("tests/vectors/mls");
    const env = { ...process.env, SOTTO_GATEWAY: join(tree, "build/fast/gateway/sotto-gateway") };
    if (sh(command, args, { env }).status !== 0) {
      if (untouched) throw new Error(`${name} fails without any change`);
      return name;
    }
  }
  return "";
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
  const names = programs(ROOMS[room].tests);
  finder(names, true);
  const all = ROOMS[room].files.flatMap((p) => files(join(tree, p))).flatMap((path) => {
    const text = readFileSync(path, "utf8");
    return mutantsOf(text).map((m) => ({ ...m, path, file: path.slice(tree.length + 1), text }));
  });
  const draw = numbers(Number(process.env.MUTANTS_SEED ?? 1));
  let found = 0, same = 0, tried = 0;
  const by = new Map();
  while (tried < wanted && all.length > 0) {
    const m = all.splice(draw(all.length), 1)[0];
    writeFileSync(m.path, apply(m.text, m));
    const who = finder(names, false);
    writeFileSync(m.path, m.text);
    if (who === null) continue;
    tried++;
    if (who !== "") {
      found++;
      by.set(who, (by.get(who) ?? 0) + 1);
    } else if (equal.has(`${m.file} | ${m.key}`)) same++;
    else console.log(`# survives: ${m.file}:${m.line} | ${m.key}`);
    if (tried % 10 === 0) console.log(`# ${room}: ${tried} of ${wanted} tried, ${found} found, ${same} equal`); // a run that is cut off has said something
  }
  console.log(`# ${room}: found by ${[...by].sort((a, b) => b[1] - a[1]).map(([n, c]) => `${n} ${c}`).join(", ")}`);
  const real = tried - same;
  const percent = real === 0 ? 0 : (100 * found) / real;
  console.log(`${percent >= FOUND_LEAST ? "ok" : "not ok"} mutants_${room}: ${found} of ${real} found (${percent.toFixed(1)} %), ${same} more equal to the code as it is`);
}
