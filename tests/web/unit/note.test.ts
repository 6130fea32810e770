// What web/note.js says about the built files: the note's text as the verifier reads it, the policy by WEBCAT's rules,
// the lists for WEBCAT and WAICT.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { parseText } from '../../../sw/verify/text.ts';
import { canonical, headers, noteText, policy, waictManifest, webcatManifest, webcatObjects, witnessOrigins } from '../../../web/note.js';

const url64 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('base64url');
const base64 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('base64');
const core = Buffer.from('\0asm core');
const files = new Map([
  ['/', Buffer.from('<!doctype html>')],
  ['/app.0123456789ab.js', Buffer.from('app')],
  ['/core.0123456789ab.wasm', core],
  ['/sotto-1.0.0.html', Buffer.from('portable')],
  ['/sotto-tools-1.0.0-linux-x86_64.tar.gz', Buffer.from('tools')],
]);
const loader = Buffer.from('loader');
const trust = 'witness w1 key+1 https://w1.example/a\nwitness w2 key+2 https://w2.example\nwitness w3 key+3 https://w1.example/b\nwitness w4 key+4\n';
const csp = policy({ scripts: ['app', 'language'].map((x) => base64(Buffer.from(x))), trust, plain: false });
const made = { files, loader, csp, wasm: [base64(core)] };

test('the_note_is_what_the_verifier_reads', () => {
  const text = noteText({ line: 'sotto.example/web', version: '1.0.0', seq: '3', prev: url64(core), commit: 'a'.repeat(40), toolchain: 'b'.repeat(64), ...made });
  const read = parseText(text);
  assert.ok(read);
  assert.equal(read.seq, 3);
  assert.equal(read.csp, csp);
  assert.equal(read.loader, url64(loader));
  assert.deepEqual([...read.files.keys()], [...files.keys()].sort());
  for (const [path, bytes] of files) assert.equal(read.files.get(path)?.hash, url64(bytes));
});

test('the_policy_passes_the_rules_of_webcat', () => {
  assert.equal(webcatObjects(csp), '');
  for (const [bad, why] of [
    [csp.replace("; object-src 'none'", ''), 'no object-src'],
    [csp.replace("worker-src 'self'", 'worker-src blob:'), 'worker-src blob:'],
    [csp.replace("default-src 'none'", 'default-src *'), 'default-src *'],
    [csp.replace("script-src '", "script-src 'unsafe-eval' '"), "script-src 'unsafe-eval'"],
    [csp.replace("script-src '", "script-src https://x.example '"), 'script-src https://x.example'],
    [csp.replace("script-src '", "script-src 'none' '"), "script-src 'none' and more"],
    [csp.replace("style-src 'self'", "style-src 'self', img-src *"), 'a comma'],
  ] as const) assert.equal(webcatObjects(bad), why);
  assert.throws(() => webcatManifest({ line: 'x', version: '1', ...made, csp: csp.replace("worker-src 'self'", 'worker-src blob:') }));
});

test('witnesses_of_the_trust_may_be_asked_and_nobody_else', () => {
  assert.deepEqual(witnessOrigins(trust), ['https://w1.example', 'https://w2.example']);
  assert.match(csp, /; connect-src 'self' wss: https:\/\/w1\.example https:\/\/w2\.example; /);
});

test('the_manifest_of_webcat_lists_what_is_served_and_modules_apart', () => {
  const text = webcatManifest({ line: 'sotto.example/web', version: '1.0.0', ...made });
  const manifest = JSON.parse(text);
  assert.equal(canonical(manifest), text);
  assert.deepEqual(Object.keys(manifest), Object.keys(manifest).sort());
  assert.deepEqual(manifest.files, { '/app.0123456789ab.js': url64(Buffer.from('app')), '/index.html': url64(Buffer.from('<!doctype html>')) });
  assert.deepEqual(manifest.wasm, [url64(core)]);
  assert.equal(manifest.default_csp, csp);
  assert.equal(manifest.default_index, 'index.html');
  assert.equal(manifest.default_fallback, '/index.html');
});

test('canonical_json_escapes_quotes_and_backslashes_only', () => {
  assert.equal(canonical({ b: 'é"\\', a: [1, { d: 'x', c: 'y' }] }), '{"a":[1,{"c":"y","d":"x"}],"b":"é\\"\\\\"}');
});

test('the_manifest_of_waict_is_named_by_its_hash', () => {
  const { body, path } = waictManifest(made);
  assert.equal(path, `/.well-known/waict/manifests/m_${url64(Buffer.from(body)).slice(0, 22)}`);
  const { hashes, wasm_hashes: modules } = JSON.parse(body);
  assert.equal(hashes['/sw.js'], url64(loader));
  assert.equal(Object.keys(hashes).length, files.size + 1);
  assert.deepEqual(modules, [url64(core)]);
  assert.match(headers({ csp, waict: { path } }), /^Integrity-Policy-WAICT-v1: max-age=90, mode=report, manifest="\/\.well-known\/waict\/manifests\/m_[\w-]{22}"$/m);
  assert.doesNotMatch(headers({ csp }), /WAICT/);
});
