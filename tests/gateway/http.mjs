// The listeners: headers on every status, caching, compression, TLS and its reload, stopping in order, doctor.
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import http from "node:http";
import https from "node:https";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import tls from "node:tls";
import { brotliCompressSync, brotliDecompressSync, gunzipSync, gzipSync } from "node:zlib";
import { Account, C, Gateway, Group, Socket, T, anon, check, claim, equal, finish, program, sleep } from "./lib.mjs";

const work = mkdtempSync(join(tmpdir(), "sotto-http-"));
const app = join(work, "app");
const put = (name, text) => {
  mkdirSync(dirname(join(app, name)), { recursive: true });
  writeFileSync(join(app, name), text);
};
const script = "export const x = 1;\n".repeat(4000);
put("index.html", "<!doctype html><title>Sotto</title>");
put("sw.js", "// loader");
put("app.0123456789abcdef.js", script);
put("app.0123456789abcdef.js.br", brotliCompressSync(script));
put("app.0123456789abcdef.js.gz", gzipSync(script));
put("core.fedcba9876543210.wasm", Buffer.alloc(300000, 7));
put("app.short.css", "body{}");
put("app.webmanifest", "{}");
put(".well-known/other/latest", "{}");
put(".well-known/sotto/release/latest", "sotto-release/v1\n");
put(".well-known/sotto/proof/31", "c2sp.org/tlog-proof@v1\n");
put(".secret", "no");
put("sub/.hidden/x", "no");
put("headers.txt", "Content-Security-Policy: default-src 'none'; script-src 'sha256-abc' 'wasm-unsafe-eval'; connect-src 'self' wss:; trusted-types sotto-url\nPermissions-Policy: camera=(self)\n");
writeFileSync(join(work, "outside"), "no");

const log = join(work, "log");
for (const [name, bytes] of [["checkpoint", "log\n1\nroot\n"], ["tile/0/000", Buffer.alloc(8192)], ["tile/0/001.p/7", Buffer.alloc(224)], ["tile/entries/x001/x234/067", Buffer.alloc(9)]]) {
  mkdirSync(dirname(join(log, name)), { recursive: true });
  writeFileSync(join(log, name), bytes);
}
const gw = await Gateway.start({ settings: { "app-dir": app, "log-dir": log } });
const get = (path, { method = "GET", headers = {}, port = gw.appPort, agent, secure = false, ca } = {}) =>
  new Promise((resolve, reject) => {
    const r = (secure ? https : http).request({ host: "127.0.0.1", port, path, method, headers, agent, ca, servername: "localhost" }, (res) => {
      const parts = [];
      res.on("data", (d) => parts.push(d));
      res.on("end", () => resolve({ status: res.statusCode, headers: res.headers, body: Buffer.concat(parts), raw: res.rawHeaders }));
    });
    r.on("error", reject);
    r.end();
  });

const wanted = {
  "content-security-policy": "default-src 'none'; script-src 'sha256-abc' 'wasm-unsafe-eval'; connect-src 'self' wss:; trusted-types sotto-url",
  "permissions-policy": "camera=(self)",
  "integrity-policy": "blocked-destinations=(script)",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
};
const hasHeaders = (r, what) => {
  for (const [k, v] of Object.entries(wanted)) equal(r.headers[k], v, `${what} ${k}`);
  equal(r.raw.filter((h) => h.toLowerCase() === "content-security-policy").length, 1, `${what}: one policy`);
  for (const k of ["link", "refresh", "location", "clear-site-data", "set-cookie"]) equal(r.headers[k], undefined, `${what} ${k}`);
  check(r.headers["cache-control"]?.includes("no-transform"), `${what}: no-transform`);
};
await claim("every_status_has_the_same_headers", async () => {
  for (const [path, method, status] of [["/", "GET", 200], ["/config.json", "GET", 200], ["/nothing", "GET", 404], ["/", "POST", 405], ["/", "DELETE", 405], ["/nothing", "OPTIONS", 405],
    ["/", "HEAD", 200], ["/app.0123456789abcdef.js", "GET", 200], ["/../outside", "GET", 404], ["/%2e%2e/outside", "GET", 404], ["/.secret", "GET", 404]]) {
    const r = await get(path, { method });
    equal(r.status, status, `${method} ${path}`);
    hasHeaders(r, `${method} ${path}`);
  }
  const big = await get("/", { method: "POST", headers: { "content-length": "100000" } }).catch((e) => e);
  if (big.status) hasHeaders(big, "413");
  const etag = (await get("/")).headers.etag;
  const r = await get("/", { headers: { "if-none-match": etag } });
  equal(r.status, 304);
  equal(r.body.length, 0);
  hasHeaders(r, "304");
});
await claim("types_are_right", async () => {
  for (const [path, type] of [["/", "text/html; charset=utf-8"], ["/core.fedcba9876543210.wasm", "application/wasm"], ["/sw.js", "text/javascript; charset=utf-8"], ["/app.short.css", "text/css; charset=utf-8"],
    ["/app.webmanifest", "application/manifest+json"], ["/.well-known/other/latest", "application/json"], ["/.well-known/sotto/release/latest", "text/plain; charset=utf-8"], ["/.well-known/sotto/proof/31", "text/plain; charset=utf-8"], ["/config.json", "application/json"]]) {
    const r = await get(path);
    equal(r.status, 200, path);
    equal(r.headers["content-type"], type, path);
  }
});
await claim("hashed_files_and_the_loader_are_immutable_the_rest_is_not", async () => {
  for (const [path, immutable] of [["/app.0123456789abcdef.js", true], ["/core.fedcba9876543210.wasm", true], ["/sw.js", true], ["/", false], ["/app.short.css", false], ["/config.json", false], ["/.well-known/sotto/release/latest", false], ["/.well-known/sotto/proof/31", false]]) {
    equal((await get(path)).headers["cache-control"], immutable ? "public, max-age=31536000, immutable, no-transform" : "no-cache, no-transform", path);
  }
});
await claim("compressed_siblings_decode_to_the_same_bytes", async () => {
  const ask = async (accept) => get("/app.0123456789abcdef.js", { headers: accept ? { "accept-encoding": accept } : {} });
  const plain = await ask();
  equal(plain.body.toString(), script);
  equal(plain.headers["content-encoding"], undefined);
  const br = await ask("gzip, deflate, br");
  equal(br.headers["content-encoding"], "br");
  equal(brotliDecompressSync(br.body).toString(), script);
  const gz = await ask("gzip;q=0.5, br;q=0");
  equal(gz.headers["content-encoding"], "gzip");
  equal(gunzipSync(gz.body).toString(), script);
  equal(br.headers.vary, "accept-encoding");
  check(br.headers.etag !== plain.headers.etag, "entity tags differ");
  equal((await get("/app.0123456789abcdef.js", { method: "HEAD" })).headers["content-length"], String(script.length));
});
await claim("nothing_but_the_page_is_served", async () => {
  for (const path of ["/.secret", "/sub/.hidden/x", "/headers.txt", "/sub", "/sub/", "/../outside", "/..%2foutside", "/%2e%2e%2foutside", "//etc/passwd", "/app.0123456789abcdef.js/", "/index.html%00", "/a b",
    "/" + "x".repeat(5000), "/sotto", "/metrics", "/healthz"]) {
    check([400, 404].includes((await get(path).catch(() => ({ status: 400 }))).status), path);
  }
});
await claim("config_names_the_gateway", async () => {
  equal((await get("/config.json")).body.toString(), `{"gateway":"http://localhost:${gw.port}"}\n`);
});
await claim("gateway_port_answers_health_and_nothing_else", async () => {
  equal((await get("/healthz", { port: gw.port })).body.toString(), "ok\n");
  equal((await get("/readyz", { port: gw.port })).status, 200);
  equal((await get("/", { port: gw.port })).status, 404);
  equal((await get("/metrics", { port: gw.port })).status, 404);
  equal((await get("/sotto", { port: gw.port })).status, 426);
  equal((await get("/sotto", { port: gw.port, method: "POST" })).status, 405);
  equal((await get("/healthz", { port: gw.port })).headers["content-security-policy"], "default-src 'none'; frame-ancestors 'none'");
});
await claim("gateway_port_serves_the_log_to_any_origin", async () => {
  const at = (path) => get(path, { port: gw.port });
  for (const [path, type, immutable] of [["/log/checkpoint", "text/plain; charset=utf-8", false], ["/log/tile/0/000", "application/octet-stream", true],
    ["/log/tile/0/001.p/7", "application/octet-stream", false], ["/log/tile/entries/x001/x234/067", "application/octet-stream", true]]) {
    const r = await at(path);
    equal(r.status, 200, path);
    equal(r.headers["content-type"], type, path);
    equal(r.headers["access-control-allow-origin"], "*", path);
    equal(r.headers["cache-control"], immutable ? "public, max-age=31536000, immutable, no-transform" : "no-cache, no-transform", path);
  }
  for (const path of ["/log/", "/log/nothing", "/log/../secret", "/log/.secret", "/log/tile", "/logs"]) equal((await at(path)).status, 404, path);
  equal((await get("/log/checkpoint")).status, 404, "not on the page's origin");
  equal((await get("/log/checkpoint", { port: gw.port, method: "POST" })).status, 405);
});
await claim("new_headers_come_with_a_signal", async () => {
  put("headers.txt", "Content-Security-Policy: default-src 'none'; connect-src 'self' wss:\n");
  gw.child.kill("SIGHUP");
  await sleep(300);
  equal((await get("/")).headers["content-security-policy"], "default-src 'none'; connect-src 'self' wss:");
  put("headers.txt", "this is not a header\n");
  gw.child.kill("SIGHUP");
  await sleep(300);
  equal((await get("/")).headers["content-security-policy"], "default-src 'none'; connect-src 'self' wss:", "the old ones stay");
  check(gw.log.includes("event=reload ok=0"), "said so");
  rmSync(join(app, "headers.txt"));
});
await claim("large_files_to_slow_clients_cost_little", async () => {
  put("big.0123456789abcdef.bin", Buffer.alloc(30 << 20, 1));
  const before = gw.rss();
  const slow = await Promise.all(Array.from({ length: 20 }, () => Socket.open({ port: gw.appPort, raw: true })));
  for (const s of slow) {
    s.sock.pause();
    s.write("GET /big.0123456789abcdef.bin HTTP/1.1\r\nHost: x\r\n\r\n");
  }
  await sleep(500);
  const grown = (gw.rss() - before) / 1024;
  for (const s of slow) s.end();
  check(grown < 40, `${grown.toFixed(1)} MiB`);
  equal((await get("/big.0123456789abcdef.bin")).body.length, 30 << 20);
  return `${grown.toFixed(1)} MiB for 20 times 30 MiB`;
});
await claim("stop_says_goodbye_and_comes_to_an_end", async () => {
  const conns = await Promise.all(Array.from({ length: 20 }, () => anon(gw)));
  const box = await new Group().create(conns[0]);
  const { handle } = await box.open(conns[0]);
  const posts = Array.from({ length: 50 }, (_, i) => box.send(conns[0], handle, Buffer.from(`last words ${i}`)).catch((e) => e));
  await posts[0];
  const start = Date.now();
  gw.child.kill("SIGTERM");
  await Promise.all(conns.map((c) => c.socket.closed));
  for (const c of conns) {
    equal(c.socket.close, 1012);
    equal(c.bye[0], C.BUSY);
    check(c.bye[1] >= 0 && c.bye[1] < 30000, "comes back with jitter");
  }
  check(new Set(conns.map((c) => c.bye[1])).size > 10, "not all at once");
  equal((await gw.exited).code, 0);
  const stored = (await Promise.all(posts)).filter((s) => typeof s === "number");
  await gw.restart();
  const c = await anon(gw);
  check((await box.open(c)).head >= stored.length, "what was acknowledged is there");
  c.end();
  return `${Date.now() - start} ms, ${stored.length} of 50 acknowledged`;
});

// ---- TLS -------------------------------------------------------------------------------------------------------------
const pem = (n) => {
  const [cert, key] = [join(work, `cert${n}.pem`), join(work, `key${n}.pem`)];
  execFileSync("openssl", ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "30", "-subj", `/CN=localhost/O=${n}`, "-addext", "subjectAltName=DNS:localhost", "-out", cert, "-keyout", key], { stdio: "ignore" });
  return { cert: readFileSync(cert), key: readFileSync(key) };
};
const [one, two] = [pem(1), pem(2)];
const [certFile, keyFile] = [join(work, "cert.pem"), join(work, "key.pem")];
const install = (p) => (writeFileSync(certFile, p.cert), writeFileSync(keyFile, p.key));
install(one);
const ca = Buffer.concat([one.cert, two.cert]);
const secure = await Gateway.start({ settings: { "app-dir": app, "tls-cert": certFile, "tls-key": keyFile }, tls: true, ca });
const handshake = (port, options = {}) => new Promise((resolve, reject) => {
  const s = tls.connect({ port, host: "127.0.0.1", servername: "localhost", ca, ...options }, () => {
    resolve({ alpn: s.alpnProtocol, version: s.getProtocol(), cipher: s.getCipher().name, org: s.getPeerCertificate().subject.O });
    s.end();
  });
  s.on("error", reject);
});
await claim("tls_is_modern_and_knows_no_http2", async () => {
  for (const port of [secure.port, secure.appPort]) {
    const h = await handshake(port, { ALPNProtocols: ["h2", "http/1.1"] });
    equal(h.alpn, "http/1.1");
    equal(h.version, "TLSv1.3");
    const only = await handshake(port, { ALPNProtocols: ["h2"] }).catch((e) => e);
    check(only instanceof Error || only.alpn === false, "h2 alone is not agreed to");
  }
  const old = await handshake(secure.port, { maxVersion: "TLSv1.2" });
  equal(old.version, "TLSv1.2");
  check((await handshake(secure.port, { maxVersion: "TLSv1.1", minVersion: "TLSv1" }).catch((e) => e)) instanceof Error, "TLS 1.1");
});
await claim("tls_pages_have_hsts_and_no_plain_sockets", async () => {
  const r = await get("/", { port: secure.appPort, secure: true, ca });
  check(r.headers["strict-transport-security"].includes("preload"), "hsts");
  check((await get("/healthz", { port: secure.port, secure: true, ca })).headers["strict-transport-security"].includes("preload"), "hsts of the gateway");
  check(r.headers["content-security-policy"].includes("connect-src 'self' wss:;"), r.headers["content-security-policy"]);
});
await claim("the_whole_talk_goes_over_tls", async () => {
  const x = new Account();
  const d = await x.register(secure);
  const c = await anon(secure);
  await c.call(T.INBOX_POST, [x.inbox, x.token, Buffer.alloc(8, 1), Buffer.alloc(50000, 2)]);
  await d.until(() => d.delivered.length === 1);
  const origin = await anon(secure, { origin: `https://localhost:${secure.appPort}` });
  origin.end();
  const plain = await Socket.open({ port: secure.port, origin: `http://localhost:${secure.appPort}`, tls: true, ca }).catch((e) => e.message);
  check(String(plain).includes("403"), "the page's origin is https here");
});
await claim("certificate_is_replaced_without_dropping_anybody", async () => {
  const c = await anon(secure);
  const box = await new Group().create(c);
  const { handle } = await box.open(c);
  equal((await handshake(secure.port)).org, "1");
  install(two);
  secure.child.kill("SIGHUP");
  for (let i = 0; i < 20 && (await handshake(secure.port)).org !== "2"; i++) await sleep(100);
  equal((await handshake(secure.port)).org, "2");
  equal((await handshake(secure.appPort)).org, "2");
  for (let i = 0; i < 20; i++) await box.send(c, handle, Buffer.from("still here"));
  await c.until(() => c.delivered.length === 20);
  writeFileSync(certFile, "not a certificate");
  secure.child.kill("SIGHUP");
  await sleep(300);
  equal((await handshake(secure.port)).org, "2", "a bad file changes nothing");
  check(secure.log.includes("event=reload ok=0"), "said so");
  install(two);
  for (let i = 0; i < 30; i++) secure.child.kill("SIGHUP");
  await sleep(500);
  await box.send(c, handle, Buffer.from("and here"));
  c.end();
});
await claim("bad_certificate_at_the_start_is_a_clear_error", () => {
  writeFileSync(join(work, "bad.pem"), "nothing");
  const r = spawnSync(program, ["run", "--dir", join(work, "bad"), "--tls-cert", join(work, "bad.pem"), "--tls-key", keyFile], { encoding: "utf8" });
  equal(r.status, 1);
  check(r.stdout.includes("cannot be used together"), r.stdout);
  equal(spawnSync(program, ["run", "--dir", join(work, "bad"), "--tls-cert", certFile]).status, 2);
});

// ---- doctor ----------------------------------------------------------------------------------------------------------
await claim("doctor_finds_nothing_on_a_sound_gateway", () => {
  for (const g of [gw, secure]) {
    const args = ["--dir", g.dir, "--app-dir", app, "--app-port", String(g.appPort), "--gw-port", String(g.port), "--metrics-port", String(g.metricsPort)];
    if (g === secure) args.push("--tls-cert", certFile, "--tls-key", keyFile);
    execFileSync(program, ["backup", "--dir", g.dir, join(g.dir, "b.db")]);
    const r = spawnSync(program, ["doctor", ...args], { encoding: "utf8" });
    equal(r.status, 0, r.stdout + r.stderr);
    const j = JSON.parse(spawnSync(program, ["doctor", ...args, "--json"], { encoding: "utf8" }).stdout);
    check(j.length > 12 && j.every((c) => c.ok), "json");
  }
});
await claim("doctor_says_what_is_wrong_and_what_to_do", () => {
  const r = spawnSync(program, ["doctor", "--dir", join(work, "nowhere"), "--app-port", "1", "--gw-port", "2", "--json"], { encoding: "utf8" });
  equal(r.status, 3);
  const bad = JSON.parse(r.stdout).filter((c) => !c.ok);
  check(bad.length >= 4 && bad.every((c) => c.why !== "" && c.do !== ""), r.stdout);
  execFileSync("chmod", ["755", gw.dir]);
  const args = ["doctor", "--dir", gw.dir, "--app-dir", app, "--app-port", String(gw.appPort), "--gw-port", String(gw.port)];
  const open = spawnSync(program, args, { encoding: "utf8" });
  equal(open.status, 3);
  check(open.stdout.includes("chmod 700"), open.stdout);
});
const ends = [await gw.stop(), await secure.stop()];
await claim("both_end_in_order", () => ends.forEach((e, i) => equal(e.code, 0, [gw, secure][i].log.slice(-1500))));
rmSync(work, { recursive: true, force: true });
finish();
