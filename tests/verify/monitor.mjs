// Rounds of the monitor over a small log with three witnesses: honest ones pass and move the state on; each attack is an
// alert of its own, is kept as evidence, and leaves the last good checkpoint where it is.
import { spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { check, claim, equal, finish, sleep } from '../gateway/lib.mjs';
import { DAY, appOf, evidenceOf, key, leafOf, makeWorld, NOW, program, put, rootOf, run, serve, sha, temp, tilesOf } from './world.mjs';

const work = temp('monitor');
const server = await serve();
const witness = (i) => `${server.origin}/witness${i}`;
const trust = join(work, 'trust');
const evidence = join(work, 'evidence.json');
let state = join(work, 'state');
let world;

/** Everything honest: origin, log, witnesses. */
function publish(size = world.entries.length) {
  server.clear();
  server.release = world.releases.at(-1);
  server.files = world.wellKnown();
  server.log = world.logFiles(size);
  for (const i of [1, 2, 3]) server.log.set(`/witness${i}/${world.hexOrigin}/checkpoint`, world.checkpoint({ size }));
}
function fresh(n = 3) {
  world = makeWorld({ logUrl: `${server.origin}/log`, urls: [1, 2, 3].map(witness) });
  for (let i = 0; i < n; i++) world.release();
  put(trust, world.trust);
  rmSync(state, { recursive: true, force: true });
  if (n > 0) publish();
}
const monitor = (...more) => run(['monitor', '--origin', server.origin, '--trust', trust, '--now', String(NOW), '--state', state, '--patience', '0', ...more]);
async function ends(code, line, ...more) {
  const r = await monitor(...more);
  const shown = r.out.split('\n').filter((l) => !l.startsWith('ok served')).join('\n').slice(-1500);
  check(!/AddressSanitizer|LeakSanitizer|runtime error/.test(r.out), r.out.slice(0, 800));
  equal(r.code, code, shown);
  check(line.test(r.out), `no ${line} in: ${shown}`);
  return r.out;
}
const kept = () => readFileSync(join(state, 'checkpoint'), 'utf8');
/** After an honest round: one change, an alert, evidence, the same state. Then honest again. */
async function alert(change, line, ...more) {
  fresh();
  await ends(0, / 0 differ, 0 unreachable$/m);
  const before = kept();
  change();
  rmSync(evidence, { force: true });
  await ends(1, line, '--evidence', evidence, ...more);
  check(evidenceOf(evidence).findings.length > 0, 'evidence');
  equal(kept(), before, 'the last good checkpoint');
  publish(3);
  server.release = world.releases[2];
}

fresh();
await claim('a_first_round', async () => {
  const out = await ends(0, / 0 differ, 0 unreachable$/m);
  equal((out.match(/^ok leaf /gm) ?? []).length, 3);
  equal(kept(), server.log.get('checkpoint'));
});
await claim('a_second_round_looks_at_new_leaves_only', async () => {
  world.release();
  publish();
  const out = await ends(0, / 0 differ/);
  equal((out.match(/^ok leaf /gm) ?? []).length, 1);
  check(kept().includes('\n4\n'), kept());
  equal((await ends(0, / 0 differ/)).match(/^ok leaf /gm), null);
});
await claim('a_log_of_more_than_one_tile', async () => {
  fresh(0);
  for (let i = 0; i < 300; i++) world.release({ version: `0.${i}.0`, app: appOf('0.0.1') });
  publish();
  await ends(0, /^ok leaf \S+ entry 299$/m);
  world.release();
  publish();
  await ends(0, /^ok leaf \S+ entry 300$/m);
  server.log.set('tile/1/000.p/1', sha('another'));
  await ends(1, /^differs hidden-leaf .* level 1/m);
  return '301 entries';
});
await claim('a_release_that_is_cooling_is_no_alert', async () => {
  fresh(2);
  world.release({ logged: NOW - 3600 });
  publish();
  await ends(0, /^cooling:/m);
});

await claim('A08_unknown_loader', () => alert(() => server.lies.set('/sw.js', () => ({ body: 'evil' })), /^differs loader \/sw\.js: /m));
await claim('unlogged_release', async () => {
  // The log shows the proof's reader one history and everybody else another.
  fresh();
  const leaves = [...world.entries.slice(0, 2).map(leafOf), sha('x')];
  for (const [path, bytes] of tilesOf(world.entries, leaves)) server.log.set(path, bytes);
  server.log.set('checkpoint', world.checkpoint({ top: rootOf(leaves) }));
  const out = await ends(1, /^differs unlogged \/\.well-known\S+: is not entry 2 /m);
  check(/^differs fork the proof that the origin serves: has another history of 3 entries/m.test(out), out.slice(-600));
  check(!existsSync(join(state, 'checkpoint')), 'no state');
});
await claim('unlogged_bytes', () => alert(() => server.lies.set('/app.js', () => ({ body: 'evil' })), /^differs served \/app\.js: /m));
await claim('A24_fork', async () => {
  const other = sha('another history');
  await alert(() => server.log.set('checkpoint', world.checkpoint({ top: other })), /^differs fork .*two histories of 3 entries/m);
  const fork = evidenceOf(evidence).findings.find((f) => f.kind === 'fork');
  check(fork.checkpoint.includes(other.toString('base64')), 'one checkpoint');
  equal(fork.other_checkpoint, kept(), 'and the other');
  const r = await run(['evidence', evidence, '--trust', trust]);
  equal(r.code, 1, r.out);
  check(/proven: the log signed two roots for 3 entries/.test(r.out), r.out);
});
await claim('A24_fork_of_a_longer_log', () => alert(() => {
  const leaves = [sha('x'), ...world.entries.slice(1).map(leafOf), sha('y')];
  for (const [path, bytes] of tilesOf(world.entries, leaves)) server.log.set(path, bytes);
  server.log.set('checkpoint', world.checkpoint({ size: 4, top: rootOf(leaves) }));
}, /^differs fork the last round: has another history of 3 entries/m));
await claim('a_witness_with_another_history', () => alert(() => server.log.set(`/witness2/${world.hexOrigin}/checkpoint`, world.checkpoint({ top: sha('z') })), /^differs fork w2 by itself: /m));
await claim('A34_a_leaf_that_is_not_in_the_tiles', () => alert(() => {
  const leaves = [...world.entries.slice(0, 2).map(leafOf), sha('hidden')];
  server.log.set('tile/0/000.p/3', Buffer.concat(leaves));
}, /^differs hidden-leaf .*another root/m));
await claim('A34_an_entry_that_is_not_shown', async () => {
  await alert(() => {
    world.release();
    publish();
    server.log.set('tile/entries/000.p/4', tilesOf([...world.entries.slice(0, 3), Buffer.from('nothing')]).get('tile/entries/000.p/4'));
  }, /^differs hidden-leaf .*entry 3/m);
  await alert(() => {
    world.release();
    publish();
    server.log.delete('tile/entries/000.p/4');
  }, /^differs hidden-leaf .*404/m);
  await alert(() => {
    world.release();
    publish();
    const bytes = server.log.get('tile/entries/000.p/4');
    server.log.set('tile/entries/000.p/4', bytes.subarray(0, bytes.length - 1));
  }, /^differs hidden-leaf .*exactly 4/m);
  await alert(() => {
    world.release();
    publish();
    server.log.set('tile/entries/000.p/4', Buffer.concat([server.log.get('tile/entries/000.p/4'), Buffer.from([0, 0])]));
  }, /^differs hidden-leaf .*exactly 4/m);
});
await claim('tiles_of_another_length', () => alert(() => server.log.set('tile/0/000.p/3', Buffer.alloc(64)), /^differs hidden-leaf .*64 bytes/m));
await claim('unknown_leaf', async () => {
  await alert(() => { world.add('not a note'); publish(); }, /^differs unknown-leaf .*note-format/m);
  await alert(() => {
    const stranger = makeWorld();
    stranger.release();
    world.add(stranger.releases[0].note);
    publish();
  }, /^differs unknown-leaf .*threshold/m);
  await alert(() => { world.release({ line: 'example.org/other' }); publish(); server.release = world.releases[2]; }, /^differs unknown-leaf .*: line$/m);
  await alert(() => { world.release({ seq: 9 }); publish(); }, /^differs unknown-leaf .*release 9 does not follow release 3/m);
  await alert(() => { world.release({ seq: 3 }); publish(); }, /^differs unknown-leaf .*release 3 does not follow release 3/m);
});
await claim('a_release_signed_again_is_no_alert', async () => {
  fresh(1);
  const [text] = world.releases[0].note.split('\n\n');
  const before = world.proof(0); // of when it was the newest entry
  world.add(`${text}\n\n${world.keys.map((k) => k.line(`${text}\n`)).join('')}`);
  publish();
  server.files.set('/.well-known/sotto/proof/1', before);
  await ends(0, / 0 differ/);
});
await claim('stale_checkpoint', async () => {
  const old = NOW - 8 * DAY;
  await alert(() => server.log.set('checkpoint', world.checkpoint({ times: [old, old, old] })), /^differs stale /m);
  await alert(() => server.log.set('checkpoint', world.checkpoint({ times: [NOW + DAY, NOW + DAY, NOW + DAY] })), /^differs stale .*future/m);
  fresh();
  const hour = NOW - 3700;
  server.log.set('checkpoint', world.checkpoint({ times: [hour, hour, hour] }));
  await ends(1, /^differs stale /m, '--stale', '3600');
  await ends(0, / 0 differ/);
});
await claim('missing_witness', async () => {
  await alert(() => server.log.set('checkpoint', world.checkpoint({ times: [NOW - 60, null, NOW - 60] })), /^differs witness w2: has not signed/m);
  await alert(() => server.log.set('checkpoint', world.checkpoint({ times: [NOW - 60] })), /^differs quorum /m);
  await alert(() => server.log.set('checkpoint', world.checkpoint().replace(/(w3 [A-Za-z0-9+/]{30})./, (m, head) => `${head}${m.at(-1) === 'A' ? 'B' : 'A'}`)), /^differs witness w3: has a wrong signature/m);
  await alert(() => server.log.delete(`/witness1/${world.hexOrigin}/checkpoint`), /^differs witness http\S+witness1\S+: .*404/m);
});
await claim('another_log', async () => {
  await alert(() => server.log.set('checkpoint', world.checkpoint({ by: key('example.org/log') })), /^differs checkpoint .*not signed/m);
  await alert(() => server.log.set('checkpoint', 'nothing'), /^differs checkpoint .*not a checkpoint/m);
});
await claim('A21_withheld_entries', async () => {
  await alert(() => { world.release(); publish(3); server.release = world.releases[2]; server.files = world.wellKnown(world.releases[2]); for (const i of [1, 2, 3]) server.log.set(`/witness${i}/${world.hexOrigin}/checkpoint`, world.checkpoint()); },
    /^differs withheld w1 by itself: shows a log of 4 entries/m);
  await alert(() => { server.log = world.logFiles(2); }, /^differs withheld .*had 3 entries and has 2 now/m);
});
await claim('A21_withheld_release', () => alert(() => { world.release(); publish(); server.release = world.releases[2]; server.files = world.wellKnown(world.releases[2]); }, /^differs withheld \/\.well-known\S+: is release 3; the log has release 4/m, '--lag', '0'));
await claim('a_new_release_has_to_wait_its_day', async () => {
  fresh();
  await ends(0, / 0 differ, 0 unreachable$/m);
  const before = world.proof(2);
  world.release();
  publish();
  server.release = world.releases[2];
  server.files = world.wellKnown(world.releases[2]);
  await ends(1, /^differs release \S+\/proof\/3: newest$/m); // it was held back by a fresh proof
  server.files.set('/.well-known/sotto/proof/3', before);
  await ends(0, /^waits \/\.well-known\S+: release 3 is served, release 4 is in the log$/m);
  await ends(0, /^waits /m, '--now', String(NOW + 2 * DAY));
  await ends(1, /^differs withheld \/\.well-known\S+: is release 3; the log has release 4/m, '--now', String(NOW + 2 * DAY + 1));
});
await claim('a_log_that_has_just_grown_is_waited_for', async () => {
  fresh();
  world.release();
  const [old, now] = [world.logFiles(3), world.logFiles(4)];
  publish();
  server.log = new Map([...server.log, ...old]);
  setTimeout(() => { for (const [k, v] of now) server.log.set(k, v); }, 1500);
  const r = await run(['monitor', '--origin', server.origin, '--trust', trust, '--now', String(NOW), '--patience', '4']);
  equal(r.code, 0, r.out.slice(-600));
});

await claim('A33_rebuild', async () => {
  fresh(2);
  const seen = join(work, 'commits');
  const script = (copy, then = '') => {
    const path = put(join(work, 'rebuild.sh'), `#!/bin/sh\nset -e\necho "$1" >>${seen}\ncp -R ${copy} "$2"\nrm -rf "$2/.well-known/sotto"\n${then}\n`);
    chmodSync(path, 0o755);
    return path;
  };
  world.release({ commit: 'ab'.repeat(20) });
  publish();
  const built = world.write(join(work, 'built'));
  // Two rounds: the first two releases are known by then, so that one build answers for the third.
  put(join(state, 'checkpoint'), world.checkpoint({ size: 2 }));
  put(join(state, 'note'), world.releases[1].note);
  await ends(0, /^ok rebuilt release 3, commit (ab){20}$/m, '--rebuild', script(built));
  equal(readFileSync(seen, 'utf8'), `${'ab'.repeat(20)}\n`);
  for (const [then, line] of [['printf x >>"$2/app.js"', /^differs unreproducible \/app\.js: /m], ['rm "$2/core.wasm"', /^differs unreproducible \/core\.wasm: is missing/m], ['printf x >>"$2/sw.js"', /^differs unreproducible \/sw\.js: /m],
    ['printf x >"$2/more.js"', /^differs unreproducible \/more\.js: /m], ['exit 3', /^differs unreproducible release 3.*code 3/m]]) {
    put(join(state, 'checkpoint'), world.checkpoint({ size: 2 }));
    put(join(state, 'note'), world.releases[1].note);
    await ends(1, line, '--rebuild', script(built, then));
    check(kept().includes('\n2\n'), 'the state stays');
  }
  await ends(3, /^unreachable release 3.*does not start/m, '--rebuild', join(work, 'nothing'));
});

await claim('what_cannot_be_reached_is_no_alert_and_no_good_round', async () => {
  fresh();
  server.log.clear();
  const r = await run(['monitor', '--origin', server.origin, '--trust', trust, '--now', String(NOW), '--state', state, '--log', 'http://127.0.0.1:1', '--patience', '0']);
  check(/^unreachable http:\/\/127\.0\.0\.1:1\/checkpoint/m.test(r.out), r.out);
  check(!existsSync(join(state, 'checkpoint')));
});
await claim('rounds_until_it_is_told_to_end', async () => {
  fresh();
  const child = spawn(program, ['monitor', '--origin', server.origin, '--trust', trust, '--now', String(NOW), '--state', state, '--every', '1', '--patience', '0', '--evidence', evidence], { stdio: ['ignore', 'pipe', 'inherit'] });
  let out = '';
  child.stdout.on('data', (d) => { out += d; });
  const rounds = () => (out.match(/ checked, /g) ?? []).length;
  const until = async (f) => { for (let i = 0; i < 300 && !f(); i++) await sleep(100); check(f(), out.slice(-500)); };
  await until(() => rounds() >= 2);
  server.lies.set('/sw.js', () => ({ body: 'evil' }));
  await until(() => /differs loader/.test(out));
  server.clear();
  const seen = rounds();
  await until(() => rounds() >= seen + 2);
  const code = new Promise((done) => child.on('exit', done));
  child.kill('SIGTERM');
  equal(await code, 1);
});
await claim('usage', async () => {
  for (const args of [['monitor'], ['monitor', '--origin', 'x'], ['monitor', 'more', '--origin', server.origin], ['monitor', '--origin', server.origin, '--every', '0'], ['monitor', '--origin', server.origin, '--stale', '-1']]) {
    equal((await run([...args, '--trust', trust])).code, 2, args.join(' '));
  }
  put(join(work, 'no-log'), makeWorld().trust);
  equal((await run(['monitor', '--origin', server.origin, '--trust', join(work, 'no-log')])).code, 2);
});
server.close();
finish();
