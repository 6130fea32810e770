import { atMost, number, spread, times } from "./cells.mjs";

const NAMES = { web_shell_script_gzip: "shell script, gzip", web_styles_gzip: "styles, gzip", web_loader_raw: "sw.js, raw", web_first_load_shell_brotli: "page, styles, words, sw.js on first load, brotli", web_first_load_core_brotli: "core, kdf, worker on first load, brotli", web_first_load_brotli: "everything on first load, brotli" };

export function web(lines) {
  const all = lines("web.jsonl");
  const of = (what) => all.filter((l) => l.what === what);
  const size = (side, name) => of("size").find((l) => l.side === side && l.name === name);
  const start = (side, name) => of("start").find((l) => l.side === side && l.name === name);
  const light = (name) => of("lighthouse").find((l) => l.name === name);
  const kb = (n) => `${(n / 1000).toFixed(1)} kB`;
  const kbTarget = (n, max) => [`<= ${max / 1000} kB`, n <= max ? "met" : "missed"];
  const rows = of("page").map((l) => [NAMES[l.name], kb(l.bytes), "", "", ...kbTarget(l.bytes, l.max)]);
  const [core, only, wasm, js] = [size("ours", "core.wasm"), size("ours", "MLS and its cryptography alone"), size("core-crypto", "index_bg.wasm"), size("core-crypto", "corecrypto.js")];
  rows.push(["MLS and its cryptography alone, raw", kb(only.bytes), kb(wasm.bytes + js.bytes), times(wasm.bytes + js.bytes, only.bytes), ...kbTarget(only.bytes, 450_000)]);
  rows.push(["MLS and its cryptography alone, brotli", kb(only.brotli), kb(wasm.brotli + js.brotli), times(wasm.brotli + js.brotli, only.brotli), ...kbTarget(only.brotli, 180_000)]);
  rows.push(["core.wasm (engine, SQLite, search too), raw", kb(core.bytes), kb(wasm.bytes + js.bytes), times(wasm.bytes + js.bytes, core.bytes), "", ""]);
  rows.push(["core.wasm, brotli", kb(core.brotli), kb(wasm.brotli + js.brotli), times(wasm.brotli + js.brotli, core.brotli), "", ""]);
  const [ours, theirs] = [start("ours", "module_ready_ms"), start("core-crypto", "module_ready_ms")];
  rows.push(["module ready in Node, ms", spread(ours), spread(theirs), times(theirs.median, ours.median), ...atMost(ours.median, 15)]);
  rows.push(["Chromium: navigation to passphrase field, ms", spread(start("ours", "to_passphrase_ms")), "", "", "", ""]);
  rows.push(["Chromium: Enter to list of chats, ms (Argon2id inside)", spread(start("ours", "unlock_to_chats_ms")), "", "", "", ""]);
  rows.push(["Lighthouse mobile: first paint, ms", spread(light("first_paint_ms")), "", "", ...atMost(light("first_paint_ms").median, 1500)]);
  rows.push(["Lighthouse mobile: accessibility", number(light("accessibility").median), "", "", "100", light("accessibility").median === 100 ? "met" : "missed"]);
  rows.push(["Lighthouse mobile: layout shift", number(light("layout_shift").median), "", "", "< 0.05", light("layout_shift").median < 0.05 ? "met" : "missed"]);
  for (const name of ["largest_paint_ms", "blocking_ms", "performance", "best_practices"]) rows.push([`Lighthouse mobile: ${name.replaceAll("_", " ")}`, spread(light(name)), "", "", "", ""]);
  for (const v of of("verify")) {
    const when = v.name.includes("first") ? "in a worker that has just begun" : "later in the same worker";
    rows.push([`check of a release in ${v.side}, ${when}, ms (signatures and proof ${v.note_ms.toFixed(1)}, files ${v.files_ms.toFixed(1)})`, v.median.toFixed(1), "", "", ...atMost(v.median, v.max_ms)]);
    rows.push([`  of ${Math.round(v.start_ms)} ms to the passphrase field, share`, `${(100 * v.share).toFixed(1)} %`, "", "", "<= 3 %", v.share <= v.max_share ? "met" : "missed"]);
  }
  return {
    title: "Sizes, start-up, Lighthouse (mobile profile): median (least-most)",
    notes: ["CoreCrypto: its .wasm and .js; ready means that a client is open. Ours: read, compiled, instance made, core created. Warm cache, loopback, real gateway."],
    head: ["what", "ours", "CoreCrypto", "ratio", "target", ""],
    rows,
  };
}
