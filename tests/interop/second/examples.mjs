// Section 22, made anew and compared with the text of the document.
import fs from 'node:fs';
import * as X from './crypto.mjs';
import * as C from './cbor.mjs';
import * as H from './chain.mjs';
import { roomBytes, makeLink, contentId, wordHash } from './client.mjs';
export function examples(file = new URL('../../../wasm/schema/PROTOCOL.md', import.meta.url)) {
  const text = fs.readFileSync(file, 'utf8');
  const v = [];
  for (const b of text
    .slice(text.indexOf('## 22'))
    .split('```')
    .filter((_, i) => i % 2))
    for (const l of b
      .replace(/\n {2}/g, '')
      .trim()
      .split('\n')) {
      const i = l.indexOf(' = ');
      v.push([l.slice(0, i), l.slice(i + 3)]);
    }
  const get = (k) => v.find(([n]) => n === k)?.[1];
  const h = (k) => Buffer.from(get(k), 'hex');
  const fill = (n, x) => Buffer.alloc(n, x);
  const range = (a, n) => Buffer.from(Array.from({ length: n }, (_, i) => a + i));
  const bad = [];
  let n = 0;
  const same = (k, x) => {
    n++;
    const t = typeof x === 'string' ? x : X.hex(x);
    if (get(k) !== t) bad.push(`${k}: ${t.slice(0, 40)} for ${get(k)?.slice(0, 40)}`);
  };
  const rec = X.recovery(h('code'));
  same('code text', X.b32(rec.code));
  same('signing seed', rec.seed);
  same('recovery', rec.key);
  same('HPKE seed', rec.sk);
  same('HPKE public key, first 32 of 1216', rec.pk.subarray(0, 32));
  same('recovery_hpke', rec.hash);
  const s1 = fill(32, 1),
    s2 = fill(32, 2),
    phone = X.pub(s1),
    laptop = X.pub(s2);
  same('phone', phone);
  same('laptop', laptop);
  const gw = get('gateway'),
    inbox = h('inbox');
  same('home', H.home(inbox, gw));
  const e0 = H.make(
    {
      id: Buffer.alloc(0),
      n: 0,
      previous: Buffer.alloc(0),
      devices: [[phone, 0]],
      recovery: rec.key,
      recovery_hpke: rec.hash,
      home: H.home(inbox, gw),
      why: 0,
    },
    [
      [0, s1],
      [32, rec.seed],
    ],
  );
  same('entry 0', e0);
  same('entry 0, signed', H.read(e0).signed);
  same('account', X.sha256(e0));
  const acc = X.sha256(e0);
  const e1 = H.make(
    {
      id: acc,
      n: 1,
      previous: acc,
      devices: [
        [phone, 0],
        [laptop, 1],
      ],
      recovery: rec.key,
      recovery_hpke: rec.hash,
      home: H.home(inbox, gw),
      why: 1,
    },
    [
      [16, s1],
      [1, s2],
    ],
  );
  same('entry 1', e1);
  same('entry 1, hash', X.sha256(e1));
  same('0xF0A0 of a leaf that names entry 1', X.cat(X.u64(1), X.sha256(e1)));
  H.whole([e0, e1], acc);
  const br = C.encode([[acc, [e0, e1]]]);
  same('brought, first 41', br.subarray(0, 41));
  same('brought, SHA-256', X.sha256(br));
  same('link of a person', makeLink(gw, acc, inbox, h('token')));
  same('link of a group', 'web+sotto:#/add/' + X.b64u(C.encode([4, gw, acc, inbox, h('token'), h('secret')])));
  same('door(secret, account, about)', X.hmac(h('secret'), 'sotto door 1', acc, h('about (MLS group id)')));
  same('fingerprint of account', X.hex(X.sha256(acc).subarray(0, 20)).match(/.{4}/g).join(' '));
  const nonce = h('nonce'),
    origin = 'gw.example';
  const auth = X.cat('sotto auth 1', X.u8(10), origin, phone, nonce);
  same('AUTH, signed', auth);
  same('AUTH, signature', X.sign(s1, auth));
  const box = h('mailbox');
  const w = X.cat('sotto write 1', X.u8(10), origin, nonce, box, X.u64(7));
  same('WRITE, signed', w);
  same('WRITE, signature', X.sign(fill(32, 3), w));
  const branch = X.sha256('sotto branch', h('epoch_authenticator')).subarray(0, 8);
  same('branch', branch);
  const tag = range(0x70, 32),
    body = Buffer.from('sealed commit');
  const cm = X.cat(
    'sotto commit 2',
    box,
    X.u64(7),
    Buffer.from('e0e1e2e3e4e5e6e7', 'hex'),
    branch,
    X.sha256(body),
    X.pub(fill(32, 4)),
    X.u8(1),
    X.sha256(tag),
    X.u8(0),
    X.sha256(''),
    X.u64(1),
    X.sha256(inbox),
    X.sha256(h('token')),
    X.sha256('welcome'),
  );
  same('COMMIT, signed', cm);
  same('COMMIT, signature', X.sign(fill(32, 3), cm));
  same('record part 9, signed', X.cat('sotto record 2', acc, phone, X.u64(9), X.sha256(e1), X.sha256('payload')));
  const r = {
    id: range(0x40, 16),
    type: 1,
    name: '',
    mailbox: box,
    read_tag: tag,
    join_secret: range(0x90, 32),
    admins: [],
    timer: 0,
    replaces: Buffer.alloc(0),
    next: Buffer.alloc(0),
    pair: [fill(32, 10), fill(32, 11)],
    seats: [],
  };
  same('room (0xF0A1) of a pair', roomBytes(r));
  same(
    'sealed "hello", kind 0',
    X.outerSeal(range(0x11, 32), box, 7, 0, branch, Buffer.from('hello'), h('nonce of the outer layer')),
  );
  same('key of the bundle', X.hmac(r.join_secret, 'sotto bundle'));
  const c = h('content');
  same('id of the message', contentId(acc, r.id, c));
  const w0 = C.decode(h('word 0'));
  same('word 0, hash', wordHash(phone, w0[1], w0[2], w0[3], w0[5], w0[6]));
  const w1 = C.decode(h('word 1, an edit of it'));
  same('word 1, hash', wordHash(phone, w1[1], w1[2], w1[3], w1[5], w1[6]));
  same('word 1, an edit of it', C.encode(w1));
  same('drop secret', X.hmac(range(0x11, 32), 'sotto parcel drop').subarray(0, 16));
  const code = X.sha256('sotto pairing code 1', X.xpub(fill(32, 6))).subarray(0, 15);
  same('public key, SHA-256', X.sha256(X.xpub(fill(32, 6))));
  same('code, letters', X.b32(code).replaceAll('-', ''));
  if (bad.length) throw new Error(bad.join('; '));
  return n;
}
