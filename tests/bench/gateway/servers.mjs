// The servers under load, each a process of its own on loopback, with files in a folder that goes afterwards.
import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import net from "node:net";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..", "..");
export const build = join(root, "build/bench");
const folder = join(build, "servers");
const GATEWAY = join(build, "gateway/sotto-gateway");
export const STORE_USERS = 64;
export const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

const running = new Set();
export function stopAll() {
  for (const server of running) server.child.kill("SIGKILL");
  rmSync(folder, { recursive: true, force: true });
}

function freePort() {
  return new Promise((done) => {
    const s = net.createServer().listen(0, "127.0.0.1", () => {
      const { port } = s.address();
      s.close(() => done(port));
    });
  });
}

async function answers(port) {
  for (let i = 0; i < 200; i++) {
    const open = await new Promise((done) => {
      const s = net.connect(port, "127.0.0.1", () => (s.destroy(), done(true)));
      s.on("error", () => done(false));
    });
    if (open) return;
    await sleep(50);
  }
  throw new Error(`nothing answers on port ${port}`);
}

async function start(name, port, program, args, more = {}) {
  const log = openSync(join(folder, `${name}.log`), "a");
  const child = spawn(program, args, { stdio: ["ignore", log, log], cwd: folder });
  const server = { name, port, pid: child.pid, child, load: [], ...more };
  running.add(server);
  child.on("exit", () => running.delete(server));
  await answers(port).catch((e) => {
    throw new Error(`${name}: ${e.message}: ${readFileSync(join(folder, `${name}.log`), "utf8").slice(-400)}`);
  });
  server.stop = () => new Promise((done) => (child.on("exit", done), child.kill("SIGKILL")));
  return server;
}

export async function floor() {
  const port = await freePort();
  return start("floor", port, join(build, "floor"), [String(port)]);
}

export async function nodeWs() {
  const port = await freePort();
  return start("node ws", port, process.execPath, [join(root, "tests/bench/gateway/node_ws.mjs"), String(port)]);
}

function certificate() {
  const [cert, key] = [join(folder, "cert.pem"), join(folder, "key.pem")];
  const args = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj", "/CN=localhost"];
  const made = spawnSync("openssl", [...args, "-addext", "subjectAltName=DNS:localhost", "-keyout", key, "-out", cert], { encoding: "utf8" });
  if (made.status !== 0) throw new Error(`openssl: ${made.stderr}`);
  return [cert, key];
}

// Rates are lifted: what is measured is what a message costs, not where it is refused. Everything else is as shipped.
let gateways = 0;
export async function sotto({ tls = false } = {}) {
  const [app, port] = [await freePort(), await freePort()];
  const dir = join(folder, `sotto-${++gateways}`);
  mkdirSync(dir, { recursive: true });
  const settings = ["--dir", dir, "--app-port", app, "--gw-port", port, "--metrics-port", 0, "--app-dir", join(root, "build/web")];
  settings.push("--registration", "open", "--rate-frames", 1000000, "--rate-bytes", 1000000000, "--rate-new", 1000);
  if (tls) settings.push(...certificate().flatMap((path, i) => [i === 0 ? "--tls-cert" : "--tls-key", path]));
  const name = tls ? "Sotto TLS" : "Sotto";
  return start(name, port, GATEWAY, ["run", ...settings.map(String)], { load: tls ? ["-t"] : [], dir });
}

// Anonymous people on `localhost`; on `store.localhost` accounts that are never there, so that messages to them are kept.
export async function prosody() {
  const port = await freePort();
  const dir = join(folder, "prosody");
  const accounts = join(dir, "data/store%2elocalhost/accounts");
  mkdirSync(accounts, { recursive: true });
  for (let i = 0; i < STORE_USERS; i++) writeFileSync(join(accounts, `user${i}.dat`), 'return { ["password"] = "x" };\n');
  writeFileSync(
    join(dir, "prosody.cfg.lua"),
    `run_as_root = true
pidfile = "${dir}/pid"
data_path = "${dir}/data"
certificates = "${dir}"
daemonize = false
log = { warn = "*console" }
interfaces = { "127.0.0.1" }
c2s_ports = { }
s2s_ports = { }
http_ports = { ${port} }
https_ports = { }
http_interfaces = { "127.0.0.1" }
http_host = "localhost"
consider_websocket_secure = true
c2s_require_encryption = false
modules_enabled = { "roster", "saslauth", "disco", "ping", "websocket" }
modules_disabled = { "s2s", "tls" }
storage = "internal"
VirtualHost "localhost"
  authentication = "anonymous"
VirtualHost "store.localhost"
  authentication = "internal_plain"
`,
  );
  return start("Prosody", port, "prosody", ["--config", join(dir, "prosody.cfg.lua"), "-F"], { load: ["-u", "/xmpp-websocket", "-b", "xmpp"] });
}

rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
