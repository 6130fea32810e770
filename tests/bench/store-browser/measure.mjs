// What is measured of the store, in Node and in a Worker alike. `x`: exports of store_bench.wasm; `say` gets a
// figure at a time.
export const PER_TRANSACTION = 1000;
export const SINGLE = 300;
export const ASKED = 200;

export function summary(name, times, more = {}) {
  const sorted = [...times].sort((a, b) => a - b);
  const at = (share) => round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]);
  return { name, median_ms: at(0.5), p95_ms: at(0.95), worst_ms: at(1), ...more };
}

export const round = (ms) => Math.round(ms * 1000) / 1000;

export function timed(run, times) {
  const start = performance.now();
  const result = run();
  times.push(performance.now() - start);
  return result;
}

export function readText(x, p, n) {
  return new TextDecoder().decode(new Uint8Array(x.memory.buffer, p >>> 0, n >>> 0).slice());
}

// Copied before the next call overwrites it.
export const textOf = (x, i) => readText(x, x.bench_text(i), x.bench_text_size(i));
export function queryOf(x, query, i) {
  const room = x.bench_room();
  return readText(x, room, x.bench_query_text(query, i, room));
}
export function queryName(x, query) {
  const p = x.bench_query_name(query);
  const bytes = new Uint8Array(x.memory.buffer, p);
  return new TextDecoder().decode(bytes.slice(0, bytes.indexOf(0)));
}

function must(result, what) {
  if (result !== 0) throw new Error(`${what}: error ${result}`);
}

export function measure(x, count, say) {
  must(x.bench_begin(), "open");
  let start = performance.now();
  for (let i = 0; i < count; i += PER_TRANSACTION) {
    must(x.bench_insert(i, Math.min(PER_TRANSACTION, count - i), 0), "insert");
  }
  must(x.bench_idle(), "idle");
  const took = performance.now() - start;
  say({ name: "insert, 1,000 a transaction", per_s: Math.round((count / took) * 1000), bytes: x.bench_bytes() });
  for (const durable of [0, 1]) {
    const times = [];
    for (let i = 0; i < SINGLE; i++) {
      must(timed(() => x.bench_insert(count + durable * SINGLE + i, 1, durable), times), "insert one");
    }
    say(summary(durable ? "insert one, durable" : "insert one, soft", times));
  }
  start = performance.now();
  must(x.bench_begin(), "open again");
  say({ name: "close and open", ms: round(performance.now() - start) });
  for (let query = 0; query < x.bench_queries(); query++) {
    const times = [];
    let hits = 0;
    for (let i = 0; i < ASKED; i++) {
      const found = timed(() => x.bench_ask(query, i), times);
      if (found < 0) throw new Error("search failed");
      hits += found;
    }
    say(summary(queryName(x, query), times, { hits: Math.round((hits / ASKED) * 10) / 10 }));
  }
  let times = [];
  for (let i = 0; i < ASKED; i++) must(timed(() => x.bench_newest(i), times), "newest");
  say(summary("50 newest of a chat", times));
  times = [];
  for (let i = 0; i < ASKED; i++) must(timed(() => x.bench_drop(i * 97, 1), times), "drop");
  say(summary("delete one, durable", times));
  times = [];
  for (let i = 0; i < 5; i++) must(timed(() => x.bench_drop(1 + i, 100), times), "drop");
  say(summary("delete 100 at once, durable", times));
  say({ name: "memory", bytes: x.memory.buffer.byteLength });
}
