// The other side: the same messages in IndexedDB, in clear, with the same indexes. Two shapes: search reads all
// messages, or an index of words (finds whole words and their beginnings, in scripts with spaces).
import { ASKED, PER_TRANSACTION, SINGLE, queryOf, round, summary, textOf } from "./measure.mjs";
import { instantiate } from "./module.mjs";

const PAGE = 50;
const CHATS = 50;
const SCANS = 9; // reading everything takes long: fewer repetitions
const RARE = 0;
const MIDDLE = 1;
const COMMON = 2;
const PART = 3;

const request = (r) => new Promise((done, fail) => ((r.onsuccess = () => done(r.result)), (r.onerror = () => fail(r.error))));
const finished = (t) => new Promise((done, fail) => ((t.oncomplete = () => done()), (t.onabort = t.onerror = () => fail(t.error))));

function open(name) {
  const r = indexedDB.open(name, 1);
  r.onupgradeneeded = () => {
    const messages = r.result.createObjectStore("message", { keyPath: "id" });
    messages.createIndex("chat", ["chat", "at"]);
    messages.createIndex("mid", ["chat", "mid"], { unique: true });
    if (name === "words") messages.createIndex("word", "words", { multiEntry: true });
  };
  return request(r);
}

function record(i, text, words) {
  const mid = crypto.getRandomValues(new Uint8Array(32));
  const it = { id: i + 1, chat: (Math.floor(i / 100) % CHATS) + 1, mid, sender: i % 9, at: i * 1000, type: 0, text, state: 1 };
  if (words) it.words = [...new Set(text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [])];
  return it;
}

async function insert(db, records, durability) {
  const t = db.transaction("message", "readwrite", { durability });
  const store = t.objectStore("message");
  for (const r of records) store.put(r);
  t.commit();
  await finished(t);
}

async function scan(db, text, count) {
  const hits = [];
  const store = db.transaction("message").objectStore("message");
  for (let to = count + 2 * SINGLE; to > 0 && hits.length < PAGE; to -= 5000) {
    const part = await request(store.getAll(IDBKeyRange.bound(to - 4999, to)));
    for (let i = part.length - 1; i >= 0 && hits.length < PAGE; i--) {
      if (part[i].text.toLowerCase().includes(text)) hits.push(part[i]);
    }
  }
  return hits.length;
}

async function byWord(db, text) {
  const store = db.transaction("message").objectStore("message");
  const keys = await request(store.index("word").getAllKeys(IDBKeyRange.only(text)));
  const newest = keys.sort((a, b) => b - a).slice(0, PAGE);
  return (await Promise.all(newest.map((k) => request(store.get(k))))).length;
}

async function newest(db, i) {
  const index = db.transaction("message").objectStore("message").index("chat");
  const chat = (i % CHATS) + 1;
  const rows = [];
  await new Promise((done, fail) => {
    const r = index.openCursor(IDBKeyRange.bound([chat, 0], [chat, Infinity]), "prev");
    r.onerror = () => fail(r.error);
    r.onsuccess = () => {
      if (!r.result || rows.length === PAGE) return done();
      rows.push(r.result.value);
      r.result.continue();
    };
  });
}

async function repeat(name, times, run, more) {
  const all = [];
  for (let i = 0; i < times; i++) {
    const start = performance.now();
    await run(i);
    all.push(performance.now() - start);
  }
  return summary(name, all, more);
}

async function side(x, name, count, say) {
  const db = await open(name);
  const words = name === "words";
  const prefix = words ? "IndexedDB with words: " : "IndexedDB: ";
  let took = 0;
  for (let i = 0; i < count; i += PER_TRANSACTION) {
    const records = [];
    for (let k = i; k < Math.min(i + PER_TRANSACTION, count); k++) records.push(record(k, textOf(x, k), words));
    const start = performance.now();
    await insert(db, records, "relaxed");
    took += performance.now() - start;
  }
  say({ name: prefix + "insert, 1,000 a transaction", per_s: Math.round((count / took) * 1000) });
  for (const [k, durability] of ["relaxed", "strict"].entries()) {
    const label = durability === "strict" ? "insert one, durable" : "insert one, soft";
    say(await repeat(prefix + label, SINGLE, (i) => insert(db, [record(count + k * SINGLE + i, textOf(x, count + k * SINGLE + i), words)], durability)));
  }
  for (const [query, label] of [[RARE, "rare word"], [MIDDLE, "middling word"], [COMMON, "common word"], [PART, "part of a word"]]) {
    if (words && query === PART) continue;
    say(await repeat(prefix + label, words ? ASKED : SCANS, (i) => (words ? byWord(db, queryOf(x, query, i)) : scan(db, queryOf(x, query, i), count))));
  }
  say(await repeat(prefix + "50 newest of a chat", ASKED, (i) => newest(db, i)));
  say(
    await repeat(prefix + "delete one, durable", ASKED, async (i) => {
      const t = db.transaction("message", "readwrite", { durability: "strict" });
      t.objectStore("message").delete(i * 97 + 1);
      await finished(t);
    }),
  );
  const { usage } = await navigator.storage.estimate();
  say({ name: prefix + "origin's usage", bytes: round(usage) });
  db.close();
}

onmessage = async ({ data: { count } }) => {
  try {
    const x = await instantiate(new Map(), []);
    await side(x, "plain", count, (line) => postMessage(line));
    await side(x, "words", count, (line) => postMessage(line));
    postMessage({ done: true });
  } catch (error) {
    postMessage({ error: String(error?.stack ?? error) });
  }
};
