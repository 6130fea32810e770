import assert from 'node:assert/strict';
import { webcrypto } from 'node:crypto';
import { test } from 'node:test';
import { accept, check, checkNote, isListed, type Result, type State } from '../../../sw/verify/accept.ts';
import { type Bytes, decimal, decode, encode, fromBase64, toBase64, toBase64url } from '../../../sw/verify/bytes.ts';
import { parseKey, splitNote, verifyNote } from '../../../sw/verify/note.ts';
import { includes } from '../../../sw/verify/proof.ts';
import { parseText } from '../../../sw/verify/text.ts';
import { parseTrust } from '../../../sw/verify/trust.ts';
import { VERDICTS } from '../../../sw/verify/verdict.ts';
import file from '../../vectors/sotto/release/cases.json';

globalThis.crypto ??= webcrypto as Crypto; // Node 18

type Text = string | { readonly base64: string };
interface Case {
  readonly name: string;
  readonly trust: number;
  readonly note: number;
  readonly recent: number;
  readonly first: number;
  readonly before: State | null;
  readonly now: number;
  readonly file?: { readonly path: string; readonly base64: string };
  readonly expect: Readonly<Record<string, string | number>>;
}
const texts = file.texts as readonly Text[];
const cases = file.cases as readonly Case[];

function bytesOf(base64: string): Bytes {
  return new Uint8Array(Buffer.from(base64, 'base64'));
}

/** As the loader and Guard read what came from the network. */
function textAt(at: number): string {
  const text = texts[at];
  assert.ok(text !== undefined, 'no such text');
  return typeof text === 'string' ? text : decode(bytesOf(text.base64));
}

function fieldsOf(r: Result): Record<string, unknown> {
  return { ...r, seq: r.text?.seq ?? 0, version: r.text?.version ?? '' };
}

async function judge(c: Case): Promise<Record<string, unknown>> {
  const trust = await parseTrust(textAt(c.trust));
  const evidence = { note: textAt(c.note), recent: textAt(c.recent), first: textAt(c.first) };
  const r = await accept(trust, c.before, evidence, c.now);
  if (r.verdict === 'ok' && c.file) {
    const listed = r.text?.files.get(c.file.path);
    if (!listed || !(await isListed(listed, bytesOf(c.file.base64)))) return { ...fieldsOf(r), verdict: 'file' };
  }
  return fieldsOf(r);
}

test('every case is judged as its file says', async () => {
  const wrong: string[] = [];
  for (const c of cases) {
    const got = await judge(c);
    for (const [name, want] of Object.entries(c.expect)) {
      if (got[name] !== want) wrong.push(`${c.name}: ${name} is ${got[name]}, not ${want}`);
    }
  }
  assert.deepEqual(wrong, []);
});

test('every verdict has a case', () => {
  const seen = new Set(cases.map((c) => c.expect['verdict']));
  assert.deepEqual(VERDICTS.filter((v) => !seen.has(v)), []);
  assert.equal(new Set(VERDICTS).size, VERDICTS.length);
});

test('the first checks alone, and without clock and history', async () => {
  const judged = new Set(VERDICTS.slice(VERDICTS.indexOf('rollback')));
  const proven = new Set(VERDICTS.slice(VERDICTS.indexOf('proof-format')));
  for (const c of cases.filter((x) => !x.name.includes('first proof'))) {
    const trust = await parseTrust(textAt(c.trust));
    const evidence = { note: textAt(c.note), recent: textAt(c.recent), first: '' };
    const verdict = VERDICTS.find((v) => v === c.expect['verdict']) ?? 'trust';
    assert.equal((await check(trust, evidence)).verdict, judged.has(verdict) ? 'ok' : verdict, c.name);
    assert.equal((await checkNote(trust, evidence)).verdict, proven.has(verdict) ? 'ok' : verdict, c.name);
  }
});

test('known answer of C2SP signed-note', async () => {
  const vkey = 'example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k';
  const line = '\u2014 example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n';
  const key = await parseKey(vkey, 1);
  assert.equal(key?.name, 'example.com/foo');
  assert.equal(key?.id, '530d903a');
  assert.equal(await parseKey(vkey, 4), null);
  const note = splitNote(`This is an example message.\n\n${line}`, 1000);
  assert.equal(key && note && (await verifyNote(note, key)), 0);
  const other = splitNote(`This is another message.\n\n${line}`, 1000);
  assert.equal(key && other && (await verifyNote(other, key)), null);
});

test('known answers of the tree', async () => {
  // Leaves and roots of RFC 6962's reference code; inclusion of the first two in a tree of 2, of the last in 3.
  const root = (hex: string): Bytes => new Uint8Array(Buffer.from(hex, 'hex'));
  const note = { text: '', signatures: [] };
  const one = root('6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d');
  const two = root('fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125');
  const three = root('aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77');
  const zero = root('96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7');
  const at = (size: number, rootHash: Bytes, index: number, hashes: Bytes[], entry: string): Promise<boolean> =>
    includes({ origin: '', size, root: rootHash, note }, { index, hashes, checkpoint: '' }, entry);
  assert.equal(await at(1, one, 0, [], ''), true);
  assert.equal(await at(2, two, 0, [zero], ''), true);
  assert.equal(await at(2, two, 1, [one], '\0'), true);
  assert.equal(await at(3, three, 2, [two], '\x10'), true);
  assert.equal(await at(2, two, 1, [one], ''), false);
  assert.equal(await at(3, three, 2, [two, one], '\x10'), false);
  assert.equal(await at(0, one, 0, [], ''), false);
});

test('texts of bytes have one form', () => {
  assert.deepEqual(fromBase64('AAEC/w=='), new Uint8Array([0, 1, 2, 255]));
  for (const bad of ['AAEC/w=', 'AAEC/w', 'AAEC_w==', 'AAEC/x==', ' AAEC/w==', 'AAEC /w==', 'AAE=C/w=', '=', '====', 'AAEC/w===']) assert.equal(fromBase64(bad), null, bad);
  assert.equal(toBase64(new Uint8Array([251, 255])), '+/8=');
  assert.equal(toBase64url(new Uint8Array([251, 255])), '-_8');
  assert.equal(decimal('9007199254740991'), 2 ** 53 - 1);
  for (const bad of ['', '-1', '+1', '01', '1.0', '1e3', '0x1', ' 1', '1 ', '9007199254740992', '٣']) assert.equal(decimal(bad), null, bad);
  assert.equal(decode(encode('\ufeffa')), '\ufeffa');
});

test('what is no UTF-8 has no format', async () => {
  for (const bytes of [[0xff], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xe2, 0x80], [0xf4, 0x90, 0x80, 0x80]]) {
    const text = decode(new Uint8Array(bytes));
    assert.notEqual(text, ''); // an empty text may mean that there is none
    assert.equal(splitNote(text, 1000), null);
    assert.equal(parseText(text), null);
    assert.equal(await parseTrust(text), null);
  }
});
