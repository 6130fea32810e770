// Target: the median of a search under 20 ms.
import { atMost, number, times } from "./cells.mjs";

const SEARCHES = ["rare word", "middling word", "common word", "part of a word", "three characters", "two chars", "two words", "word in one chat", "two Han chars", "not there"];
const REST = ["insert one, soft", "insert one, durable", "50 newest of a chat", "delete one, durable", "delete 100 at once, durable"];

export function store(lines) {
  const all = new Map(lines("store.jsonl").map((l) => [l.name, l]));
  const sides = ["IndexedDB: ", "IndexedDB with words: "];
  const rows = [];
  const rate = "insert, 1,000 a transaction";
  const ours = all.get(rate).per_s;
  rows.push([`${rate} (messages a second)`, String(ours), "", ...sides.flatMap((s) => [number(all.get(s + rate).per_s), times(ours, all.get(s + rate).per_s)]), "", ""]);
  for (const name of [...REST, ...SEARCHES]) {
    const line = all.get(name);
    const isSearch = SEARCHES.includes(name);
    const peers = sides.flatMap((s) => [number(all.get(s + name)?.median_ms), times(all.get(s + name)?.median_ms, line.median_ms)]);
    rows.push([(isSearch ? "search: " : "") + name, number(line.median_ms), number(line.p95_ms), ...peers, ...atMost(line.median_ms, isSearch ? 20 : undefined)]);
  }
  rows.push(["open again", number(all.get("close and open").ms), "", "", "", "", "", "", ""]);
  const mb = (n) => `${(n / 1e6).toFixed(1)} MB`;
  rows.push(["size on disk", mb(all.get(rate).bytes), "", ...sides.flatMap((s) => [mb(all.get(`${s}origin's usage`)?.bytes ?? 0), ""]), "", ""]);
  return {
    title: "Store: 100,000 messages in one Chromium, milliseconds of wall time, median and 95th percentile",
    notes: [
      "ours: sealed pages on OPFS, full-text index kept up with every insert. IndexedDB: the same rows in clear; search reads them all.",
      "deleting: ours overwrites the text and its index entries on disk and syncs (secure delete); IndexedDB leaves them there until it compacts.",
      "with words: an index of whole words, no parts of words, no writing without spaces. A ratio above 1: ours is faster. IndexedDB's size: both of its shapes, as they stand at that moment.",
    ],
    head: ["operation", "ours", "p95", "IndexedDB", "ratio", "with words", "ratio", "target", ""],
    rows,
  };
}
