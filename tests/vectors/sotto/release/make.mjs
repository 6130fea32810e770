// Writes cases.json: releases with all that is said of them, and what a verifier must answer. wasm/release and sw/verify
// read the same file. Keys come from fixed seeds, so the file is the same every time; nothing of our verifiers is used.
//   node tests/vectors/sotto/release/make.mjs            writes it
//   node tests/vectors/sotto/release/make.mjs --check    compares
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { base64, base64url, checkpointText, leafHash, nodeHash, note, pathOf, proofText, rootOf, sha256, signed, signer } from './forge.mjs';

const NOW = 1_800_000_000;
const DAY = 86_400;

const m1 = signer('sotto.example/release/1');
const m2 = signer('sotto.example/release/2');
const m3 = signer('sotto.example/release/3');
const log = signer('sotto.example/log');
const w1 = signer('witness-1.example/w', 4);
const w2 = signer('witness-2.example/w', 4);
const w3 = signer('witness-3.example/w', 4);
const w4 = signer('witness-4.example/w', 4);
const stranger = signer('stranger.example/key');
const strangeWitness = signer('stranger.example/witness', 4);

/**
 * A proof that the note stands at `index` of a log of `size` entries. edit.*: what is wrong with it.
 * witnesses: pairs of key and time.
 */
function prove(entry, { index = 19, size = 20, witnesses, logKeys = [log], origin = log.name, text, hashes, at = index, checkpoint, lines = [] } = {}) {
  const all = Array.from({ length: size }, (_, i) => leafHash(i === index ? entry : `entry ${i}`));
  const head = text ?? checkpointText(origin, size, rootOf(all));
  const cosigned = witnesses.map(([w, time]) => w.sign(head, time));
  const path = pathOf(index, all);
  return proofText(at, hashes ? hashes(path) : path, checkpoint ? checkpoint(head) : note(head, ...logKeys.map((k) => k.sign(head)), ...cosigned, ...lines.map((f) => f(head))));
}

const RECENT = [[w1, NOW - 3600], [w2, NOW - 1800], [w3, NOW - 600]];
const FIRST = [[w1, NOW - 200_000], [w2, NOW - 190_000], [w3, NOW - 180_000]];

// --- texts ---

const hashOf = (label) => base64url(sha256(label));
const LOADER = hashOf('loader');
const sortedHashes = ['wasm 1', 'wasm 2'].map(hashOf).sort();
const FIELDS = {
  head: 'sotto-release/v1', line: 'line sotto.example/web', version: 'version 0.7.0', seq: 'seq 31', prev: `prev ${hashOf('30')}`,
  commit: `commit ${'c0ffee00'.repeat(5)}`, toolchain: `toolchain ${sha256('toolchain').toString('hex')}`, loader: `loader ${LOADER}`,
  csp: "csp default-src 'none'; script-src 'sha256-x' 'wasm-unsafe-eval'; connect-src 'self' wss:",
  wasm: sortedHashes.map((h) => `wasm ${h}`).join('\n'),
  files: [`file / 998 ${hashOf('index')} text/html`, `file /app.0123456789ab.js 200000 ${hashOf('app')} text/javascript`, `file /core.0123456789ab.wasm 900000 ${hashOf('core')} application/wasm`].join('\n'),
};
const release = (fields = {}) => `${Object.values({ ...FIELDS, ...fields }).filter((l) => l !== null).join('\n')}\n`;
const TEXT = release();
const NOTE = signed(TEXT, m1, m2);
const textHash = (text) => base64url(sha256(text));

const TRUST = {
  head: 'sotto-trust/v1', line: 'line sotto.example/web', release: [m1, m2, m3].map((m) => `release ${m.vkey}`).join('\n'), threshold: 'threshold 2', log: `log ${log.vkey} https://log.example/sotto`,
  witnesses: [w1, w2, w3].map((w, i) => `witness w${i + 1} ${w.vkey}${i === 1 ? '' : ` https://w${i + 1}.example`}`).join('\n'), groups: 'group g 2 w1 w2 w3', quorum: 'quorum g',
};
const trust = (lines = {}) => `${Object.values({ ...TRUST, ...lines }).filter((l) => l !== null).join('\n')}\n`;

const cases = [];
const GOOD = { seq: 31, version: '0.7.0', hash: textHash(TEXT), signed: 2, index: 19, size: 20, witnesses: 3, recentTime: NOW - 1800, firstTime: NOW - 190_000 };
/** What is not named is that of a good release, two signatures, two proofs, three witnesses. */
function add(name, verdict, { trust: t = trust(), note: n = NOTE, recent, first, before = null, now = NOW, file } = {}, expect = undefined) {
  // A note that is refused gets the proofs of the good one, which keeps the file small.
  const entry = typeof n !== 'string' || verdict === 'note-format' ? NOTE : n;
  const make = (p, usual) => (typeof p === 'string' || p?.base64 ? p : prove(entry, { witnesses: usual, ...p }));
  const fields = expect ?? (verdict === 'ok' ? { ...GOOD, hash: undefined } : {});
  cases.push({ name, trust: t, note: n, recent: make(recent, RECENT), first: make(first, FIRST), before, now, ...(file ? { file } : {}), expect: { verdict, ...JSON.parse(JSON.stringify(fields)) } });
}
const bytes = (...parts) => ({ base64: base64(Buffer.concat(parts.map((p) => Buffer.from(p)))) });
const badText = (name, fields) => add(`note: ${name}`, 'note-format', { note: signed(release(fields), m1, m2) });
const goodText = (name, fields, expect = {}) => add(`note: ${name}`, 'ok', { note: signed(release(fields), m1, m2) }, { ...GOOD, hash: textHash(release(fields)), ...expect });

// --- accepted ---

add('two of three, first proof older than a day', 'ok', {}, GOOD);
add('all maintainers signed: no first proof, no cooling', 'ok', { note: signed(TEXT, m1, m2, m3), first: '' }, { ...GOOD, signed: 3, firstTime: NOW - 1800 });
add('all maintainers signed: a first proof is not even read', 'ok', { note: signed(TEXT, m1, m2, m3), first: 'nonsense' }, { ...GOOD, signed: 3, firstTime: NOW - 1800 });
add('the recent proof is the first one, and a day old', 'ok', { recent: { witnesses: FIRST }, first: '' }, { ...GOOD, recentTime: NOW - 190_000 });
add('signatures of the other two', 'ok', { note: signed(TEXT, m3, m1) });
add('unknown keys are passed over', 'ok', { note: note(TEXT, stranger.sign(TEXT), m1.sign(TEXT), stranger.lie(TEXT), m2.sign(TEXT), signer(m3.name, 1, 'impostor').sign(TEXT)) });
add('a known name with another key id is an unknown key', 'ok', { note: note(TEXT, m1.sign(TEXT), m2.sign(TEXT), `\u2014 ${m3.name} ${base64(Buffer.alloc(68, 7))}\n`) });
add('unknown witnesses are passed over', 'ok', { recent: { lines: [(t) => strangeWitness.sign(t, NOW), (t) => w4.lie(t, NOW)] } });
add('a key of another kind in the note is unknown', 'ok', { note: note(TEXT, m1.sign(TEXT), m2.sign(TEXT), w1.sign(TEXT, NOW)) });
add('an ML-DSA cosignature is an unknown key', 'ok', { recent: { lines: [() => `\u2014 pq.example ${base64(Buffer.alloc(4 + 8 + 2420, 6))}\n`] } });
{
  const many = Array.from({ length: 62 }, (_, i) => signer(`many.example/${i}`));
  add('64 signatures in a note', 'ok', { note: note(TEXT, ...many.map((k) => k.sign(TEXT)), m1.sign(TEXT), m2.sign(TEXT)) });
  add('65 signatures in a note', 'note-format', { note: note(TEXT, ...many.map((k) => k.sign(TEXT)), m1.sign(TEXT), m2.sign(TEXT), stranger.sign(TEXT)) });
  add('16 signatures in a checkpoint', 'ok', { recent: { lines: many.slice(0, 12).map((k) => k.sign) } });
  add('64 signatures in a checkpoint', 'ok', { recent: { lines: many.slice(0, 60).map((k) => k.sign) } });
  add('65 signatures in a checkpoint', 'checkpoint-format', { recent: { lines: many.slice(0, 61).map((k) => k.sign) } });
}
add('first installation, whatever its number', 'ok', { before: null });
add('a witness signed twice: its newest time', 'ok', { recent: { lines: [(t) => w1.sign(t, NOW - 60)] } }, { ...GOOD, recentTime: NOW - 600 });
add('a key signed twice, right both times', 'ok', { note: signed(TEXT, m1, m1, m2) });
for (const [index, size] of [[0, 1], [0, 2], [1, 2], [2, 3], [6, 7], [7, 8], [8, 9], [0, 64], [63, 64], [64, 65], [32, 65]]) {
  add(`entry ${index} of ${size}`, 'ok', { recent: { index, size: index + 1 }, first: { index, size } }, { ...GOOD, index, size: index + 1 });
}

// --- trust ---

const badTrust = (name, lines) => add(`trust: ${name}`, 'trust', { trust: typeof lines === 'string' ? lines : trust(lines) });
const goodTrust = (name, lines, expect = {}, more = {}) => add(`trust: ${name}`, 'ok', { trust: trust(lines), ...more }, { ...GOOD, ...expect });
const vkeys = (keys) => keys.map((k) => `release ${k.vkey}`).join('\n');
const mldsa = (name, n, kind = 6) => {
  const key = Buffer.concat([Buffer.from([kind]), Buffer.alloc(n, 5)]);
  return `${name}+${sha256(name, '\n', key).subarray(0, 4).toString('hex')}+${base64(key)}`;
};
badTrust('empty', '');
badTrust('no line ending at the end', trust().slice(0, -1));
badTrust('an empty line at the end', `${trust()}\n`);
badTrust('another line at the end', `${trust()}quorum g\n`);
badTrust('CRLF', trust().replaceAll('\n', '\r\n'));
badTrust('a byte order mark', `\ufeff${trust()}`);
badTrust('another version', { head: 'sotto-trust/v2' });
for (const name of ['head', 'line', 'release', 'threshold', 'log', 'witnesses', 'groups', 'quorum']) badTrust(`no ${name}`, { [name]: null });
badTrust('a line with two fields', { line: 'line a b' });
badTrust('a line with a space at the end', { line: `${TRUST.line} ` });
badTrust('an address with a space at the end', { log: `${TRUST.log} ` });
badTrust('a quorum with a space at the end', { quorum: 'quorum g ' });
for (const [name, word] of [['line', 'line'], ['release', 'release'], ['threshold', 'threshold'], ['log', 'log'], ['witnesses', 'witness'], ['groups', 'group'], ['quorum', 'quorum']]) badTrust(`only the word ${word}`, { [name]: word });
badTrust('a line with no field', { line: 'line ' });
badTrust('a line beyond ASCII', { line: 'line b\u00e9' });
badTrust('two spaces', { threshold: 'threshold  2' });
badTrust('a space at the end', { threshold: 'threshold 2 ' });
badTrust('a tab', { threshold: 'threshold\t2' });
badTrust('threshold 0', { threshold: 'threshold 0' });
badTrust('threshold above the number of keys', { threshold: 'threshold 4' });
badTrust('threshold with a leading zero', { threshold: 'threshold 02' });
badTrust('threshold with a sign', { threshold: 'threshold +2' });
badTrust('a huge threshold', { threshold: 'threshold 99999999999999999999' });
badTrust('a threshold that wraps in 32 bits', { threshold: 'threshold 4294967298' });
badTrust('17 release keys', { release: vkeys(Array.from({ length: 17 }, (_, i) => signer(`r${i}`))) });
goodTrust('16 release keys', { release: vkeys([m1, m2, ...Array.from({ length: 14 }, (_, i) => signer(`r${i}`))]) });
badTrust('a release key with an address', { release: `release ${m1.vkey} https://x\nrelease ${m2.vkey}` });
badTrust('a release key twice', { release: vkeys([m1, m2, m1]) });
badTrust('one key under two names', { release: vkeys([m1, m2, signer('other', 1, m1.name)]) });
badTrust('two keys under one name', { release: vkeys([m1, m2, signer(m1.name, 1, 'other')]) });
badTrust('a release key is the log', { release: vkeys([m1, m2, log]) });
badTrust('a witness is the log by name', { witnesses: `witness w1 ${signer(log.name, 4, 'x').vkey}\nwitness w2 ${w2.vkey}\nwitness w3 ${w3.vkey}` });
badTrust('a witness is a maintainer by key', { witnesses: `witness w1 ${signer('y', 4, m1.name).vkey}\nwitness w2 ${w2.vkey}\nwitness w3 ${w3.vkey}` });
badTrust('a witness of kind 1', { witnesses: TRUST.witnesses.replace(w1.vkey, signer('z').vkey) });
badTrust('a release key of kind 4', { release: vkeys([m1, m2, w4]) });
badTrust('a log of kind 4', { log: `log ${w4.vkey}` });
badTrust('a log with two addresses', { log: `log ${log.vkey} https://a https://b` });
badTrust('an address beyond ASCII', { log: `log ${log.vkey} https://\u00e9` });
goodTrust('a log without an address', { log: `log ${log.vkey}` });
badTrust('an ML-DSA-44 witness', { witnesses: `${TRUST.witnesses}\nwitness w4 ${mldsa('pq.example', 1312)}` });
badTrust('an ML-DSA-44 release key', { release: `${TRUST.release}\nrelease ${mldsa('pq.example', 1312)}` });
badTrust('kind 2', { release: `${TRUST.release}\nrelease ${mldsa('two.example', 32, 2)}` });
badTrust('a key one byte short', { release: `${TRUST.release}\nrelease ${mldsa('short.example', 31, 1)}` });
badTrust('a key one byte long', { release: `${TRUST.release}\nrelease ${mldsa('long.example', 33, 1)}` });
badTrust('a key id that is not the key\'s', { log: `log ${log.vkey.replace(/\+[0-9a-f]{8}\+/, '+00000000+')}` });
badTrust('a key id in upper case', { log: `log ${log.vkey.replace(/\+[0-9a-f]{8}\+/, (id) => id.toUpperCase())}` });
badTrust('a key id of 7 digits', { log: `log ${log.vkey.replace(/\+[0-9a-f]([0-9a-f]{7})\+/, '+$1+')}` });
badTrust('a key without padding', { log: `log ${mldsa('pad.example', 31, 1).replace(/=+$/, '')}` });
badTrust('a key in base64url', { release: `${TRUST.release}\nrelease ${mldsa('url.example', 32, 1).replace(/\+[^+]*$/, (k) => `+${k.slice(1).replaceAll('+', '-').replaceAll('/', '_')}`).replace(/.$/, '_')}` });
badTrust('a name with a plus', { log: `log a+b${log.vkey}` });
badTrust('an empty name', { log: `log ${mldsa('', 32, 1)}` });
for (const [name, text] of [['a no-break space', 'a\u00a0b'], ['a line separator', 'a\u2028b'], ['an ideographic space', 'a\u3000b'], ['a next line', 'a\u0085b'], ['an ogham space', 'a\u1680b'], ['an en quad', 'a\u2000b'], ['a hair space', 'a\u200ab'], ['a byte order mark', 'a\ufeffb'], ['a bell', 'a\u0007b']]) {
  badTrust(`a key name with ${name}`, { release: vkeys([m1, m2, signer(text)]) });
}
for (const [name, text] of [['a zero width space', 'a\u200bb'], ['a Mongolian vowel separator', 'a\u180eb'], ['a delete', 'a\u007fb'], ['C1 controls', 'a\u0080\u0084\u0086\u009fb'], ['an em dash', '\u2014'], ['astral letters', '\u{1f600}\u{10ffff}'], ['255 bytes', 'n'.repeat(255)], ['255 bytes of UTF-8', '\u00e9'.repeat(127) + 'n']]) {
  goodTrust(`a key name with ${name}`, { release: vkeys([m1, signer(text), m3]) }, {}, { note: signed(TEXT, m1, signer(text)) });
}
badTrust('a key name of 256 bytes', { release: vkeys([m1, m2, signer('n'.repeat(256))]) });
badTrust('a key name of 256 bytes of UTF-8', { release: vkeys([m1, m2, signer('\u00e9'.repeat(128))]) });
add('trust: not UTF-8', 'trust', { trust: bytes(trust({ line: 'line ' }).slice(0, 20), [0xff], trust().slice(20)) });
add('trust: a key name that is not UTF-8', 'trust', { trust: bytes(`${trust().slice(0, trust().indexOf('threshold'))}release a`, [0xc0, 0x80], `b+00000000+AAAA\n${trust().slice(trust().indexOf('threshold'))}`) });
{
  const fill = (n) => trust({ log: `log ${log.vkey} h${'t'.repeat(n)}` });
  const at = 8192 - Buffer.byteLength(fill(0));
  add('trust: 8,192 bytes', 'ok', { trust: fill(at) });
  add('trust: 8,193 bytes', 'trust', { trust: fill(at + 1) });
}

// --- groups and quorums ---

const four = [w1, w2, w3, w4].map((w, i) => `witness w${i + 1} ${w.vkey}`).join('\n');
const seen = (...times) => times.flatMap((t, i) => (t === null ? [] : [[[w1, w2, w3, w4][i], NOW - t]]));
const lists = (witnesses, groups, quorum) => trust({ witnesses, groups, quorum: `quorum ${quorum}` });
const old = FIRST.concat([[w4, NOW - 170_000]]);
function quorum(name, groups, q, recent, want, firstWant = undefined) {
  const shown = { witnesses: seen(...recent) };
  add(`quorum: ${name}`, want === null ? 'quorum' : 'ok', { trust: lists(four, groups, q), recent: shown, first: { witnesses: old } },
    want === null ? { signed: 2, index: 0, witnesses: 0, recentTime: 0 } : { ...GOOD, witnesses: shown.witnesses.length, recentTime: NOW - want, ...(firstWant ? { firstTime: NOW - firstWant } : {}) });
}
quorum('one witness by name', null, 'w1', [50, null, null, null], 50, 200_000);
quorum('one witness by name, others do not help', null, 'w1', [null, 1, 2, 3], null);
quorum('any', 'group g any w1 w2', 'g', [null, 70, null, null], 70, 200_000);
quorum('any, the newest counts', 'group g any w1 w2', 'g', [90, 70, null, null], 70, 200_000);
quorum('any, of none', 'group g any w1 w2', 'g', [null, null, 5, 5], null);
quorum('all', 'group g all w1 w2 w3', 'g', [30, 20, 10, null], 30, 180_000);
quorum('all, but one', 'group g all w1 w2 w3', 'g', [30, 20, null, 10], null);
quorum('3 of 4', 'group g 3 w1 w2 w3 w4', 'g', [null, 20, 40, 10], 40, 180_000);
quorum('3 of 4, only 2', 'group g 3 w1 w2 w3 w4', 'g', [null, null, 40, 10], null);
quorum('nested: any of two pairs', 'group a all w1 w2\ngroup b all w3 w4\ngroup g any a b', 'g', [null, null, 15, 25], 25, 190_000);
quorum('nested: both groups', 'group a any w1 w2\ngroup b any w3 w4\ngroup g all a b', 'g', [15, null, null, 25], 25, 180_000);
quorum('nested: one group short', 'group a any w1 w2\ngroup b any w3 w4\ngroup g all a b', 'g', [15, 15, null, null], null);
quorum('nested: groups beside witnesses', 'group a all w1 w2\ngroup g 2 a w3 w4', 'g', [15, 35, 25, null], 35, 180_000);
quorum('nested three deep', 'group a all w1 w2\ngroup b any a w3\ngroup g all b w4', 'g', [null, null, 5, 6], 6, 170_000);
quorum('a witness in two groups', 'group a all w1 w2\ngroup b all w2 w3\ngroup g any a b', 'g', [null, 5, 6, null], 6, 190_000);
quorum('a group that is not the quorum', 'group a all w1 w2 w3 w4\ngroup g any w1', 'g', [5, null, null, null], 5, 200_000);
add('quorum: none: nobody says how long it has been there', 'cooling', { trust: lists(TRUST.witnesses, TRUST.groups, 'none') }, { ...GOOD, recentTime: 0, firstTime: 0 });
add('quorum: none, all maintainers signed', 'ok', { trust: lists(null, null, 'none'), note: signed(TEXT, m1, m2, m3), recent: { witnesses: [] } }, { ...GOOD, signed: 3, witnesses: 0, recentTime: 0, firstTime: 0 });
add('quorum: none, all signed, witnesses are counted still, and no clock is asked', 'ok', { trust: lists(TRUST.witnesses, null, 'none'), note: signed(TEXT, m1, m2, m3), now: 5 }, { ...GOOD, signed: 3, recentTime: 0, firstTime: 0 });
for (const [name, groups, q = 'g'] of [
  ['k is 0', 'group g 0 w1 w2'], ['k is more than there are', 'group g 3 w1 w2'], ['k with a leading zero', 'group g 01 w1'], ['k is a word', 'group g some w1'], ['k wraps in 32 bits', 'group g 4294967297 w1'],
  ['no members', 'group g any'], ['no members but a space', 'group g any '], ['no rule', 'group g'], ['an unknown member', 'group g any w1 w9'], ['a member twice', 'group g 2 w1 w1'],
  ['itself', 'group g any g'], ['a later group', 'group g any b\ngroup b any w1'], ['a group twice as member', 'group a any w1\ngroup g 2 a a'], ['a name twice', 'group g any w1\ngroup g any w2'],
  ['the name of a witness', 'group w1 any w2', 'w1'], ['the name none', 'group none any w1', 'none'], ['none as member', 'group g any none'], ['two spaces', 'group g any w1  w2'], ['a space at the end', 'group g any w1 '],
  ['a name beyond ASCII', 'group \u00e9 any w1', 'w1'], ['an unknown quorum', null, 'g'], ['two quorums', null, 'w1 w2'], ['an empty quorum', null, ''],
  ['17 groups', `${Array.from({ length: 16 }, (_, i) => `group g${i} any w1`).join('\n')}\ngroup g any w1`],
]) {
  badTrust(`group: ${name}`, { witnesses: four, groups, quorum: `quorum ${q}` });
}
add('quorum: 16 groups, each in the next', 'ok', { trust: lists(four, `${Array.from({ length: 15 }, (_, i) => `group g${i} all w1 ${i ? `g${i - 1}` : 'w2'}`).join('\n')}\ngroup g any g14`, 'g') }, { ...GOOD, recentTime: NOW - 3600, firstTime: NOW - 190_000 });
{
  const wide = Array.from({ length: 17 }, (_, i) => signer(`wide-${i}.example`, 4));
  const listed = (n) => wide.slice(0, n).map((w, i) => `witness x${i} ${w.vkey}`).join('\n');
  const all = (n) => `group g all ${Array.from({ length: n }, (_, i) => `x${i}`).join(' ')}`;
  const by = (n, t) => ({ witnesses: wide.slice(0, n).map((w, i) => [w, NOW - t - i]) });
  add('quorum: all of 16 witnesses', 'ok', { trust: lists(listed(16), all(16), 'g'), recent: by(16, 100), first: by(16, 100_000) }, { ...GOOD, witnesses: 16, recentTime: NOW - 115, firstTime: NOW - 100_000 });
  add('quorum: 15 of 16 witnesses', 'quorum', { trust: lists(listed(16), all(16), 'g'), recent: by(15, 100), first: by(16, 100_000) });
  const most = { release: vkeys([m1, m2, ...Array.from({ length: 14 }, (_, i) => signer(`r${i}`))]), witnesses: listed(16), groups: `${Array.from({ length: 15 }, (_, i) => `group h${i} any x${i}`).join('\n')}\n${all(16)}` };
  add('quorum: as many keys, witnesses and groups as there may be', 'ok', { trust: trust(most), recent: by(16, 100), first: by(16, 100_000) }, { ...GOOD, witnesses: 16, recentTime: NOW - 115, firstTime: NOW - 100_000 });
  badTrust('as many as there may be, the last one twice', { ...most, witnesses: `${listed(15)}\nwitness x15 ${wide[14].vkey}` });
  badTrust('17 witnesses', { witnesses: listed(17), groups: all(16) });
}
for (const [name, witnesses] of [
  ['two witnesses of one name', four.replace('w2', 'w1')], ['a witness named none', four.replace('w4', 'none')], ['a witness without a key', `${four}\nwitness w5`], ['a witness name beyond ASCII', four.replace('w4', '\u00e9')], ['one key as two witnesses', `${four}\nwitness w5 ${w1.vkey}`], ['one witness key under two names', `${four}\nwitness w5 ${signer('w5.example', 4, w1.name).vkey}`],
]) {
  badTrust(name, { witnesses });
}

// --- the note ---

const lines = (f) => f(signed(TEXT, m1, m2));
for (const [name, n] of [
  ['empty', ''], ['no signatures', `${TEXT}\n`], ['no empty line', TEXT + m1.sign(TEXT) + m2.sign(TEXT)], ['only a text', TEXT], ['no line ending at the end', NOTE.slice(0, -1)], ['an empty line at the end', `${NOTE}\n`],
  ['two empty lines', lines((n) => n.replace('\n\n', '\n\n\n'))], ['CRLF', NOTE.replaceAll('\n', '\r\n')], ['a byte order mark', `\ufeff${NOTE}`], ['a NUL', NOTE.replace('0.7.0', '0.7.0\0')], ['a NUL in a signature line', NOTE.replace(/=\n$/, '=\0\n')],
  ['a tab in the text', NOTE.replace('line ', 'line\t')], ['a hyphen for the dash', NOTE.replaceAll('\u2014', '-')], ['an en dash for the dash', NOTE.replaceAll('\u2014', '\u2013')], ['two spaces after the dash', NOTE.replace('\u2014 ', '\u2014  ')],
  ['no space after the name', NOTE.replace(`${m1.name} `, m1.name)], ['two spaces after the name', NOTE.replace(`${m1.name} `, `${m1.name}  `)], ['a space at the end of a line', NOTE.replace(/\n$/, ' \n')], ['a third field', NOTE.replace(/\n$/, ' x\n')],
  ['a comment between the signatures', NOTE.replace('\n\u2014 sotto.example/release/2', '\nhello\n\u2014 sotto.example/release/2')],
  ['a name with a plus', note(TEXT, m1.sign(TEXT), m2.sign(TEXT), `\u2014 a+b ${base64(Buffer.alloc(68))}\n`)], ['a name with a no-break space', note(TEXT, m1.sign(TEXT), m2.sign(TEXT), `\u2014 a\u00a0b ${base64(Buffer.alloc(68))}\n`)],
  ['an empty name', note(TEXT, m1.sign(TEXT), m2.sign(TEXT), `\u2014  ${base64(Buffer.alloc(68))}\n`)], ['a name of 256 bytes', note(TEXT, m1.sign(TEXT), m2.sign(TEXT), `\u2014 ${'n'.repeat(256)} ${base64(Buffer.alloc(68))}\n`)],
  ['a signature without base64', note(TEXT, m1.sign(TEXT), m2.sign(TEXT), '\u2014 x \n')], ['a signature of 4 bytes', note(TEXT, m1.sign(TEXT), m2.sign(TEXT), `\u2014 x ${base64(Buffer.alloc(4))}\n`)],
  ['base64 without padding', NOTE.replaceAll('=\n', '\n')], ['base64 with too much padding', note(TEXT, m1.sign(TEXT), m2.sign(TEXT), '\u2014 x AAAAAA=====\n')], ['padding in the middle', note(TEXT, m1.sign(TEXT), m2.sign(TEXT), '\u2014 x AAA=AAAAAAAA\n')],
  ['base64 with bits left over', note(TEXT, m1.sign(TEXT), m2.sign(TEXT), '\u2014 x AAAAAAAAAAB=\n')], ['base64url in a signature', note(TEXT, m1.sign(TEXT), m2.sign(TEXT), '\u2014 x AAAA-_AA\n')], ['only padding', note(TEXT, m1.sign(TEXT), m2.sign(TEXT), '\u2014 x ====\n')],
]) {
  add(`note: ${name}`, 'note-format', { note: n });
}
add('note: a signature of 5 bytes of an unknown key', 'ok', { note: note(TEXT, m1.sign(TEXT), m2.sign(TEXT), '\u2014 x AAAAAAA=\n') });
add('note: not UTF-8 in the text', 'note-format', { note: bytes(TEXT.slice(0, 40), [0xff], TEXT.slice(41), '\n', m1.sign(TEXT)) });
add('note: not UTF-8 in a name', 'note-format', { note: bytes(NOTE, '\u2014 a', [0xe2, 0x80], `b ${base64(Buffer.alloc(68))}\n`) });
add('note: an encoded surrogate in a name', 'note-format', { note: bytes(NOTE, '\u2014 a', [0xed, 0xa0, 0x80], `b ${base64(Buffer.alloc(68))}\n`) });
{
  // One line of a kind that nobody here has, as large as it can be.
  const long = (n) => `${signed(TEXT, m1, m2)}\u2014 long ${base64(Buffer.alloc(n, 1))}\n`;
  let n = 45_000;
  while (Buffer.byteLength(long(n + 3)) <= 65_535) n += 3;
  const pad = 65_535 - Buffer.byteLength(long(n));
  const full = long(n).replace('\u2014 long', `\u2014 long${'x'.repeat(pad)}`);
  add('note: 65,535 bytes', 'ok', { note: full });
  add('note: 65,536 bytes', 'note-format', { note: full.replace('\u2014 long', '\u2014 longx') });
}
// Fields of the text.
badText('another version', { head: 'sotto-release/v2' });
for (const name of ['head', 'line', 'version', 'seq', 'prev', 'commit', 'toolchain', 'loader', 'csp', 'files']) badText(`no ${name}`, { [name]: null });
badText('fields in another order', { version: FIELDS.seq, seq: FIELDS.version });
badText('a field twice', { version: `${FIELDS.version}\n${FIELDS.version}` });
badText('an unknown field', { loader: `${FIELDS.loader}\nzebra 1` });
badText('something after the files', { files: `${FIELDS.files}\nzebra 1` });
badText('wasm after the files', { wasm: null, files: `${FIELDS.files}\n${FIELDS.wasm}` });
badText('an empty line in the text', { files: `${FIELDS.files}\n` });
for (const [field, values] of Object.entries({
  line: ['', 'a b', ' a', 'a ', '\u00e9', 'a\u007f'], version: ['', '0 7', '0_7', '0.7\u00e9', 'v'.repeat(65), '0.7 '], seq: ['', '0', '031', '-31', '+31', '31.0', '9007199254740992', '99999999999999999', '0x1f', ' 31', '31 '],
  prev: ['', '-', hashOf('30').slice(1), `${hashOf('30')}A`, `${hashOf('30').slice(0, -1)}B`, hashOf('30').replace(/.$/, '='), '+'.repeat(43)], commit: ['', 'c0ffee', 'C0FFEE00'.repeat(5), 'c0ffee00'.repeat(6), 'g0ffee00'.repeat(5), 'c0ffee00'.repeat(9)],
  toolchain: ['', 'ab'.repeat(31), 'AB'.repeat(32), 'xy'.repeat(32), 'ab'.repeat(33)], loader: ['', LOADER.slice(1), `${LOADER}=`, '-', `${LOADER} `],
  csp: ['', "default-src 'self'", "default-src 'none'", "default-src 'none';", "default-src 'none'; ", "default-src 'none'; a ", "default-src 'none'; a, b", "default-src 'none'; \u00e9", " default-src 'none'; a", "Default-src 'none'; a", "default-src 'none'; a\u007f"],
})) {
  for (const value of values) badText(`${field}: ${JSON.stringify(value)}`, { [field]: `${field} ${value}` });
}
goodText('seq 1 has no predecessor', { seq: 'seq 1', prev: 'prev -' }, { seq: 1 });
badText('seq 1 with a predecessor', { seq: 'seq 1' });
goodText('the last number', { seq: 'seq 9007199254740991' }, { seq: 9007199254740991 });
goodText('a commit of 64 digits', { commit: `commit ${'c0ffee00'.repeat(8)}` });
goodText('a version of 64 letters', { version: `version ${'9.a-Z+'.repeat(10)}abcd` }, { version: `${'9.a-Z+'.repeat(10)}abcd` });
goodText('the shortest policy', { csp: "csp default-src 'none'; a" });
goodText('no modules', { wasm: null });
goodText('8 modules', { wasm: Array.from({ length: 8 }, (_, i) => hashOf(`m${i}`)).sort().map((h) => `wasm ${h}`).join('\n') });
badText('9 modules', { wasm: Array.from({ length: 9 }, (_, i) => hashOf(`m${i}`)).sort().map((h) => `wasm ${h}`).join('\n') });
badText('modules not sorted', { wasm: [...sortedHashes].reverse().map((h) => `wasm ${h}`).join('\n') });
badText('a module twice', { wasm: `wasm ${sortedHashes[0]}\nwasm ${sortedHashes[0]}` });
badText('a module without a hash', { wasm: 'wasm' });
badText('a module with two fields', { wasm: `wasm ${sortedHashes[0]} x` });
const h = hashOf('f');
const index = `file / 998 ${h} text/html`;
for (const [name, files] of [
  ['no index', `file /app.js 1 ${h} text/javascript`], ['not sorted', `file /b 1 ${h} a/b\nfile /a 1 ${h} a/b`], ['index not first', `file /a 1 ${h} a/b\n${index}`], ['one twice', `${index}\nfile /a 1 ${h} a/b\nfile /a 1 ${h} a/b`],
  ['not sorted by bytes', `${index}\nfile /a 1 ${h} a/b\nfile /B 1 ${h} a/b`], ['a folder', `${index}\nfile /a/b 1 ${h} a/b`], ['a path that climbs', `${index}\nfile /.. 1 ${h} a/b`], ['a hidden file', `${index}\nfile /.a 1 ${h} a/b`], ['no slash', `${index}\nfile a 1 ${h} a/b`],
  ['a path that begins with a dash', `${index}\nfile /-a 1 ${h} a/b`], ['a query', `${index}\nfile /a?b 1 ${h} a/b`], ['a percent sign', `${index}\nfile /a%2fb 1 ${h} a/b`], ['an empty path', `${index}\nfile  1 ${h} a/b`], ['only a path', `${index}\nfile /a`], ['no size', `${index}\nfile /a ${h} a/b`],
  ['a huge file', `${index}\nfile /a 67108865 ${h} a/b`], ['a size with a leading zero', `${index}\nfile /a 01 ${h} a/b`], ['a negative size', `${index}\nfile /a -1 ${h} a/b`], ['a size that wraps', `${index}\nfile /a 18446744073709551617 ${h} a/b`], ['no hash', `${index}\nfile /a 1 a/b`], ['a short hash', `${index}\nfile /a 1 ${h.slice(1)} a/b`], ['a padded hash', `${index}\nfile /a 1 ${h}= a/b`],
  ['no type', `${index}\nfile /a 1 ${h}`], ['an empty type', `${index}\nfile /a 1 ${h} `], ['half a type', `${index}\nfile /a 1 ${h} text`], ['a type without an end', `${index}\nfile /a 1 ${h} text/`], ['a type without a beginning', `${index}\nfile /a 1 ${h} /html`], ['a type in upper case', `${index}\nfile /a 1 ${h} Text/html`], ['a type with a parameter', `${index}\nfile /a 1 ${h} text/html; charset=utf-8`], ['a type with two slashes', `${index}\nfile /a 1 ${h} a/b/c`], ['a digit before the slash', `${index}\nfile /a 1 ${h} a1/b`], ['a field more', `${index}\nfile /a 1 ${h} a/b c`],
  ['65 of them', Array.from({ length: 65 }, (_, i) => (i ? `file /f${String(i).padStart(2, '0')} 1 ${h} a/b` : index)).join('\n')],
]) {
  badText(`files: ${name}`, { files });
}
goodText('64 files', { files: Array.from({ length: 64 }, (_, i) => (i ? `file /f${String(i).padStart(2, '0')} 1 ${h} a/b` : index)).join('\n') });
goodText('the largest file, and an empty one', { files: `${index}\nfile /A.b_c-9 67108864 ${h} application/x+y.z-1\nfile /a 0 ${h} a.b+c-/d9\nfile /a. 0 ${h} a/b` });

// --- signatures (A22) ---

add('A22: one of two signatures', 'threshold', { note: signed(TEXT, m1) }, { seq: 31, signed: 1, index: 0, witnesses: 0 });
add('A22: one key twice counts once', 'threshold', { note: signed(TEXT, m1, m1) }, { signed: 1 });
add('A22: unknown keys do not count', 'threshold', { note: signed(TEXT, m1, stranger, signer('other')) }, { signed: 1 });
add('A22: only unknown keys', 'threshold', { note: signed(TEXT, stranger) }, { signed: 0 });
add('A22: the log is no maintainer', 'threshold', { note: signed(TEXT, m1, log) }, { signed: 1 });
add('A22: a known key that does not verify, beside enough that do', 'release-signature', { note: note(TEXT, m1.sign(TEXT), m2.sign(TEXT), m3.lie(TEXT)) }, { seq: 31, signed: 0 });
add('A22: right and wrong by one key', 'release-signature', { note: note(TEXT, m1.sign(TEXT), m2.sign(TEXT), m1.lie(TEXT)) });
add('A22: wrong and right by one key', 'release-signature', { note: note(TEXT, m2.lie(TEXT), m1.sign(TEXT), m2.sign(TEXT)) }, { signed: 0 });
add('A22: signatures of another text', 'release-signature', { note: note(TEXT, m1.sign(release({ version: 'version 0.7.1' })), m2.sign(TEXT)) });
for (const n of [1, 63, 65, 72]) add(`A22: a signature of ${n} bytes`, 'release-signature', { note: note(TEXT, m1.sign(TEXT), m2.sign(TEXT), m3.line(Buffer.alloc(n, 1))) });
add('A22: S is not reduced', 'release-signature', { note: note(TEXT, m1.sign(TEXT), m2.line(raise(m2.sign(TEXT)))) });
add('another release line', 'line', { note: signed(release({ line: 'line sotto.example/other' }), m1, m2) }, { seq: 31, signed: 2, index: 0 });
add('a longer release line', 'line', { note: signed(release({ line: 'line sotto.example/web2' }), m1, m2) });
add('format before signatures', 'note-format', { note: signed(release({ seq: 'seq 0' }), m1) });
add('a wrong signature before too few', 'release-signature', { note: note(TEXT, m1.lie(TEXT)) });
add('too few before another line', 'threshold', { note: signed(release({ line: 'line other' }), m1) });

/** The signature of a line with the group's order added to S: the same equation, another form. */
function raise(line) {
  const b = Buffer.from(line.split(' ')[2], 'base64').subarray(4);
  const order = 2n ** 252n + 27742317777372353535851937790883648493n;
  let s = b.subarray(32).reduceRight((n, x) => (n << 8n) | BigInt(x), 0n) + order;
  const out = Buffer.from(b);
  for (let i = 32; i < 64; i++, s >>= 8n) out[i] = Number(s & 255n);
  return out;
}

// --- proofs (A23) ---

const PROOF = prove(NOTE, { witnesses: RECENT });
for (const [name, recent, verdict = 'proof-format'] of [
  ['none', ''], ['the note itself', NOTE], ['another version', PROOF.replace('@v1', '@v2')], ['no index', PROOF.replace(/index 19\n/, '')], ['an extra line', PROOF.replace('index', 'extra aGVsbG8=\nindex')], ['an extra line after the index', PROOF.replace('index 19\n', 'index 19\nextra aGVsbG8=\n')],
  ['an index with a leading zero', PROOF.replace('index 19', 'index 019')], ['a negative index', PROOF.replace('index 19', 'index -19')], ['an empty index', PROOF.replace('index 19', 'index ')], ['an index of 2^53', PROOF.replace('index 19', 'index 9007199254740992')], ['an index of 2^64 and 19', PROOF.replace('index 19', 'index 18446744073709551635')],
  ['CRLF', PROOF.replaceAll('\n', '\r\n')], ['no empty line', PROOF.replace('\n\n', '\n')], ['ends after the index', PROOF.slice(0, PROOF.indexOf('19') + 3)], ['ends in a hash', PROOF.slice(0, 70)], ['a hash in base64url', PROOF.replace(/\n[^\n]{44}\n/, (l) => l.replace(/[+/]/g, '_').replace(/^\n./, '\n_'))], ['a hash without padding', PROOF.replace('=\n', '\n')],
  ['a hash of 31 bytes', proofText(19, [Buffer.alloc(31)], '')], ['a hash of 33 bytes', proofText(19, [Buffer.alloc(33)], '')], ['64 hashes', prove(NOTE, { witnesses: RECENT, hashes: () => Array.from({ length: 64 }, () => sha256('')) })], ['a space after a hash', PROOF.replace('=\n', '= \n')],
  ['a control character in the checkpoint', PROOF.replace(/\n$/, '\t\n')], ['a byte order mark', `\ufeff${PROOF}`],
  ['no checkpoint', PROOF.slice(0, PROOF.indexOf('\n\n') + 2), 'checkpoint-format'], ['a checkpoint without signatures', prove(NOTE, { witnesses: [], checkpoint: (t) => `${t}\n` }), 'checkpoint-format'], ['a bare checkpoint', prove(NOTE, { witnesses: [], checkpoint: (t) => t }), 'checkpoint-format'], ['no line ending at the end', PROOF.slice(0, -1), 'checkpoint-format'],
  ['two empty lines', PROOF.replace('\n\n', '\n\n\n'), 'checkpoint-format'], ['an empty line at the end', `${PROOF}\n`, 'checkpoint-format'],
]) {
  add(`A23: proof: ${name}`, verdict, { recent }, { seq: 31, signed: 2, index: 0, size: 0, witnesses: 0, recentTime: 0, firstTime: 0 });
}
add('A23: proof: not UTF-8', 'proof-format', { recent: bytes(PROOF.replace(/\n$/, ''), [0xff], '\n') });
add('A23: proof: not UTF-8 in a hash', 'proof-format', { recent: bytes(PROOF.slice(0, 50), [0xff], PROOF.slice(51)) });
{
  const long = (n) => prove(NOTE, { witnesses: RECENT, lines: [() => `\u2014 long ${base64(Buffer.alloc(n, 1))}\n`] });
  const room = Math.floor((16_384 - Buffer.byteLength(long(0)) + PROOF.indexOf('\n\n') + 2) / 4) * 3;
  const pad = 16_384 - (Buffer.byteLength(long(room)) - PROOF.indexOf('\n\n') - 2);
  const full = long(room).replace('long', `long${'x'.repeat(pad)}`);
  add('A23: checkpoint: 16,384 bytes', 'ok', { recent: full });
  add('A23: checkpoint: 16,385 bytes', 'checkpoint-format', { recent: full.replace('long', 'longx') });
  const huge = long(room).replace('long', `long${'x'.repeat(15_000)}`);
  const rest = 32_768 - Buffer.byteLength(huge);
  add('A23: proof: 32,768 bytes', 'checkpoint-format', { recent: huge.replace('long', `long${'x'.repeat(rest)}`) });
  add('A23: proof: 32,769 bytes', 'proof-format', { recent: huge.replace('long', `long${'x'.repeat(rest + 1)}`) });
}
const ROOT = PROOF.split('\n\n')[1].split('\n')[2];
for (const [name, text] of [
  ['no size', `${log.name}\n${ROOT}\n`], ['a size with a leading zero', `${log.name}\n020\n${ROOT}\n`], ['a negative size', `${log.name}\n-20\n${ROOT}\n`], ['a size of 2^53', `${log.name}\n9007199254740992\n${ROOT}\n`], ['no root', `${log.name}\n20\n`], ['a root of 31 bytes', `${log.name}\n20\n${base64(Buffer.alloc(31))}\n`], ['a root of 33 bytes', `${log.name}\n20\n${base64(Buffer.alloc(33))}\n`],
  ['a root in hex', `${log.name}\n20\n${sha256('').toString('hex')}\n`], ['an extension line', `${log.name}\n20\n${ROOT}\nextension\n`], ['an empty origin', `\n20\n${ROOT}\n`], ['an empty line inside', `${log.name}\n20\n${ROOT}\n\n`], ['a space after the size', `${log.name}\n20 \n${ROOT}\n`], ['a space after the root', `${log.name}\n20\n${ROOT} \n`],
]) {
  add(`A23: checkpoint: ${name}`, 'checkpoint-format', { recent: { text } });
}
add('A23: checkpoint of another log', 'log-origin', { recent: { origin: 'sotto.example/log2' } });
add('A23: checkpoint of another log, signed by ours', 'log-origin', { recent: { origin: stranger.name, logKeys: [log, stranger] } });
add('A23: an origin with a space is not ours', 'log-origin', { recent: { origin: `${log.name} ` } });
add('A23: no signature of the log', 'log-signature', { recent: { logKeys: [] } });
add('A23: the log signed another text', 'log-signature', { recent: { logKeys: [], lines: [log.lie] } });
add('A23: the log signed right and wrong', 'log-signature', { recent: { lines: [log.lie] } });
add('A23: signed by another key of the log\'s name', 'log-signature', { recent: { logKeys: [signer(log.name, 1, 'other log')] } });
add('A23: a maintainer signs for the log', 'log-signature', { recent: { logKeys: [m1] } });
add('A23: a log\'s signature of 72 bytes', 'log-signature', { recent: { logKeys: [], lines: [() => log.line(Buffer.alloc(72, 1))] } });
add('A23: quorum short', 'quorum', { recent: { witnesses: RECENT.slice(0, 1) } }, { index: 0, witnesses: 0 });
add('A23: no witness', 'quorum', { recent: { witnesses: [] } });
add('A23: one witness twice counts once', 'quorum', { recent: { witnesses: [RECENT[0], [w1, NOW - 10]] } });
add('A23: witnesses of other keys', 'quorum', { recent: { witnesses: [RECENT[0], [signer(w2.name, 4, 'fake 2'), NOW], [w4, NOW]] } });
add('A23: a witness\'s plain signature is not of its key', 'quorum', { recent: { witnesses: RECENT.slice(0, 1), lines: [signer(w2.name, 1, w2.name).sign] } });
add('A23: a known witness does not verify', 'witness-signature', { recent: { witnesses: RECENT.slice(0, 2), lines: [(t) => w3.lie(t, NOW)] } }, { index: 0, witnesses: 0 });
add('A23: a known witness signed right and wrong', 'witness-signature', { recent: { lines: [(t) => w3.lie(t, NOW)] } });
add('A23: a witness signed another checkpoint', 'witness-signature', { recent: { witnesses: RECENT.slice(0, 2), lines: [() => w3.sign(checkpointText(log.name, 21, sha256('')), NOW)] } });
for (const n of [1, 8, 64, 71, 73]) add(`A23: a cosignature of ${n} bytes`, 'witness-signature', { recent: { witnesses: RECENT.slice(0, 2), lines: [() => w3.line(Buffer.alloc(n, 1))] } });
add('A23: a cosignature of 2^53 seconds', 'witness-signature', { recent: { witnesses: RECENT.slice(0, 2), lines: [(t) => w3.sign(t, 2n ** 53n)] } });
add('A23: a cosignature of 2^64 - 1 seconds', 'witness-signature', { recent: { witnesses: RECENT.slice(0, 2), lines: [(t) => w3.sign(t, 2n ** 64n - 1n)] } });
add('A23: a cosignature of 2^53 - 1 seconds is no quorum', 'ok', { recent: { witnesses: RECENT.slice(0, 2), lines: [(t) => w3.sign(t, 2 ** 53 - 1)] } }, { ...GOOD, recentTime: NOW - 1800 });
const inclusion = (name, recent, more = {}) => add(`A23: ${name}`, 'inclusion', { recent, ...more }, { signed: 2, index: 0, witnesses: 0, recentTime: 0 });
inclusion('a proof for another leaf', prove(signed(TEXT, m1, m3), { witnesses: RECENT }));
inclusion('a proof for the same text with other signatures', prove(signed(TEXT, m2, m1), { witnesses: RECENT }));
inclusion('a proof for the text alone', prove(TEXT, { witnesses: RECENT }));
for (const at of [0, 10, 12, 18, 27]) inclusion(`index ${at} for 19`, { at });
inclusion('index is the size', { at: 20 });
inclusion('index beyond 32 bits', { at: 19 + 2 ** 32 });
inclusion('the last hash is missing', { hashes: (p) => p.slice(0, -1) });
inclusion('the first hash is missing', { hashes: (p) => p.slice(1) });
inclusion('no hashes', { hashes: () => [] });
inclusion('a hash too many', { hashes: (p) => [...p, sha256('')] });
inclusion('a hash too many at the beginning', { hashes: (p) => [sha256(''), ...p] });
inclusion('63 hashes', { hashes: (p) => Array.from({ length: 63 }, (_, i) => p[i] ?? sha256('')) });
inclusion('hashes in another order', { hashes: (p) => [...p].reverse() });
inclusion('a wrong hash', { hashes: (p) => p.map((x, i) => (i === 2 ? sha256(x) : x)) });
inclusion('a wrong root', { text: checkpointText(log.name, 20, sha256('')) });
inclusion('a smaller size', { text: `${log.name}\n19\n${ROOT}\n` });
inclusion('a larger size with its own path length', { text: `${log.name}\n40\n${ROOT}\n` });
inclusion('size 0', { text: `${log.name}\n0\n${base64(sha256(''))}\n`, at: 0, hashes: () => [] });
inclusion('size 1 and another leaf', { text: `${log.name}\n1\n${base64(leafHash('x'))}\n`, at: 0, hashes: () => [] });
inclusion('the largest size', { text: `${log.name}\n9007199254740991\n${ROOT}\n` });
inclusion('a node for a leaf', { text: `${log.name}\n2\n${base64(nodeHash(leafHash('a'), leafHash('b')))}\n`, at: 1, hashes: () => [leafHash('a')] });
add('A23: witnessed too far ahead', 'future', { recent: { witnesses: RECENT.map(([w], i) => [w, NOW + 301 + i]) } }, { ...GOOD, recentTime: NOW + 302, firstTime: NOW + 302 });
add('A23: format before log', 'checkpoint-format', { recent: { text: `other\n20\n${ROOT}\nmore\n`, logKeys: [] } });
add('A23: log before witnesses', 'log-signature', { recent: { logKeys: [], witnesses: [], lines: [stranger.sign] } });
add('A23: a wrong witness before a short quorum', 'witness-signature', { recent: { witnesses: [], lines: [(t) => w3.lie(t, NOW)] } });
add('A23: quorum before inclusion', 'quorum', { recent: { witnesses: [], at: 3 } });

// --- history (A20) ---

const before = (seq, hash = hashOf('x'), loader = LOADER) => ({ seq, hash, loader });
/** The first proof has not been read yet. */
const UNREAD = { ...GOOD, firstTime: NOW - 1800 };
add('A20: an older release', 'rollback', { before: before(32) }, UNREAD);
add('A20: a much older release', 'rollback', { before: before(9_007_199_254_740_991) });
add('A20: the same release again', 'ok', { before: before(31, textHash(TEXT)) });
add('A20: same number, other text', 'equivocation', { before: before(31) }, UNREAD);
add('A20: same text, other signatures', 'ok', { note: signed(TEXT, m2, m3), before: before(31, textHash(TEXT)) });
add('A20: the next one', 'ok', { before: before(30, hashOf('30')) });
add('A20: the next number, but not its successor', 'previous', { before: before(30) }, UNREAD);
add('A20: one in between was never seen here', 'ok', { before: before(29) });
add('A20: the first after nothing', 'ok', { note: signed(release({ seq: 'seq 1', prev: 'prev -' }), m1, m2) }, { ...GOOD, seq: 1, hash: undefined });
add('A20: the first again and again', 'ok', { note: signed(release({ seq: 'seq 1', prev: 'prev -' }), m1, m2), before: before(1, textHash(release({ seq: 'seq 1', prev: 'prev -' }))) }, { ...GOOD, seq: 1, hash: undefined });
add('A20: rollback before stale', 'rollback', { before: before(32), now: NOW + 30 * DAY });
add('A20: no proof before rollback', 'proof-format', { before: before(32), recent: '' });
add('another loader', 'loader', { before: before(30, hashOf('30'), hashOf('other loader')) }, GOOD);
add('another loader in the same release', 'loader', { before: before(31, textHash(TEXT), hashOf('other loader')) });
add('cooling before loader', 'cooling', { before: before(30, hashOf('30'), hashOf('other loader')), first: '' });
add('all maintainers signed and another loader', 'loader', { note: signed(TEXT, m1, m2, m3), before: before(30, hashOf('30'), hashOf('other loader')) });

// --- the newest entry (N05) ---

const older = (index, size, more = {}) => ({ recent: { index, size }, first: { index, size }, ...more });
for (const [index, size] of [[18, 20], [0, 2], [0, 20], [15, 17], [63, 65]]) {
  add(`N05: entry ${index} of ${size}: something came after it`, 'newest', older(index, size), { ...UNREAD, index, size });
}
add('N05: all maintainers signed', 'newest', older(18, 20, { note: signed(TEXT, m1, m2, m3) }));
add('N05: without witnesses', 'newest', older(18, 20, { trust: lists(null, null, 'none'), note: signed(TEXT, m1, m2, m3), recent: { index: 18, size: 20, witnesses: [] } }));
add('N05: the release that runs', 'newest', older(18, 20, { before: before(31, textHash(TEXT)) }));
add('N05: rollback before it', 'rollback', older(18, 20, { before: before(32) }));
add('N05: it before the clock', 'newest', older(18, 20, { now: NOW + 30 * DAY }));
add('N05: it before cooling', 'newest', older(18, 20, { first: '' }));
add('N05: not included before it', 'inclusion', { recent: { index: 18, size: 20, at: 17 } });

// --- time (A21, A33) ---

const at = (t) => ({ witnesses: [w1, w2, w3].map((w) => [w, t]) });
add('5 minutes ahead', 'ok', { recent: at(NOW + 300), first: at(NOW - DAY) }, { ...GOOD, recentTime: NOW + 300, firstTime: NOW - DAY });
add('5 minutes and a second ahead', 'future', { recent: at(NOW + 301), first: at(NOW - DAY) });
add('one witness far ahead is outvoted', 'ok', { recent: { witnesses: [[w1, NOW + 100_000], [w2, NOW - 5], [w3, NOW - 6]] } }, { ...GOOD, recentTime: NOW - 5 });
add('two witnesses far ahead are not', 'future', { recent: { witnesses: [[w1, NOW + 100_000], [w2, NOW + 100_001], [w3, NOW - 6]] } });
add('A21: 14 days old', 'ok', { recent: at(NOW - 14 * DAY), first: at(NOW - 15 * DAY) }, { ...GOOD, recentTime: NOW - 14 * DAY, firstTime: NOW - 15 * DAY });
add('A21: 14 days and a second old', 'stale', { recent: at(NOW - 14 * DAY - 1), first: at(NOW - 15 * DAY) }, { ...GOOD, recentTime: NOW - 14 * DAY - 1, firstTime: NOW - 14 * DAY - 1 });
add('A21: one fresh witness does not help', 'stale', { recent: { witnesses: [[w1, NOW], [w2, NOW - 15 * DAY], [w3, NOW - 15 * DAY]] } });
add('A21: time 0', 'stale', { recent: at(0) }, { ...GOOD, recentTime: 0, firstTime: 0 });
add('A21: a clock at 0', 'future', { now: 0 });
add('A33: no first proof', 'cooling', { first: '' }, { ...GOOD, firstTime: NOW - 1800 });
add('A33: a day to the second', 'ok', { first: at(NOW - DAY) }, { ...GOOD, firstTime: NOW - DAY });
add('A33: a day less a second', 'cooling', { first: at(NOW - DAY + 1) }, { ...GOOD, firstTime: NOW - DAY + 1 });
add('A33: one witness of the first proof is old enough, a quorum is not', 'cooling', { first: { witnesses: [[w1, NOW - 2 * DAY], [w2, NOW - 100], [w3, NOW - 200]] } }, { ...GOOD, firstTime: NOW - 200 });
add('A33: two witnesses of the first proof are', 'ok', { first: { witnesses: [[w1, NOW - 2 * DAY], [w2, NOW - DAY - 1], [w3, NOW - 200]] } }, { ...GOOD, firstTime: NOW - DAY - 1 });
add('A33: first proof from the future', 'cooling', { first: at(NOW + 1000) });
add('A33: the first proof is younger than the recent one', 'cooling', { recent: at(NOW - 2 * DAY), first: at(NOW - 100) });
add('A33: stale before cooling', 'stale', { recent: at(NOW - 15 * DAY), first: 'nonsense' });
for (const [name, verdict, first] of [
  ['no proof', 'proof-format', 'nonsense'], ['no checkpoint', 'checkpoint-format', PROOF.slice(0, PROOF.indexOf('\n\n') + 2)], ['of another log', 'log-origin', { origin: 'other' }], ['not signed by the log', 'log-signature', { logKeys: [] }], ['not signed by a witness', 'witness-signature', { lines: [(t) => w1.lie(t, 5)] }],
  ['without a quorum', 'quorum', { witnesses: FIRST.slice(0, 1) }], ['of another leaf', 'inclusion', prove(signed(TEXT, m1, m3), { witnesses: FIRST })], ['at another place', 'inclusion', { index: 7, size: 12 }],
]) {
  add(`A33: first proof ${name}`, verdict, { first }, { ...GOOD, firstTime: NOW - 1800 });
}
add('A33: first proof not UTF-8', 'proof-format', { first: bytes('c2sp.org/tlog-proof@v1\nindex 19\n', [0xff], '\n') });
add('A33: a first proof of one byte that is not UTF-8', 'proof-format', { first: bytes([0xff]) });
add('A33: a first proof in a larger log', 'ok', { first: { size: 27 } });

// --- files (A04) ---

const content = Buffer.from('<!doctype html>\n');
const listed = (n, b) => signed(release({ files: `file / ${n} ${base64url(sha256(b))} text/html` }), m1, m2);
const file = (path, b) => ({ path, base64: base64(b) });
add('A04: the listed bytes', 'ok', { note: listed(content.length, content), file: file('/', content) });
add('A04: an empty file', 'ok', { note: listed(0, ''), file: file('/', '') });
add('A04: other bytes of the same size', 'file', { note: listed(content.length, content), file: file('/', Buffer.from('<!doctype html>!')) });
add('A04: a byte more', 'file', { note: listed(content.length, content), file: file('/', Buffer.concat([content, Buffer.from('\n')])) });
add('A04: a byte less', 'file', { note: listed(content.length, content), file: file('/', content.subarray(1)) });
add('A04: nothing', 'file', { note: listed(content.length, content), file: file('/', '') });
add('A04: right hash, wrong size', 'file', { note: listed(content.length + 1, content), file: file('/', content) });
add('A04: not a listed path', 'file', { note: listed(content.length, content), file: file('/x', content) });

/** Texts by number, each once: most cases differ in one of them. */
function packed() {
  const texts = [];
  const numbers = new Map();
  const number = (text) => {
    const key = JSON.stringify(text);
    if (!numbers.has(key)) numbers.set(key, texts.push(text) - 1);
    return numbers.get(key);
  };
  const rows = cases.map((c) => JSON.stringify({ ...c, trust: number(c.trust), note: number(c.note), recent: number(c.recent), first: number(c.first) }));
  return `{"texts":[\n${texts.map((t) => JSON.stringify(t)).join(',\n')}\n],"cases":[\n${rows.join(',\n')}\n]}\n`;
}

const names = new Set(cases.map((c) => c.name));
if (names.size !== cases.length) throw new Error(`twice: ${cases.find((c, i) => cases.findIndex((d) => d.name === c.name) !== i).name}`);
const path = fileURLToPath(new URL('cases.json', import.meta.url));
if (process.argv[2] === '--check') {
  const isSame = readFileSync(path, 'utf8') === packed();
  console.log(`${isSame ? 'ok' : 'not ok'} release_cases_are_what_their_generator_writes (${cases.length})`);
  process.exitCode = isSame ? 0 : 1;
} else {
  writeFileSync(path, packed());
  console.log(`${cases.length} cases`);
}
