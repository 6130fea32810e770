// Key packages of others: taken at the gateway, and judged (section 6.4).
// Sections are those of wasm/schema/PROTOCOL.md.
import * as H from './chain.mjs';
import { eq } from './crypto.mjs';
import { checkPublic } from './hpke.mjs';
import * as M from './mls.mjs';
import { inForm } from './tree.mjs';
import { T } from './wire.mjs';

export const SUITE = 0x4f;

async function judged({ account, chain }, [device, suite, bytes]) {
  const { keyPackage: kp } = M.message(bytes);
  if (suite !== SUITE || !(await M.packageIsSigned(kp))) throw new Error('package: suite or signature');
  const { leafNode: leaf } = kp;
  const entry = inForm(leaf);
  const now = BigInt(Math.floor(Date.now() / 1000));
  if (leaf.lifetime.notAfter < now || leaf.lifetime.notBefore > now) throw new Error('package: over');
  const theirs = eq(leaf.credential.identity, account) && eq(leaf.signaturePublicKey, device);
  const listed = H.lists(chain.at(-1), device) && eq(chain[entry.n]?.hash, entry.hash);
  if (!theirs || !listed) throw new Error('package: leaf');
  checkPublic(kp.initKey);
  checkPublic(leaf.hpkePublicKey);
  return kp;
}

/** One of each device of the account. `conn` is for this question alone (section 5.2). */
export async function takePackages(conn, { account, inbox, token }) {
  const [whose, entries, packages] = await conn.ask(T.KP_TAKE, [inbox, token, [SUITE]]);
  if (!eq(whose, account)) throw new Error('package: of another account');
  const chain = H.whole(entries, account);
  const of = async (p) => ({ kp: await judged({ account, chain }, p), inbox, token, chain });
  return Promise.all(packages.map(of));
}
