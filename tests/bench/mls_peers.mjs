// The same operations by Wire CoreCrypto (OpenMLS in WebAssembly), for comparison on one machine:
//   node tests/bench/mls_peers.mjs MLS-TESTCLIENT [N]      after tests/parts/interop.sh has run
// The other members are clients of ours, so that key packages cost it nothing. One JSON line an operation.
import { CoreCryptoPeer } from "../interop/peer-core-crypto.mjs";
import { SottoPeer, SottoProcess } from "../interop/sotto.mjs";

const ours = new SottoProcess(process.argv[2]);
const sizes = process.argv[3] ? [Number(process.argv[3])] : [2, 32, 256];
const suite = 3;
const text = (s) => new TextEncoder().encode(s);
const MESSAGES = 100;
let count = 0;
const identity = () => {
  const hex = (++count).toString(16);
  return text(`${hex.padStart(8, "0")}-0000-4000-8000-${hex.padStart(12, "0")}:${hex}@sotto.test`);
};
const now = () => {
  const t = process.cpuUsage();
  return (t.user + t.system) / 1000;
};
const median = (list) => list.sort((a, b) => a - b)[list.length >> 1];

async function life(n, record) {
  const timed = async (op, times, run) => {
    const start = now();
    let result;
    for (let i = 0; i < times; i++) result = await run(i);
    record(op, (now() - start) / times);
    return result;
  };
  const first = new CoreCryptoPeer(suite, identity());
  const last = new CoreCryptoPeer(suite, identity());
  await first.open();
  await last.open();
  const packages = [await timed("key_package", 1, () => last.keyPackage())];
  while (packages.length < n - 1) packages.push(await new SottoPeer(ours, suite, identity()).keyPackage());
  await timed("create", 1, () => first.create(crypto.getRandomValues(new Uint8Array(16))));
  const added = await timed("add_all", 1, () => first.commit({ add: packages }));
  await timed("join", 1, () => last.join(added.welcome));
  const messages = [];
  const line = text("x".repeat(100));
  await timed("encrypt", MESSAGES, async () => messages.push(await first.protect(line)));
  await timed("decrypt", MESSAGES, (i) => last.unprotect(messages[i]));
  const path = await timed("path_unmerged", 1, () => first.commit());
  await timed("apply_unmerged", 1, () => last.handleCommit(path.commit));
}

await life(4, () => {});
for (const n of sizes) {
  const times = new Map();
  for (let i = 0; i < (n > 100 ? 3 : 7); i++) {
    await life(n, (op, ms) => times.set(op, [...(times.get(op) ?? []), ms]));
  }
  for (const [op, list] of times) console.log(JSON.stringify({ op, peer: "core-crypto", suite, n, ms: Number(median(list).toFixed(4)) }));
}
await ours.end();
process.exit(0);
