// What those see who stand outside: the monitor, and a witness. No browser.
import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../web/e2e/lib.mjs';
import { attacks, mark, part } from './hostile.mjs';
import { check, equal, row, tempDir, until } from './lib.mjs';

const TOOLS = ['tools'];
const bin = (name) => join(root, 'build/release/deploy/tools', name);

/** A real witness of this world's log. */
async function startWitness(s) {
  const dir = tempDir('witness');
  const made = spawnSync(bin('sotto-release'), ['keygen', 'witness.example/real', join(dir, 'key'), '--witness'], { encoding: 'utf8' });
  equal(made.status, 0, `keygen: ${made.stderr}`);
  const child = spawn(bin('sotto-witness'), ['run', join(dir, 'db'), '--key', join(dir, 'key'), '--log', s.world.keys.log.vkey, '--port', '0'], { stdio: ['ignore', 'pipe', 'inherit'] });
  s.closers.push(() => child.kill('SIGTERM'));
  let out = '';
  child.stdout.on('data', (d) => { out += d; });
  const [, port] = await until('the witness listens', () => /127\.0\.0\.1:(\d+)\n/.exec(out));
  return (old, checkpoint) => fetch(`http://127.0.0.1:${port}/add-checkpoint`, { method: 'POST', body: `old ${old}\n\n${checkpoint}` }).then((r) => r.status);
}

/** An honest round first: what differs afterwards is the attack. */
async function honestRound(s, ...more) {
  s.world.witness.shown.set('monitor', s.server.log.checkpoint({ by: [0] }));
  await s.monitored(0, / 0 differ, 0 unreachable$/m, ...more);
}

export const tools = [
  row('A24', 'PD', TOOLS, async (s) => {
    const made = s.server.publish(s.world.two);
    const other = attacks.A24(s.server);
    s.server.offer(made);
    const add = await startWitness(s);
    equal(await add(0, s.server.log.checkpoint({ by: [] })), 200, 'answer to the first history');
    equal(await add(2, other.checkpoint({ by: [] })), 422, 'answer to the second history of the same size');
    await honestRound(s);
    s.world.witness.shown.set('monitor', other.checkpoint({ by: [0] }));
    await s.monitored(1, /^differs fork /m);
    return 'a witness that has signed one root of size 2 refuses the other (422); the monitor, shown both: differs fork, exit code 1';
  }),
  row('A33', 'D', TOOLS, async (s) => {
    const { one, two } = s.world;
    const rebuild = join(tempDir('rebuild'), 'rebuild.sh');
    // What the sources of these two commits build into.
    writeFileSync(rebuild, `#!/bin/sh\ncase $1 in 0*) cp -R '${one.dir}' "$2" ;; *) cp -R '${two.dir}' "$2" ;; esac\n`);
    chmodSync(rebuild, 0o755);
    await honestRound(s, '--rebuild', rebuild);
    const app = part(two, 'app', 'js');
    const evil = s.world.derive(two, { version: '1.1.0', seq: 2, prev: one.hash, commit: '1'.repeat(40), change: { [app]: `${mark('stolen keys')}${two.files.get(app)}` } });
    attacks.A33(s.server, { release: evil });
    s.world.witness.shown.set('monitor', s.server.log.checkpoint({ by: [0] }));
    const start = Date.now();
    await s.monitored(1, new RegExp(`^differs unreproducible .*${app.replaceAll('.', '\\.')}`, 'm'), '--rebuild', rebuild);
    check(Date.now() - start < 5 * 60_000, 'the round took longer than five minutes');
    return `a release that was signed by stolen keys and logged a minute ago: the next round rebuilds it and says differs unreproducible ${app}, exit code 1`;
  }),
  row('A34', 'D', TOOLS, async (s) => {
    await honestRound(s);
    s.server.publish(s.world.two);
    s.world.witness.shown.set('monitor', s.server.log.checkpoint({ by: [0] }));
    attacks.A34(s.server);
    await s.monitored(1, /^differs hidden-leaf /m);
    s.server.clear();
    await s.monitored(0, / 0 differ, 0 unreachable$/m);
    return 'a leaf with a proof that is not in the tiles: differs hidden-leaf, exit code 1; with honest tiles the same release is fine';
  }),
];
