// Chains (PROTOCOL.md 2).
import * as C from './cbor.mjs';
import { sha256, eq, verify, sign, cat, pub, hex } from './crypto.mjs';
export const home = (inbox, gateway) => sha256('sotto home 1', inbox, gateway);
export function read(bytes) {
  if (bytes.length > 1024) throw new Error('entry: size');
  const a = C.decode(bytes);
  if (!Array.isArray(a) || a.length !== 12 || a[0] !== 2) throw new Error('entry: form');
  const [, id, n, previous, devices, rec, rh, hm, why, other, signers, sigs] = a;
  const bs = (x, l) => x instanceof Uint8Array && (l === undefined || x.length === l);
  if (
    !bs(id) ||
    !Number.isSafeInteger(n) ||
    n > 1023 ||
    !bs(previous) ||
    !Array.isArray(devices) ||
    !devices.length ||
    devices.length > 16 ||
    !bs(rec, 32) ||
    !bs(rh, 32) ||
    !bs(hm, 32) ||
    !(other === null || bs(other, 32)) ||
    signers.length !== sigs.length
  )
    throw new Error('entry: form');
  if (id.length !== (n ? 32 : 0) || previous.length !== (n ? 32 : 0)) throw new Error('entry: id');
  const seen = new Set([hex(rec)]);
  for (const d of devices) {
    if (d.length !== 2 || !bs(d[0], 32) || !Number.isSafeInteger(d[1])) throw new Error('entry: device');
    if (seen.has(hex(d[0]))) throw new Error('entry: twice');
    seen.add(hex(d[0]));
  }
  return {
    bytes: Buffer.from(bytes),
    hash: sha256(bytes),
    id,
    n,
    previous,
    devices,
    recovery: rec,
    recovery_hpke: rh,
    home: hm,
    why,
    other,
    signers,
    sigs,
    signed: cat('sotto chain 2', C.encode(a.slice(0, 11))),
  };
}
export const lists = (e, key) => e.devices.some((d) => eq(d[0], key));
// chain: entries before (parsed), e: parsed; throws when it does not continue
export function judge(chain, e) {
  const p = chain.at(-1);
  if (!p) {
    if (e.n !== 0) throw new Error('chain: not entry 0');
  } else if (e.n !== p.n + 1 || !eq(e.previous, p.hash) || !eq(e.id, chain[0].hash))
    throw new Error('chain: does not continue');
  const key = (s) =>
    s < 16
      ? e.devices[s]?.[0]
      : s < 32
        ? p?.devices[s - 16]?.[0]
        : s === 32
          ? e.recovery
          : s === 33
            ? p?.recovery
            : undefined;
  const replaced = !p || !eq(p.recovery, e.recovery);
  const fresh = e.devices.map((d, i) => [d[0], i]).filter(([k]) => !p || !lists(p, k));
  if (fresh.length > 4 + (p ? 0 : 1)) throw new Error('chain: too many new');
  const s = [...e.signers];
  const author = s.shift();
  if (!p ? author !== 0 || e.devices.length !== 1 : !(author === 33 || (author >= 16 && author < 32)))
    throw new Error('chain: author');
  const want = [];
  for (const [k, i] of fresh) if (p || i !== 0) want.push(i);
  if (replaced) want.push(32);
  const rest = s.join();
  if (rest !== want.join() && !(p && replaced && author !== 33 && rest === [...want, 33].join()))
    throw new Error('chain: signers ' + e.signers);
  e.signers.forEach((x, i) => {
    const k = key(x);
    if (!k || !verify(k, e.signed, e.sigs[i])) throw new Error('chain: signature');
  });
  for (const [k, a] of e.devices) {
    const old = p?.devices.find((d) => eq(d[0], k));
    if (old ? old[1] !== a : a !== e.n) throw new Error('chain: added');
  }
  const ever = chain.flatMap((x) => [...x.devices.map((d) => d[0]), x.recovery]);
  for (const [k] of fresh) if (ever.some((x) => eq(x, k))) throw new Error('chain: key came back');
  if (p && replaced && ever.some((x) => eq(x, e.recovery))) throw new Error('chain: recovery key came back');
  if (p && !replaced && !eq(p.recovery_hpke, e.recovery_hpke)) throw new Error('chain: recovery_hpke');
  if (e.n >= 960 && author !== 33) throw new Error('chain: only the code now');
  return [...chain, e];
}
export const whole = (list, id) => {
  let c = [];
  for (const b of list) c = judge(c, read(b));
  if (id && !eq(c[0]?.hash, id)) throw new Error('chain: another account');
  return c;
};
export function make(fields, signers) {
  // signers: [[number, seed]]
  const { id, n, previous, devices, recovery, recovery_hpke, home, why, other = null } = fields;
  const a = [2, id, n, previous, devices, recovery, recovery_hpke, home, why, other, signers.map((s) => s[0])];
  const x = cat('sotto chain 2', C.encode(a));
  return C.encode([...a, signers.map((s) => sign(s[1], x))]);
}
