import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decode, encode, type Effects, type Input } from '../../../web/src/shared/abi.gen.ts';
import { Reader, Writer } from '../../../web/src/shared/cbor.ts';
import { toHex } from '../../../web/src/shared/bytes.ts';

const bytes = (hex: string): Uint8Array => Uint8Array.from(hex.match(/../g) ?? [], (x) => Number.parseInt(x, 16));

test('heads are the shortest ones', () => {
  const cases: [number, string][] = [[0, '00'], [23, '17'], [24, '1818'], [255, '18ff'], [256, '190100'], [65535, '19ffff'], [65536, '1a00010000'], [4294967295, '1affffffff'], [4294967296, '1b0000000100000000'], [Number.MAX_SAFE_INTEGER, '1b001fffffffffffff']];
  for (const [n, hex] of cases) {
    const w = new Writer();
    w.uint(n);
    const out = w.finish();
    assert.equal(toHex(out), hex);
    assert.equal(new Reader(out).uint(), n);
  }
});

test('longer heads than needed are refused', () => {
  for (const hex of ['1817', '190018', '1900ff', '1a0000ffff', '1b00000000ffffffff', '1bffffffffffffffff', '1c', '1f']) assert.throws(() => new Reader(bytes(hex)).uint(), hex);
});

test('negative integers', () => {
  for (const [n, hex] of [[-1, '20'], [-24, '37'], [-25, '3818'], [-257, '390100']] as const) {
    const w = new Writer();
    w.int(n);
    const out = w.finish();
    assert.equal(toHex(out), hex);
    assert.equal(new Reader(out).int(), n);
  }
});

test('an input goes there and back', () => {
  const input: Input = { nowMs: 1795469252954, event: { kind: 'command', request: 7, op: { kind: 'op_send', chat: 3, text: 'héllo 🎉', replyTo: 0, mentions: [1, 300] } } };
  assert.deepEqual(decode('input', encode('input', input)), input);
});

test('optional fields and bytes', () => {
  const op = { kind: 'op_profile_set', name: 'A', picture: null } as const;
  assert.deepEqual(decode('op', encode('op', op)), op);
  const unlock = { kind: 'op_unlock', kindNumber: 1, secret: Uint8Array.of(1, 2, 3) } as const;
  assert.equal(toHex(encode('op', unlock)), '83030143010203');
  assert.deepEqual(decode('op', encode('op', unlock)), unlock);
});

test('effects decode, what is unknown at the end of a record is skipped', () => {
  // [[ [6, 5, "more", [1]] ]]: an alarm_set with two items of a later version
  const known: Effects = decode('effects', bytes('818184060564' + '6d6f7265' + '8101'));
  assert.deepEqual(known, { list: [{ kind: 'alarm_set', atMs: 5 }] });
});

test('damaged input is refused at every length', () => {
  const good = encode('input', { nowMs: 5, event: { kind: 'net_message', conn: 1, data: new Uint8Array(40) } });
  for (let n = 0; n < good.length; n++) assert.throws(() => decode('input', good.slice(0, n)));
  assert.throws(() => decode('input', Uint8Array.of(...good, 0)));
  assert.throws(() => decode('effects', bytes('8181820901')), /unknown/);
});

test('text must be UTF-8, depth is bounded', () => {
  assert.throws(() => new Reader(bytes('62c328')).tstr());
  assert.throws(() => new Reader(bytes('81'.repeat(40) + '00')).skip());
});

test('a writer keeps nothing of what it wrote', () => {
  const w = new Writer();
  w.bstr(new Uint8Array(300).fill(7));
  w.finish();
  assert.equal(toHex(w.finish()), '');
});
