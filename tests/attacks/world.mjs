// Maintainers, a log, witnesses and two real releases of the real page: what an attack has to get past, made anew for
// every run. The clock of the proofs is chosen here; the browser's is the true one.
import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { createServer } from 'node:http';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from '../../web/build.js';
import { noteText } from '../../web/note.js';

export const DAY_S = 86_400;
export const now = () => Math.floor(Date.now() / 1000);
export const sha = (...parts) => createHash('sha256').update(Buffer.concat(parts.map((p) => Buffer.from(p)))).digest();
export const url64 = (bytes) => sha(bytes).toString('base64url');

/** An Ed25519 key of a signed note (C2SP); kind 4 cosigns with a time. */
export function makeKey(name, kind = 1) {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const raw = Buffer.concat([Buffer.from([kind]), publicKey.export({ format: 'der', type: 'spki' }).subarray(-32)]);
  const id = sha(`${name}\n`, raw).subarray(0, 4);
  const line = (payload) => `\u2014 ${name} ${Buffer.concat([id, ...payload]).toString('base64')}\n`;
  return {
    name,
    id,
    vkey: `${name}+${id.toString('hex')}+${raw.toString('base64')}`,
    seed: privateKey.export({ format: 'der', type: 'pkcs8' }).subarray(-32),
    line: (text) => line([sign(null, Buffer.from(text), privateKey)]),
    cosign(text, time) {
      const at = Buffer.alloc(8);
      at.writeBigUInt64BE(BigInt(time));
      return line([at, sign(null, Buffer.from(`cosignature/v1\ntime ${time}\n${text}`), privateKey)]);
    },
  };
}

const leaf = (entry) => sha([0], entry);
const node = (a, b) => sha([1], a, b);
const split = (n) => 2 ** Math.ceil(Math.log2(n) - 1);

function top(leaves) {
  if (leaves.length === 1) return leaves[0];
  const k = split(leaves.length);
  return node(top(leaves.slice(0, k)), top(leaves.slice(k)));
}

function path(i, leaves) {
  if (leaves.length === 1) return [];
  const k = split(leaves.length);
  return i < k ? [...path(i, leaves.slice(0, k)), top(leaves.slice(k))] : [...path(i - k, leaves.slice(k)), top(leaves.slice(0, k))];
}

/** One history. `by`: which witnesses saw it, `time`: when (one for all, or one for each). */
export function makeLog({ log, witnesses }, entries = []) {
  const checkpoint = ({ time = now() - 60, by = [0, 1, 2], size = entries.length, origin = log.name, root = top(entries.slice(0, size).map(leaf)), key = log } = {}) => {
    const text = `${origin}\n${size}\n${root.toString('base64')}\n`;
    return `${text}\n${key.line(text)}${by.map((i) => witnesses[i].cosign(text, time)).join('')}`;
  };
  return {
    entries,
    checkpoint,
    append: (note) => entries.push(Buffer.from(note)) - 1,
    /** The static log (C2SP tlog-tiles) of fewer than 256 entries. */
    files() {
      const n = entries.length;
      const sized = entries.map((e) => Buffer.concat([Buffer.from([e.length >> 8, e.length & 255]), e]));
      return new Map([
        ['checkpoint', checkpoint()], [`tile/0/000.p/${n}`, Buffer.concat(entries.map(leaf))], [`tile/entries/000.p/${n}`, Buffer.concat(sized)],
      ]);
    },
    proof(index, { hashes = (h) => h, at = index, ...rest } = {}) {
      const size = rest.size ?? entries.length;
      const up = hashes(path(index, entries.slice(0, size).map(leaf)));
      return `c2sp.org/tlog-proof@v1\nindex ${at}\n${up.map((h) => `${h.toString('base64')}\n`).join('')}\n${checkpoint({ ...rest, size })}`;
    },
  };
}

/** Answers for each origin that asks: what a witness has seen last. */
async function witnessServer() {
  const shown = new Map();
  const server = createServer((q, r) => {
    const text = shown.get(q.headers.origin ?? 'monitor');
    r.writeHead(text ? 200 : 404, { 'content-type': 'text/plain', 'access-control-allow-origin': '*', 'cache-control': 'no-store' });
    r.end(text ?? 'nothing\n');
  });
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  return { shown, url: `http://localhost:${server.address().port}`, close: () => new Promise((done) => { server.close(done); server.closeAllConnections(); }) };
}

export const LINE = 'sotto.example/web';

/** `dir`: where the two releases are built. */
export async function makeWorld(dir) {
  const release = ['anna', 'bert', 'cleo'].map((n) => makeKey(`sotto.example/${n}`));
  const log = makeKey('log.example/sotto');
  const witnesses = ['one', 'two', 'three'].map((n) => makeKey(`witness.example/${n}`, 4));
  const witness = await witnessServer();
  const trust = [
    'sotto-trust/v1', `line ${LINE}`, ...release.map((k) => `release ${k.vkey}`), 'threshold 2', `log ${log.vkey}`,
    ...witnesses.map((k, i) => `witness w${i + 1} ${k.vkey}${i === 0 ? ` ${witness.url}` : ''}`), 'group all-w 2 w1 w2 w3', 'quorum all-w', '',
  ].join('\n');
  const stranger = makeKey('sotto.example/stranger');
  const keys = { release, log, witnesses, stranger };

  async function real(version, seq, prev) {
    const out = join(dir, version);
    const made = await build({ out, trust, version, plain: true, seq: String(seq), prev });
    const text = readFileSync(`${out}.note`, 'utf8');
    return { ...made, version, seq, text, hash: url64(text), dir: out };
  }
  const one = await real('1.0.0', 1, '-');
  const two = await real('1.1.0', 2, one.hash);

  return {
    keys,
    trust,
    one,
    two,
    witness,
    sign: (text, by = [release[0], release[1]]) => `${text}\n${by.map((k) => k.line(text)).join('')}`,
    /** Another release with (mostly) the files of `base`: `change` maps paths to other bytes. */
    derive(base, { version, seq, prev, loader = base.loader, csp = base.csp, line = LINE, commit = '0'.repeat(40), change = {} }) {
      const files = new Map(base.files);
      for (const [p, bytes] of Object.entries(change)) files.set(p, Buffer.from(bytes));
      const fields = { line, version, seq: String(seq), prev, commit, toolchain: '0'.repeat(64), loader, csp, wasm: base.wasm, files };
      const text = noteText(fields);
      return { ...base, files, loader, csp, version, seq, text, hash: url64(text) };
    },
  };
}
