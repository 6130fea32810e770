// Chains of accounts (section 2).
// Sections are those of wasm/schema/PROTOCOL.md.
import * as C from './cbor.mjs';
import { cat, eq, hex, sha256, sign, verify } from './crypto.mjs';

const VERSION = 2;
const ITEMS = 12;
const SIGNED = 11; // of them, those behind which the signatures stand
const BYTES = 1024;
const ENTRIES = 1024;
const DEVICES = 16;
const NEW_AT_ONCE = 4;
const BY_CODE_ONLY = 960; // from this number on
const BEFORE = 16; // signers (section 2.2)
const THIS_CODE = 32;
const CODE_BEFORE = 33;
const LABEL = 'sotto chain 2';

export const home = (inbox, gateway) => sha256('sotto home 1', inbox, gateway);
const isBytes = (x, n) => x instanceof Uint8Array && x.length === n;

function checkForm({ n, id, previous, devices, recovery, recovery_hpke, home, other, signers, sigs }) {
  const link = n ? 32 : 0;
  const keys = [recovery, recovery_hpke, home, ...(other === null ? [] : [other])];
  const counts = Number.isSafeInteger(n) && n < ENTRIES && signers.length === sigs.length;
  const named = devices.length > 0 && devices.length <= DEVICES;
  const sized = isBytes(id, link) && isBytes(previous, link) && keys.every((k) => isBytes(k, 32));
  if (!counts || !named || !sized) throw new Error('entry: form');
  const seen = new Set([hex(recovery)]);
  for (const [key, added, ...more] of devices) {
    if (!isBytes(key, 32) || !Number.isSafeInteger(added) || more.length > 0) throw new Error('entry: device');
    if (seen.has(hex(key))) throw new Error('entry: a key twice');
    seen.add(hex(key));
  }
}

export function read(bytes) {
  if (bytes.length > BYTES) throw new Error('entry: size');
  const items = C.decode(bytes);
  if (!Array.isArray(items) || items.length !== ITEMS || items[0] !== VERSION) throw new Error('entry: form');
  const [, id, n, previous, devices, recovery, recovery_hpke, home, why, other, signers, sigs] = items;
  const signed = cat(LABEL, C.encode(items.slice(0, SIGNED)));
  const fields = { id, n, previous, devices, recovery, recovery_hpke, home, why, other, signers, sigs };
  checkForm(fields);
  return { bytes: Buffer.from(bytes), hash: sha256(bytes), ...fields, signed };
}

export const lists = (e, key) => e.devices.some((d) => eq(d[0], key));
/** Section 2.2: who has to sign, behind the author. */
function checkSigners(before, e, fresh, replaced) {
  const [author, ...rest] = e.signers;
  const places = fresh.map(([, place]) => place).filter((place) => before || place !== 0);
  if (places.length > NEW_AT_ONCE) throw new Error('chain: too many new');
  const wanted = [...places, ...(replaced ? [THIS_CODE] : [])];
  const withOld = before && replaced && author !== CODE_BEFORE ? [...wanted, CODE_BEFORE] : wanted;
  const allowed = before
    ? author === CODE_BEFORE || (author >= BEFORE && author < THIS_CODE)
    : author === 0 && e.devices.length === 1;
  if (!allowed || (before && e.n >= BY_CODE_ONLY && author !== CODE_BEFORE)) throw new Error('chain: author');
  if (rest.join() !== wanted.join() && rest.join() !== withOld.join()) throw new Error(`chain: signers ${e.signers}`);
}

function keyOf(before, e, signer) {
  if (signer < BEFORE) return e.devices[signer]?.[0];
  if (signer < THIS_CODE) return before?.devices[signer - BEFORE]?.[0];
  return signer === THIS_CODE ? e.recovery : signer === CODE_BEFORE ? before?.recovery : undefined;
}

function checkKeys(chain, e, fresh, replaced) {
  const before = chain.at(-1);
  for (const [key, added] of e.devices) {
    const old = before?.devices.find((d) => eq(d[0], key));
    if (added !== (old ? old[1] : e.n)) throw new Error('chain: added');
  }
  const ever = chain.flatMap((x) => [...x.devices.map((d) => d[0]), x.recovery]);
  const comes = [...fresh.map(([key]) => key), ...(before && replaced ? [e.recovery] : [])];
  if (comes.some((key) => ever.some((x) => eq(x, key)))) throw new Error('chain: a key came back');
  if (!replaced && !eq(before.recovery_hpke, e.recovery_hpke)) throw new Error('chain: recovery_hpke');
}

/** Section 2.3: the chain with the entry, or it throws why the entry does not continue it. */
export function judge(chain, e) {
  const before = chain.at(-1);
  const goesOn = before ? e.n === before.n + 1 && eq(e.previous, before.hash) && eq(e.id, chain[0].hash) : e.n === 0;
  if (!goesOn) throw new Error('chain: does not continue');
  const replaced = !before || !eq(before.recovery, e.recovery);
  const fresh = e.devices.map(([key], place) => [key, place]).filter(([key]) => !before || !lists(before, key));
  checkSigners(before, e, fresh, replaced);
  for (const [i, signer] of e.signers.entries()) {
    const key = keyOf(before, e, signer);
    if (!key || !verify(key, e.signed, e.sigs[i])) throw new Error('chain: signature');
  }
  checkKeys(chain, e, fresh, replaced);
  return [...chain, e];
}

/** From entry 0 on; of this account, if one is named. */
export function whole(entries, account) {
  const chain = entries.reduce((c, bytes) => judge(c, read(bytes)), []);
  if (account && !eq(chain[0]?.hash, account)) throw new Error('chain: another account');
  return chain;
}

/** signers: [number, seed] each, in order. */
export function make({ id, n, previous, devices, recovery, recovery_hpke, home, why }, signers) {
  const numbers = signers.map(([number]) => number);
  const items = [VERSION, id, n, previous, devices, recovery, recovery_hpke, home, why, null, numbers];
  const signed = cat(LABEL, C.encode(items));
  return C.encode([...items, signers.map(([, seed]) => sign(seed, signed))]);
}
