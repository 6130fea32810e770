// What lies on a disk: notes, release folders, portable files. Honest ones pass; each byte that is changed is named.
import { cpSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { check, claim, equal, finish } from '../gateway/lib.mjs';
import { DAY, evidenceOf, makeWorld, NOW, put, run, temp } from './world.mjs';

const work = temp('offline');
const world = makeWorld();
world.release();
world.release();
const release = world.release();
const trust = put(join(work, 'trust'), world.trust);
const dir = world.write(join(work, 'release'), release, { waict: true });
const note = put(join(work, 'note'), release.note);
const recent = put(join(work, 'recent'), world.proof(release.index));
const first = put(join(work, 'first'), release.first);
const base = ['--trust', trust, '--now', String(NOW)];
const verify = (...args) => run([...args, ...base]);

/** The exit code, and a line of the output that matches. */
async function ends(code, line, ...args) {
  const r = await verify(...args);
  equal(r.code, code, `${args.join(' ')}\n${r.out.slice(-1500)}`);
  check(line.test(r.out), `no ${line} in: ${r.out.slice(-800)}`);
  check(!/AddressSanitizer|LeakSanitizer|runtime error/.test(r.out), r.out.slice(0, 800));
}

function* all(folder, under = '') {
  for (const name of readdirSync(join(folder, under)).sort()) {
    const path = join(under, name);
    if (statSync(join(folder, path)).isDirectory()) yield* all(folder, path);
    else yield path;
  }
}

/** Does `change` to a copy of the folder, wants exit 1 and the path in a line that begins with differs. */
async function spoiled(path, change, copy = join(work, 'spoiled')) {
  rmSync(copy, { recursive: true, force: true });
  cpSync(dir, copy, { recursive: true });
  change(join(copy, path));
  await ends(1, new RegExp(`^differs \\S+ /${path.replaceAll('.', '\\.')}: `, 'm'), 'dir', copy);
}
const flip = (at) => (path) => {
  const bytes = readFileSync(path);
  const i = Math.min(bytes.length - 1, Math.floor(bytes.length * at));
  bytes[i] ^= 0x20;
  writeFileSync(path, bytes);
};

await claim('note_by_its_signatures', () => ends(0, /^ok note /m, 'note', note));
await claim('note_with_its_proofs', () => ends(0, /3 of 3 witnesses/, 'note', note, '--recent', recent, '--first', first));
await claim('note_whose_first_proof_is_missing_is_cooling', () => ends(1, /^differs release \S+: cooling$/m, 'note', note, '--recent', recent));
await claim('cooling_can_be_allowed', () => ends(0, /^cooling:/m, 'note', note, '--recent', recent, '--allow-cooling'));
await claim('note_of_another_trust', async () => {
  const other = put(join(work, 'other-trust'), makeWorld().trust);
  const r = await run(['note', note, '--trust', other, '--now', String(NOW)]);
  equal(r.code, 1, r.out);
  check(/differs note \S+: threshold/.test(r.out), r.out);
});
await claim('note_with_a_stale_proof', async () => {
  const old = put(join(work, 'old-proof'), world.proof(release.index, { times: [NOW - 15 * DAY, NOW - 15 * DAY, NOW - 15 * DAY] }));
  await ends(1, /: stale$/m, 'note', note, '--recent', old, '--first', first);
});
await claim('note_with_one_witness_only', async () => {
  const few = put(join(work, 'few'), world.proof(release.index, { times: [NOW - 60] }));
  await ends(1, /: quorum$/m, 'note', note, '--recent', few, '--first', first);
});
await claim('wrong_first_proof_though_all_keys_signed', async () => {
  const both = makeWorld();
  const r = both.release({ signers: both.keys });
  const at = (name, bytes) => put(join(work, name), bytes);
  const args = ['note', at('both-note', r.note), '--recent', at('both-recent', both.proof(0)), '--trust', at('both-trust', both.trust), '--now', String(NOW)];
  equal((await run(args)).code, 0);
  const bad = await run([...args, '--first', first]);
  equal(bad.code, 1, bad.out);
});

await claim('folder_as_it_was_built', () => ends(0, / 0 differ, 0 unreachable$/m, 'dir', dir));
const files = [...all(dir)];
await claim('every_file_of_the_folder_by_one_byte', async () => {
  for (const path of files) await spoiled(path, flip(0.5));
  return `${files.length} files`;
});
await claim('every_file_of_the_folder_by_its_first_and_last_byte', async () => {
  const compressed = /\.(br|gz)$/;
  for (const path of files.filter((p) => !compressed.test(p))) for (const at of [0, 1]) await spoiled(path, flip(at));
});
await claim('every_file_of_the_folder_gone', async () => {
  for (const path of files.filter((p) => !/\.(br|gz)$/.test(p) && !/webcat|waict|(proof|first|release)\/[12]$/.test(p) && p !== 'index.html')) await spoiled(path, (p) => rmSync(p));
  const copy = join(work, 'spoiled');
  rmSync(copy, { recursive: true, force: true });
  cpSync(dir, copy, { recursive: true });
  rmSync(join(copy, 'index.html'));
  await ends(1, /^differs file \/: is missing/m, 'dir', copy);
});
await claim('a_file_that_is_not_listed', async () => {
  for (const path of ['evil.js', 'evil.js.br', '.well-known/evil.json', '.well-known/sotto/evil', '.well-known/sotto/release/evil', '.well-known/sotto/release/9', 'deep/er/app.js', '.hidden']) {
    await spoiled(path, (p) => put(p, 'evil'));
  }
});
await claim('a_link_or_a_folder_in_the_place_of_a_file', async () => {
  await spoiled('app.js', (p) => { const real = join(work, 'real.js'); cpSync(p, real); rmSync(p); symlinkSync(real, p); });
});
await claim('an_older_note_that_does_not_lead_to_the_next', async () => {
  const other = makeWorld();
  other.release();
  await spoiled('.well-known/sotto/release/2', (p) => writeFileSync(p, readFileSync(join(dir, '.well-known/sotto/release/1'))));
  await spoiled('.well-known/sotto/release/1', (p) => rmSync(p.replace(/1$/, '2')));
});
await claim('headers_that_the_note_does_not_want', async () => {
  const edit = (f) => spoiled('headers.txt', (p) => writeFileSync(p, f(readFileSync(p, 'utf8'))));
  await edit((t) => t.replace("default-src 'none'", "default-src 'self'"));
  await edit((t) => `${t}Link: </evil.js>; rel=preload\n`);
  await edit((t) => `${t}Content-Security-Policy: default-src *\n`);
  await edit((t) => t.replace(/^Referrer-Policy.*\n/m, ''));
  await edit((t) => t.replace('trusted-types sotto-url', 'trusted-types sotto-url, default-src *'));
  await edit((t) => t.replace('mode=report', 'mode=off'));
});
await claim('a_copy_that_decodes_to_something_else', async () => {
  const { brotliCompressSync, gzipSync } = await import('node:zlib');
  await spoiled('app.js.br', (p) => writeFileSync(p, brotliCompressSync('evil()')));
  await spoiled('app.js.gz', (p) => writeFileSync(p, gzipSync('evil()', { level: 9 })));
  await spoiled('app.js.gz', (p) => writeFileSync(p, Buffer.concat([readFileSync(p), Buffer.from('more')])));
  await spoiled('app.js.br', (p) => writeFileSync(p, Buffer.concat([readFileSync(p), Buffer.from('more')])));
  await spoiled('app.js.gz', (p) => writeFileSync(p, gzipSync(Buffer.alloc(80 << 20), { level: 9 })));
});
await claim('folder_with_a_note_from_elsewhere', async () => {
  await ends(0, / 0 differ/, 'dir', dir, '--note', note, '--recent', recent, '--first', first);
});

const portable = join(dir, `sotto-${release.version}.html`);
await claim('portable_file', () => ends(0, /^ok file \/sotto-0\.3\.0\.html$/m, 'portable', portable, '--note', note, '--recent', recent, '--first', first));
await claim('portable_file_with_its_note_beside_it', async () => {
  const beside = join(work, 'beside.html');
  cpSync(portable, beside);
  cpSync(note, `${beside}.note`);
  cpSync(recent, `${beside}.proof`);
  cpSync(first, `${beside}.first`);
  await ends(0, /^ok file /m, 'portable', beside);
});
await claim('portable_file_by_one_byte', async () => {
  const changed = join(work, 'changed.html');
  cpSync(portable, changed);
  flip(0.5)(changed);
  await ends(1, /^differs file \S*changed\.html: /m, 'portable', changed, '--note', note, '--recent', recent, '--first', first);
});

await claim('evidence_is_written_when_something_differs', async () => {
  const copy = join(work, 'spoiled');
  rmSync(copy, { recursive: true, force: true });
  cpSync(dir, copy, { recursive: true });
  flip(0.5)(join(copy, 'app.js'));
  const file = join(work, 'evidence.json');
  await ends(1, /differs file \/app\.js/, 'dir', copy, '--evidence', file);
  const e = evidenceOf(file);
  equal(e.format, 'sotto-evidence/v1');
  equal(e.trust, world.trust);
  equal(e.active.note, release.note);
  equal(e.findings.length, 1);
  equal(e.findings[0].path, '/app.js');
  equal(e.files[0].path, '/app.js');
  check(e.files[0].listed !== e.files[0].found);
});

await claim('what_cannot_be_read_is_not_a_difference', async () => {
  await ends(3, /unreachable/, 'note', join(work, 'nothing'));
  await ends(3, /unreachable/, 'dir', join(work, 'nothing'));
  equal((await run(['note', note, '--trust', join(work, 'nothing')])).code, 3);
});
await claim('usage', async () => {
  for (const args of [[], ['note'], ['note', note], ['dance', note, '--trust', trust], ['note', note, '--trust'], ['note', note, '--trust', trust, '--wrong', 'x'],
    ['note', note, '--trust', trust, '--first', first], ['note', note, '--trust', trust, '--now', '-1'], ['origin', 'ftp://localhost', '--trust', trust], ['origin', 'http://localhost/a', '--trust', trust],
    ['dir', dir, 'more', '--trust', trust], ['portable', portable, '--note', note, '--trust', trust]]) {
    const r = await run(args);
    equal(r.code, 2, `${args.join(' ')}: ${r.out}`);
  }
});
finish();
