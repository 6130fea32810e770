// Rounds over all servers in turn, one JSON line a figure: routed messages, durable messages, idle connections.
import { spawn, spawnSync } from "node:child_process";
import { closeSync, fdatasyncSync, openSync, readFileSync, rmSync, writeSync } from "node:fs";
import os from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { build, floor, nodeWs, prosody, sleep, sotto, STORE_USERS, stopAll } from "./servers.mjs";

const ROUNDS = Number(process.env.SOTTO_ROUNDS ?? 3);
const SECONDS = Number(process.env.SOTTO_SECONDS ?? 2);
const ROUTED = ["-c", "60", "-s", "200", "-w", "1"];
const DURABLE = ["-c", "64", "-s", "1024", "-w", "1"];
const say = (line) => console.log(JSON.stringify(line));
const sorted = (list) => [...list].sort((a, b) => a - b);
const range = (list) => ({ median: sorted(list)[list.length >> 1], min: sorted(list)[0], max: sorted(list).at(-1) });

// The first JSON line of the generator; `end` resolves when it is done.
function load(server, mode, args, seconds) {
  const all = ["-m", mode, "-p", server.port, "-P", server.pid, "-d", seconds, ...server.load, ...args].map(String);
  const child = spawn(join(build, "load"), all, { stdio: ["ignore", "pipe", "inherit"] });
  const lines = [];
  const ended = new Promise((done) => child.on("exit", done));
  const first = new Promise((done, fail) => {
    createInterface({ input: child.stdout }).on("line", (line) => (lines.push(JSON.parse(line)), done(lines[0])));
    ended.then((code) => fail(new Error(`load ${all.join(" ")}: ended with code ${code}`)));
  });
  return { first, lines, ended, stop: () => child.kill("SIGKILL") };
}

async function rounds(what, list) {
  const seen = new Map(list.map(([label]) => [label, []]));
  for (let round = 0; round < ROUNDS; round++) {
    for (const [label, server, mode, args] of list) {
      const run = load(server, mode, args, SECONDS);
      const line = await run.first;
      await run.ended;
      if (line.lost > 0 || line.messages < 100) throw new Error(`${what}, ${label}: ${JSON.stringify(line)}`);
      seen.get(label).push(line);
    }
  }
  for (const [label, lines] of seen) {
    const of = (key) => lines.map((l) => l[key]);
    say({ what, server: label, cpu_us: range(of("cpu_us")), per_s: range(of("per_s")), p99_us: range(of("p99_us")) });
  }
}

// Raw append and fdatasync of what 64 senders give: the disk's share of a durable message.
function disk() {
  const path = join(build, "servers/disk");
  const file = openSync(path, "w");
  const [one, batch] = [Buffer.alloc(4096, 7), Buffer.alloc(64 * 1024, 7)];
  const times = [[], []];
  for (let i = 0; i < 200; i++) {
    for (const [k, bytes] of [one, batch].entries()) {
      const start = performance.now();
      writeSync(file, bytes);
      fdatasyncSync(file);
      times[k].push((performance.now() - start) * 1000);
    }
  }
  closeSync(file);
  rmSync(path);
  say({ what: "disk", fdatasync_4k_us: range(times[0].map(Math.round)), fdatasync_64k_us: range(times[1].map(Math.round)) });
}

async function idle(server, connections, args, hold = 0) {
  const run = load(server, "idle", ["-c", connections, ...args], hold);
  const line = await run.first;
  if (line.ready < connections) throw new Error(`idle, ${server.name}: ${JSON.stringify(line)}`);
  return { line, run };
}

async function idleAll() {
  for (const [start, connections, args] of [
    [floor, 2000, ["-H"]],
    [nodeWs, 2000, ["-H"]],
    [sotto, 2000, []],
    [() => sotto({ tls: true }), 1000, []],
    [prosody, 1000, ["-H"]],
  ]) {
    const server = await start();
    await sleep(300);
    const { line, run } = await idle(server, connections, args);
    await run.ended;
    say({ what: "idle", server: server.name, connections, ...line });
    await server.stop();
  }
}

// The same routed messages with and without 10,000 connections that say nothing.
async function bystanders() {
  const server = await sotto();
  const cpu = [[], []];
  for (let round = 0; round < ROUNDS; round++) {
    for (const k of [0, 1]) {
      const crowd = k === 1 ? await idle(server, 10000, [], 60) : undefined;
      const busy = load(server, "eph", [...ROUTED, "-r", "1000"], SECONDS);
      cpu[k].push((await busy.first).cpu_us);
      await busy.ended;
      crowd?.run.stop();
      await crowd?.run.ended;
      await sleep(500);
    }
  }
  say({ what: "bystanders", server: "Sotto", alone_us: range(cpu[0]), with_10000_us: range(cpu[1]) });
  await server.stop();
}

try {
  const prosodyVersion = spawnSync("dpkg-query", ["-W", "-f", "${Version}", "prosody"], { encoding: "utf8" }).stdout;
  say({ what: "machine", kernel: os.release(), cpus: os.cpus().length, cpu: os.cpus()[0].model, load: os.loadavg().map((l) => Math.round(l * 100) / 100), rounds: ROUNDS, seconds: SECONDS, node: process.version, prosody: prosodyVersion });
  disk();
  const [f, n, s, t, p] = [await floor(), await nodeWs(), await sotto(), await sotto({ tls: true }), await prosody()];
  await rounds("routed", [
    ["floor", f, "echo", ROUTED],
    ["node ws", n, "echo", ROUTED],
    ["Sotto", s, "eph", ROUTED],
    ["Sotto TLS", t, "eph", ROUTED],
    ["Prosody", p, "xmpp", ROUTED],
  ]);
  await rounds("durable", [
    ["Sotto group", s, "post", DURABLE],
    ["Sotto inbox", s, "inbox", DURABLE],
    ["Sotto TLS group", t, "post", DURABLE],
    ["Prosody", p, "xmpp-store", ["-c", STORE_USERS, "-s", "1024", "-w", "1"]],
  ]);
  for (const server of [f, n, s, t, p]) await server.stop();
  await idleAll();
  await bystanders();
  say({ what: "machine after", load: os.loadavg().map((l) => Math.round(l * 100) / 100) });
} catch (e) {
  console.error(`gateway: ${e.message}`);
  process.exitCode = 1;
} finally {
  stopAll();
}
