// Evidence files: those of sotto-verify itself, and those that the page exports (sw, page/evidence.ts), checked offline.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { check, claim, equal, finish } from '../gateway/lib.mjs';
import { makeWorld, NOW, put, run, serve, temp, url64 } from './world.mjs';

const work = temp('evidence');
const world = makeWorld();
const release = world.release();
const trust = put(join(work, 'trust'), world.trust);
const rows = [...release.app.files].map(([path, bytes]) => ({ path, listed: url64(bytes), found: url64(bytes) }));
/** As the page writes it. */
const page = {
  format: 'sotto-evidence/v1', at: new Date(NOW * 1000).toISOString(), origin: 'https://example.org',
  active: { note: release.note, recent: world.proof(0), first: release.first }, staged: { note: '', recent: '', first: '' }, files: rows, trouble: null, alarm: null,
};
async function ends(code, line, e) {
  const file = put(join(work, 'e.json'), typeof e === 'string' ? e : JSON.stringify({ ...page, staged: null, ...e }));
  const r = await run(['evidence', file, '--trust', trust]);
  check(!/AddressSanitizer|LeakSanitizer|runtime error/.test(r.out), r.out.slice(0, 800));
  equal(r.code, code, r.out);
  check(line.test(r.out), `no ${line} in ${r.out}`);
}
await claim('of_an_honest_page', () => ends(0, /^proves: release 1 was signed by 1 keys .* seen by 3 witnesses$/m, {}));
await claim('of_a_page_that_found_other_bytes', () => ends(1, /^differs file \/app\.css: was found with SHA-256 x{3}, as the writer/m, { files: rows.map((r) => (r.path === '/app.css' ? { ...r, found: 'xxx' } : r)) }));
await claim('of_a_page_that_keeps_not_all', () => ends(0, /^absent \/: was not kept/m, { files: [{ ...rows[0], found: null }] }));
await claim('that_lists_what_the_note_does_not', async () => {
  await ends(1, /^differs evidence \/app\.js: is listed with another hash/m, { files: rows.map((r) => (r.path === '/app.js' ? { ...r, listed: 'x', found: 'x' } : r)) });
  await ends(1, /^differs evidence \/evil\.js: is not listed/m, { files: [{ path: '/evil.js', listed: 'x', found: 'x' }] });
});
await claim('with_a_note_or_proof_that_is_not_right', async () => {
  const other = makeWorld();
  other.release();
  await ends(1, /^differs release active: threshold/m, { active: { ...page.active, note: other.releases[0].note } });
  await ends(1, /^differs release active: /m, { active: { ...page.active, recent: other.proof(0) } });
  await ends(1, /^differs release active: /m, { active: { ...page.active, first: 'x' } });
  await ends(1, /^differs release staged: /m, { staged: { note: 'x', recent: '', first: '' } });
  await ends(1, /^differs trust /m, { trust: other.trust });
});
await claim('of_two_checkpoints', async () => {
  const fork = { kind: 'fork', path: '', detail: '', checkpoint: world.checkpoint(), other_checkpoint: world.checkpoint({ top: Buffer.alloc(32, 7) }) };
  await ends(1, /proven: the log signed two roots for 1 entries/, { findings: [fork] });
  await ends(1, /to prove it, compare/, { findings: [{ ...fork, other_checkpoint: world.checkpoint() }] });
  await ends(1, /not signed by the log/, { findings: [{ ...fork, other_checkpoint: makeWorld().checkpoint({ size: 0 }).replace(/^.*\n/, 'example.org/log\n') }] });
});
await claim('of_sotto_verify', async () => {
  const server = await serve();
  Object.assign(server, { release, files: world.wellKnown() });
  server.lies.set('/app.js', () => ({ body: 'evil()' }));
  const file = join(work, 'own.json');
  equal((await run(['origin', server.origin, '--trust', trust, '--now', String(NOW), '--evidence', file])).code, 1);
  server.close();
  const r = await run(['evidence', file, '--trust', trust]);
  equal(r.code, 1);
  check(/^ok release active$/m.test(r.out) && /^differs file \/app\.js: was found/m.test(r.out) && /the body is kept: 6 bytes/.test(r.out), r.out);
});
await claim('that_is_not_evidence', async () => {
  await ends(1, /not in the form/, '{}');
  await ends(1, /not in the form/, 'nothing');
  await ends(1, /not in the form/, '[]');
  await ends(1, /./, { active: 'x', files: 'x', findings: [1, 'x', null, {}], staged: [] });
  await ends(0, /./, { active: null, files: [] });
  const text = JSON.stringify(page);
  for (let i = 0; i < text.length; i += 97) {
    writeFileSync(join(work, 'cut.json'), text.slice(0, i));
    equal((await run(['evidence', join(work, 'cut.json'), '--trust', trust])).code, 1);
  }
  equal((await run(['evidence', join(work, 'nothing'), '--trust', trust])).code, 3);
});
check(readFileSync(trust, 'utf8') === world.trust);
finish();
