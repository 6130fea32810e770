// Lives of groups, ours and the peers' in turn, one JSON line an operation: node tests/bench/mls/run.mjs MLS-TESTCLIENT
// Figures are processor time (all threads of this process), the median of the rounds.
import { openOurs } from "./ours.mjs";
import { openCoreCrypto, openTsMls } from "./peers.mjs";

const client = process.argv[2];
const now = () => {
  const t = process.cpuUsage();
  return (t.user + t.system) / 1000;
};
const sides = [
  ["ours", await openOurs(), [3, 0x4f]],
  ["core-crypto", openCoreCrypto(client), [3]], // it has no X-Wing
  ["ts-mls", openTsMls(client), [3, 0x4f]],
];
const sorted = (list) => [...list].sort((a, b) => a - b);
for (const suite of [3, 0x4f]) {
  const taking = sides.filter(([, , suites]) => suites.includes(suite));
  for (const [, life] of taking) for (let i = 0; i < 2; i++) await life(suite, 8, () => {}, now); // the compilers' turn
  for (const n of [2, 32, 256]) {
    const seen = new Map();
    const round = async (name, life) => {
      const record = (op, ms, more) => {
        const key = `${name} ${op}`;
        seen.set(key, { side: name, op, times: [...(seen.get(key)?.times ?? []), ms], more });
      };
      await life(suite, n, record, now);
    };
    for (let i = 0; i < (n > 100 ? 3 : 7); i++) {
      for (const [name, life] of taking) await round(name, life);
    }
    for (const { side, op, times, more } of seen.values()) {
      const list = sorted(times).map((ms) => Number(ms.toFixed(4)));
      console.log(JSON.stringify({ what: "mls", side, suite, n, op, ms: list[list.length >> 1], min: list[0], max: list.at(-1), ...more }));
    }
  }
}
process.exit(0);
