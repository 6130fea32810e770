// The worked examples of section 22, by what this client is made of.
// Sections are those of wasm/schema/PROTOCOL.md.
import { readFileSync } from 'node:fs';
import { b32 } from './base32.mjs';
import * as C from './cbor.mjs';
import * as H from './chain.mjs';
import { commitSigned } from './commit.mjs';
import { makeGroupLink, makeLink } from './contact-link.mjs';
import { contentId, wordHash } from './content.mjs';
import { cat, hex, hmac, outerSeal, pub, sha256, sign, u64 } from './crypto.mjs';
import { publicOf, recoveryKeys } from './hpke.mjs';
import { PAIR, roomBytes } from './room-form.mjs';
import { FINAL, Stream } from './stream.mjs';
import { writeSignature } from './wire.mjs';

const DOCUMENT = new URL('../../../wasm/schema/PROTOCOL.md', import.meta.url);
const NONE = Buffer.alloc(0);
const filled = (value, n = 32) => Buffer.alloc(n, value);
const from = (value, n) => Buffer.from(Array.from({ length: n }, (_, i) => value + i));
const [PHONE, LAPTOP] = [filled(1), filled(2)];
const ORIGIN = 'gw.example';

/** The values of the blocks of section 22 by their names, the first of each. */
class Block {
  constructor(text) {
    const blocks = text
      .slice(text.indexOf('## 22'))
      .split('```')
      .filter((_, i) => i % 2);
    const lines = blocks.flatMap((b) =>
      b
        .replace(/\n {2}/g, '')
        .trim()
        .split('\n'),
    );
    this.values = new Map(lines.map((l) => l.split(/ = (.*)/)).reverse());
  }
  text(name) {
    return this.values.get(name);
  }
  bytes(name) {
    return Buffer.from(this.text(name), 'hex');
  }
  same(name, made) {
    const got = typeof made === 'string' ? made : hex(made);
    if (got !== this.text(name)) throw new Error(`${name}: ${got.slice(0, 40)} for ${this.text(name)?.slice(0, 40)}`);
  }
}

function accounts(b) {
  const code = recoveryKeys(b.bytes('code'));
  b.same('code text', b32(code.code));
  b.same('recovery', code.key);
  b.same('HPKE seed', code.sk);
  b.same('recovery_hpke', code.hash);
  const [phone, laptop, inbox, gateway] = [pub(PHONE), pub(LAPTOP), b.bytes('inbox'), b.text('gateway')];
  const home = H.home(inbox, gateway);
  b.same('home', home);
  const fields = { recovery: code.key, recovery_hpke: code.hash, home };
  const list = [
    [phone, 0],
    [laptop, 1],
  ];
  const signers = [
    [0, PHONE],
    [32, code.seed],
  ];
  const first = H.make({ id: NONE, n: 0, previous: NONE, devices: list.slice(0, 1), ...fields, why: 0 }, signers);
  const account = sha256(first);
  b.same('entry 0', first);
  b.same('account', account);
  const both = [
    [16, PHONE],
    [1, LAPTOP],
  ];
  const second = H.make({ id: account, n: 1, previous: account, devices: list, ...fields, why: 1 }, both);
  b.same('entry 1', second);
  b.same('0xF0A0 of a leaf that names entry 1', cat(u64(1), sha256(second)));
  b.same('brought, SHA-256', sha256(C.encode([[account, [first, second]]])));
  if (H.whole([first, second], account).length !== 2) throw new Error('the chain is not judged sound');
  const [token, secret] = [b.bytes('token'), b.bytes('secret')];
  b.same('link of a person', makeLink(gateway, account, inbox, token));
  b.same('link of a group', makeGroupLink(gateway, account, inbox, token, secret));
  b.same('door(secret, account, about)', hmac(secret, 'sotto door 1', account, b.bytes('about (MLS group id)')));
  return account;
}

function signedForTheGateway(b) {
  const mailbox = b.bytes('mailbox');
  const conn = { origin: ORIGIN, ready: { nonce: b.bytes('nonce') } };
  b.same('WRITE, signature', writeSignature(conn, mailbox, 7, filled(3)));
  const branch = sha256('sotto branch', b.bytes('epoch_authenticator')).subarray(0, 8);
  b.same('branch', branch);
  const [body, welcome] = [Buffer.from('sealed commit'), Buffer.from('welcome')];
  const frame = { mailbox, epoch: 7, mid: Buffer.from('e0e1e2e3e4e5e6e7', 'hex'), branch, body, write: pub(filled(4)) };
  const welcomes = [[b.bytes('inbox'), b.bytes('token'), welcome]];
  const signed = commitSigned({ ...frame, readHash: sha256(from(0x70, 32)), info: null, welcomes });
  b.same('COMMIT, signed', signed);
  b.same('COMMIT, signature', sign(filled(3), signed));
  return { mailbox, branch };
}

function rooms(b, { mailbox, branch }) {
  const secrets = { mailbox, read_tag: from(0x70, 32), join_secret: from(0x90, 32) };
  const none = { name: '', admins: [], timer: 0, replaces: NONE, next: NONE, seats: [] };
  const room = { id: from(0x40, 16), type: PAIR, ...secrets, ...none, pair: [filled(10), filled(11)] };
  b.same('room (0xF0A1) of a pair', roomBytes(room));
  const nonce = b.bytes('nonce of the outer layer');
  b.same('sealed "hello", kind 0', outerSeal(from(0x11, 32), mailbox, 7, 0, branch, Buffer.from('hello'), nonce));
  b.same('key of the bundle', hmac(room.join_secret, 'sotto bundle'));
  return room.id;
}

function said(b, account, room) {
  b.same('id of the message', contentId(account, room, b.bytes('content')));
  for (const [word, hash] of [
    ['word 0', 'word 0, hash'],
    ['word 1, an edit of it', 'word 1, hash'],
  ]) {
    const items = C.decode(b.bytes(word));
    const [, run, counter, prev, , ms, content] = items;
    b.same(word, C.encode(items));
    b.same(hash, wordHash(pub(PHONE), run, counter, prev, ms, content));
  }
  const stream = new Stream(b.bytes('key'), b.bytes('header (nonce)'));
  b.same('blob: one chunk, FINAL', stream.seal(Buffer.from(b.text('plaintext')), FINAL));
}

export function examples() {
  const b = new Block(readFileSync(DOCUMENT, 'utf8'));
  const account = accounts(b);
  const room = rooms(b, signedForTheGateway(b));
  said(b, account, room);
  const pk = publicOf(b.bytes('X-Wing seed'));
  b.same('public key, SHA-256', sha256(pk));
  b.same('code, letters', b32(sha256('sotto pairing code 1', pk).subarray(0, 15)).replaceAll('-', ''));
}
