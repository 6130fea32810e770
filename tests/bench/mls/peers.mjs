// The same life of a group by ts-mls and by Wire CoreCrypto (OpenMLS in WebAssembly). Other members are clients of
// ours, so that key packages cost the peer nothing. CoreCrypto writes into its own keystore in memory (IndexedDB does not
// exist in Node); ts-mls stores nothing at all.
import { CoreCryptoPeer } from "../../interop/peer-core-crypto.mjs";
import { TsMlsPeer } from "../../interop/peer-ts-mls.mjs";
import { SottoPeer, SottoProcess } from "../../interop/sotto.mjs";

const MESSAGES = 100;
const text = (s) => new TextEncoder().encode(s);
let count = 0;
const identity = () => {
  const hex = (++count).toString(16);
  return text(`${hex.padStart(8, "0")}-0000-4000-8000-${hex.padStart(12, "0")}:${hex}@sotto.test`);
};

function peer(Peer, client) {
  let others = new SottoProcess(client);
  return async (suite, n, record, now) => {
    const timed = async (op, times, run) => {
      const start = now();
      let result;
      for (let i = 0; i < times; i++) result = await run(i);
      record(op, (now() - start) / times, {});
      return result;
    };
    const first = new Peer(suite, identity());
    const last = new Peer(suite, identity());
    await first.open?.();
    await last.open?.();
    const packages = [await timed("key_package", 1, () => last.keyPackage())];
    while (packages.length < n - 1) packages.push(await new SottoPeer(others, suite, identity()).keyPackage());
    await timed("create", 1, () => first.create(crypto.getRandomValues(new Uint8Array(16))));
    const added = await timed("add_all", 1, () => first.commit({ add: packages }));
    await timed("join", 1, () => last.join(added.welcome));
    const messages = [];
    const line = text("x".repeat(100));
    await timed("encrypt", MESSAGES, async () => messages.push(await first.protect(line)));
    await timed("decrypt", MESSAGES, (i) => last.unprotect(messages[i]));
    const path = await timed("path_unmerged", 1, () => first.commit());
    await timed("apply_unmerged", 1, () => last.handleCommit(path.commit));
    // What the other members left in their process.
    await others.end();
    others = new SottoProcess(client);
  };
}

export const openCoreCrypto = (client) => peer(CoreCryptoPeer, client);
export const openTsMls = (client) => peer(TsMlsPeer, client);
