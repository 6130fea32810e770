// The store in Chromium over OPFS beside IndexedDB: node tests/bench/store-browser/run.mjs [N]. One JSON line a
// figure, then the ratios.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildModule } from "../store_bench.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, "..", "..", "..");
const { chromium } = createRequire(join(root, "tests/web/package.json"))("playwright-core");
const count = Number(process.argv[2] ?? 100000);

const types = { html: "text/html", mjs: "text/javascript", wasm: "application/wasm" };
const files = new Map([["/store_bench.wasm", readFileSync(buildModule())]]);
for (const name of ["page.html", "measure.mjs", "module.mjs", "store-worker.mjs", "idb-worker.mjs"]) {
  files.set(`/${name}`, readFileSync(join(here, name)));
}
const server = createServer((req, res) => {
  const body = files.get(req.url);
  // Isolated, so that the clock is fine enough.
  res.writeHead(body ? 200 : 404, {
    "content-type": types[req.url.split(".").pop()] ?? "text/plain",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-embedder-policy": "require-corp",
    "cross-origin-resource-policy": "same-origin",
  });
  res.end(body ?? "");
});
await new Promise((done) => server.listen(0, "127.0.0.1", done));

// A profile on disk: a private window keeps files in another process and asks it about every call.
const profile = mkdtempSync(join(tmpdir(), "sotto-bench-"));
const browser = await chromium.launchPersistentContext(profile, {
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
  ],
});
const figures = new Map();
try {
  const page = await browser.newPage();
  page.setDefaultTimeout(0);
  page.on("console", (m) => console.error(m.text()));
  await page.goto(`http://127.0.0.1:${server.address().port}/page.html`);
  for (const script of ["store-worker.mjs", "idb-worker.mjs"]) {
    for (const line of await page.evaluate(([s, n]) => window.run(s, n), [script, count])) {
      figures.set(line.name, line);
      console.log(JSON.stringify(line));
    }
  }
} finally {
  await browser.close();
  server.close();
  rmSync(profile, { recursive: true, force: true });
}

// Above 1: the store is faster.
for (const side of ["IndexedDB: ", "IndexedDB with words: "]) {
  const ratios = {};
  for (const [name, ours] of figures) {
    const theirs = figures.get(side + name);
    if (!theirs) continue;
    const ratio = ours.per_s ? ours.per_s / theirs.per_s : theirs.median_ms / ours.median_ms;
    ratios[name] = Math.round(ratio * 100) / 100;
  }
  console.log(JSON.stringify({ name: `store against ${side.replace(": ", "")}`, ratios }));
}
