// Signed notes, a log and witnesses, made with Node's own Ed25519 and nothing of ours. Keys come from fixed seeds.
import { createHash, createPrivateKey, createPublicKey, sign } from 'node:crypto';

export const sha256 = (...parts) => parts.reduce((h, p) => h.update(p), createHash('sha256')).digest();
export const base64url = (bytes) => Buffer.from(bytes).toString('base64url');
export const base64 = (bytes) => Buffer.from(bytes).toString('base64');
const u64 = (n) => {
  const b = Buffer.alloc(8);
  b.writeBigUInt64BE(BigInt(n));
  return b;
};

/** kind 1: a maintainer or log; 4: a witness. label: what the seed is made of. */
export function signer(name, kind = 1, label = name) {
  const seed = sha256(`sotto release vectors: ${label}`);
  const secret = createPrivateKey({ key: Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), seed]), format: 'der', type: 'pkcs8' });
  const raw = createPublicKey(secret).export({ format: 'der', type: 'spki' }).subarray(-32);
  const id = sha256(name, '\n', Buffer.from([kind]), raw).subarray(0, 4);
  const vkey = `${name}+${id.toString('hex')}+${base64(Buffer.concat([Buffer.from([kind]), raw]))}`;
  const line = (payload) => `\u2014 ${name} ${base64(Buffer.concat([id, payload]))}\n`;
  const over = (text) => sign(null, Buffer.from(text), secret);
  return {
    name, id, raw, vkey, kind, line,
    sign: (text, time = 0) => line(kind === 1 ? over(text) : Buffer.concat([u64(time), over(`cosignature/v1\ntime ${time}\n${text}`)])),
    /** Of the right form and wrong. */
    lie: (text, time = 0) => line(kind === 1 ? over(`${text}!`) : Buffer.concat([u64(time), over(`cosignature/v1\ntime ${time + 1}\n${text}`)])),
  };
}

export const note = (text, ...lines) => `${text}\n${lines.join('')}`;
export const signed = (text, ...keys) => note(text, ...keys.map((k) => k.sign(text)));

// --- the log (RFC 6962) ---

export const leafHash = (entry) => sha256(Buffer.from([0]), entry);
export const nodeHash = (left, right) => sha256(Buffer.from([1]), left, right);
const split = (n) => 2 ** (31 - Math.clz32(n - 1));
export const rootOf = (hashes) => (hashes.length === 0 ? sha256('') : hashes.length === 1 ? hashes[0] : nodeHash(rootOf(hashes.slice(0, split(hashes.length))), rootOf(hashes.slice(split(hashes.length)))));
export function pathOf(i, hashes) {
  if (hashes.length === 1) return [];
  const k = split(hashes.length);
  return i < k ? [...pathOf(i, hashes.slice(0, k)), rootOf(hashes.slice(k))] : [...pathOf(i - k, hashes.slice(k)), rootOf(hashes.slice(0, k))];
}

export const checkpointText = (origin, size, root) => `${origin}\n${size}\n${base64(root)}\n`;
export const proofText = (index, hashes, checkpoint) => `c2sp.org/tlog-proof@v1\nindex ${index}\n${hashes.map((h) => `${base64(h)}\n`).join('')}\n${checkpoint}`;
