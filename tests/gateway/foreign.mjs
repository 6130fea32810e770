// Clients that share no code with us speak to the framer: npm ws, Node's own (undici), libwebsockets, curl, Chromium.
// The part installs them; one that is not here is a failure.
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { WebSocket as Undici } from "undici";
import WebSocket from "ws";
import { Gateway, T, cbor, check, claim, equal, finish, frame, root } from "./lib.mjs";

const gw = await Gateway.start();
const url = `ws://localhost:${gw.port}/sotto`;
const hello = frame(T.HELLO, 1, cbor([2, 0, null]));
const pings = (n) => Buffer.concat(Array.from({ length: n }, (_, i) => frame(T.PING, i + 2, cbor([]))));
const count = (b) => {
  let n = 0;
  for (let at = 0; at < b.length; at += 8 + b.readUIntLE(at, 3)) n++;
  return n;
};

await claim("npm_ws_speaks_with_the_framer", () => new Promise((resolve, reject) => {
  const s = new WebSocket(url, ["sotto.2"], { perMessageDeflate: true });
  let answers = 0;
  s.on("error", reject);
  s.on("open", () => {
    equal(s.protocol, "sotto.2");
    equal(s.extensions, "");
    s.send(hello);
  });
  s.on("message", (m, binary) => {
    check(binary, "binary");
    answers += count(m);
    if (answers === 1) {
      s.ping("are you there");
      s.send(pings(2000)); // 18 kB in one message
    }
  });
  s.on("pong", (m) => equal(m, Buffer.from("are you there")));
  s.on("close", (code) => (code === 1000 && answers === 2001 ? resolve(`${answers} answers`) : reject(new Error(`${code} ${answers}`))));
  const timer = setInterval(() => answers === 2001 && (clearInterval(timer), s.close(1000)), 10);
}));
await claim("npm_ws_fragments_are_refused", () => new Promise((resolve, reject) => {
  const s = new WebSocket(url, ["sotto.2"]);
  s.on("open", () => s.send(hello, { fin: false }));
  s.on("close", (code) => (code === 1003 ? resolve() : reject(new Error(`${code}`))));
}));

await claim("undici_speaks_with_the_framer", () => new Promise((resolve, reject) => {
  const s = new Undici(url, ["sotto.2"]);
  s.binaryType = "arraybuffer";
  let type = 0;
  s.onopen = () => s.send(hello);
  s.onmessage = (e) => {
    type = new Uint8Array(e.data)[3];
    s.close(1000);
  };
  s.onclose = (e) => (type === 4 && e.code === 1000 ? resolve() : reject(new Error(`type ${type} code ${e.code}`)));
}));

const work = mkdtempSync(join(tmpdir(), "sotto-foreign-"));
const lws = spawnSync("gcc", ["-O1", "-o", join(work, "lws"), join(root, "tests/gateway/lws_client.c"), "-lwebsockets", "-lssl", "-lcrypto"], { encoding: "utf8" });
await claim("libwebsockets_speaks_with_the_framer", () => {
  equal(lws.status, 0, lws.stderr);
  const r = spawnSync(join(work, "lws"), [String(gw.port)], { encoding: "utf8", timeout: 20000 });
  equal(r.stdout.trim(), "ok", r.stderr);
});

// curl of Debian 12 was built without ws; its upgrade by hand shows at least that the handshake is plain HTTP.
await claim("curl_gets_the_handshake", () => {
  const r = spawnSync("curl", ["-si", "--max-time", "1", "-H", "Connection: Upgrade", "-H", "Upgrade: websocket", "-H", "Sec-WebSocket-Version: 13", "-H", "Sec-WebSocket-Protocol: sotto.2",
    "-H", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", `http://localhost:${gw.port}/sotto`], { encoding: "utf8" });
  check(r.stdout.startsWith("HTTP/1.1 101 "), r.stdout);
  check(/sec-websocket-accept: s3pPLMBiTxaQ9kYGzzhZRbK\+xOo=/i.test(r.stdout), "accept key of RFC 6455, 1.3");
});

const chromium = spawnSync("sh", ["-c", "command -v chromium"], { encoding: "utf8" }).stdout.trim();
await claim("chromium_speaks_with_the_framer", async () => {
  // A file's origin is "null", which the gateway admits; the page tells a listener of ours what it saw.
  check(chromium !== "", "no chromium");
  const told = createServer((req, res) => { res.end(); told.emit("told", decodeURIComponent(req.url.slice(2))); }).listen(0, "127.0.0.1");
  await once(told, "listening");
  const page = join(work, "page.html");
  writeFileSync(page, `<!doctype html><title>?</title><body></body><script>
    const s = new WebSocket(${JSON.stringify(url)}, ["sotto.2"]); s.binaryType = "arraybuffer"; let got = "";
    s.onopen = () => s.send(new Uint8Array(${JSON.stringify([...hello])}));
    s.onmessage = (e) => { got += "type " + new Uint8Array(e.data)[3]; s.close(1000); };
    s.onclose = (e) => { new Image().src = "http://127.0.0.1:${told.address().port}/?" + encodeURIComponent(got + " code " + e.code); };</script>`);
  const browser = spawn(chromium, ["--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--remote-debugging-port=0", `--user-data-dir=${work}/profile`, `file://${page}`], { stdio: "ignore" });
  const gone = once(browser, "exit");
  try {
    const [saw] = await Promise.race([once(told, "told"), new Promise((_, no) => setTimeout(() => no(new Error("60 s without a word")), 60000).unref())]);
    check(saw === "type 4 code 1000", saw);
  } finally {
    browser.kill();
    await gone;
    told.close();
  }
});
rmSync(work, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 }); // Chromium's last children may still write
await gw.stop();
finish();
