// The page as web/build.js makes it, signed by sotto-release, served by the gateway: sotto-verify agrees with all of it,
// and names each file in which one byte was changed.
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Gateway, check, claim, equal, finish, root } from '../gateway/lib.mjs';
import { makeWorld, NOW, program, put, run, temp } from './world.mjs';
import { build } from '../../web/build.js';

const work = temp('real');
const release = join(dirname(program), 'sotto-release');
const tool = (...args) => execFileSync(release, args, { encoding: 'utf8' }).trim();
const vkeys = ['a', 'b', 'c'].map((name) => tool('keygen', `example.org/${name}`, join(work, name)));
const world = makeWorld({ vkeys });
const trustText = world.trust.replace('threshold 1', 'threshold 2');
const trust = put(join(work, 'trust'), trustText);
const dir = join(root, 'build/tests/verify-web');
// The log of this release, by sotto-log; no witnesses, all of three keys sign.
const logTrust = join(work, 'log-trust');
const logDir = join(work, 'log');
const log = (...args) => execFileSync(join(dirname(program), 'sotto-log'), args, { encoding: 'utf8' });
const verify = (...args) => run([...args, '--trust', trust, '--now', String(NOW)], { seconds: 300 });

async function ends(code, line, ...args) {
  const r = await verify(...args);
  check(!/AddressSanitizer|LeakSanitizer|runtime error/.test(r.out), r.out.slice(0, 800));
  equal(r.code, code, `${args.join(' ')}\n${r.out.slice(-1500)}`);
  check(line.test(r.out), `no ${line} in: ${r.out.slice(-800)}`);
  return r.out.trim().split('\n').at(-1);
}
function* all(folder, under = '') {
  for (const name of readdirSync(join(folder, under)).sort()) {
    const path = join(under, name);
    if (statSync(join(folder, path)).isDirectory()) yield* all(folder, path);
    else yield path;
  }
}

await claim('the_page_is_built_and_signed', async () => {
  check(existsSync(join(root, 'build/wasm/core.wasm')), 'build/wasm/core.wasm: deploy/build-wasm.sh');
  await build({ out: dir, trust: trustText, plain: true, waict: true });
  tool('sign', `${dir}.note`, join(work, 'a'), join(work, 'b'));
  world.adopt(readFileSync(`${dir}.note`, 'utf8'));
  for (const [path, body] of world.wellKnown()) put(join(dir, path.slice(1)), body);
});
await claim('the_folder', () => ends(0, / 0 differ, 0 unreachable$/m, 'dir', dir));
await claim('every_file_of_the_folder_by_one_byte', async () => {
  const copy = join(work, 'copy');
  cpSync(dir, copy, { recursive: true });
  const files = [...all(dir)];
  for (const path of files) {
    const bytes = readFileSync(join(copy, path));
    const at = bytes.length >> 1;
    bytes[at] ^= 0x20;
    writeFileSync(join(copy, path), bytes);
    await ends(1, new RegExp(`^differs \\S+ /${path.replaceAll('.', '\\.')}: `, 'm'), 'dir', copy);
    cpSync(join(dir, path), join(copy, path));
  }
  await ends(0, / 0 differ/, 'dir', copy);
  return `${files.length} files`;
});
await claim('the_portable_file', async () => {
  const file = join(dir, readdirSync(dir).find((n) => /^sotto-.*\.html$/.test(n)));
  await ends(0, /^ok file \/sotto-/m, 'portable', file, '--note', join(dir, '.well-known/sotto/release/latest'), '--recent', join(dir, '.well-known/sotto/proof/1'), '--first', join(dir, '.well-known/sotto/first/1'));
});

const copy = join(work, 'copy');
// The same release in a log of sotto-log, for the monitor.
const logged = join(work, 'logged');
await claim('the_release_is_logged', () => {
  put(logTrust, `sotto-trust/v1\nline example.org/web\n${vkeys.map((v) => `release ${v}\n`).join('')}threshold 2\nlog ${tool('keygen', 'example.org/log', join(work, 'log-key'))}\nquorum none\n`);
  const note = join(work, 'logged-note');
  cpSync(`${dir}.note`, note);
  tool('sign', note, join(work, 'c'));
  log('init', join(work, 'log.db'), join(work, 'log-key'));
  log('append', join(work, 'log.db'), join(work, 'log-key'), note, '--trust', logTrust);
  log('publish', join(work, 'log.db'), logDir);
  cpSync(dir, logged, { recursive: true });
  for (const name of ['proof', 'first']) put(join(logged, '.well-known/sotto', name, '1'), log('proof', join(work, 'log.db'), '0'));
  for (const name of ['latest', '1']) cpSync(note, join(logged, '.well-known/sotto/release', name));
});
const gateway = await Gateway.start({ settings: { 'app-dir': copy } });
const other = await Gateway.start({ settings: { 'app-dir': logged, 'log-dir': logDir } });
const origin = `http://localhost:${gateway.appPort}`;
await claim('the_gateway', () => ends(0, / 0 differ, 0 unreachable$/m, 'origin', origin));
await claim('the_gateway_as_a_browser_sees_it', () => ends(0, / 0 differ, 0 unreachable$/m, 'origin', `${origin}/`, '--browser'));
await claim('the_gateway_with_one_changed_file', async () => {
  for (const path of ['index.html.br', readdirSync(dir).find((n) => /^app\..*\.js\.gz$/.test(n)), 'sw.js', readdirSync(dir).find((n) => /^core\..*\.wasm$/.test(n))]) {
    const bytes = readFileSync(join(dir, path));
    bytes[bytes.length >> 1] ^= 1;
    writeFileSync(join(copy, path), bytes);
    const served = path.replace(/\.(br|gz)$/, '').replace('index.html', '');
    await ends(1, new RegExp(`^differs \\S+ /${served.replaceAll('.', '\\.')}: `, 'm'), 'origin', origin);
    cpSync(join(dir, path), join(copy, path));
  }
});
await claim('the_monitor_of_gateway_and_log', async () => {
  const args = ['monitor', '--origin', `http://localhost:${other.appPort}`, '--log', `http://localhost:${other.port}/log`, '--trust', logTrust, '--state', join(work, 'state')];
  const first = await run(args);
  equal(first.code, 0, first.out.slice(-1500));
  check(/^ok leaf /m.test(first.out) && /^ok logged /m.test(first.out), first.out.slice(-800));
  writeFileSync(join(logged, 'sw.js'), 'evil()');
  writeFileSync(join(logged, 'sw.js.br'), 'evil()');
  const second = await run(args);
  equal(second.code, 1, second.out.slice(-800));
  check(/^differs loader \/sw\.js: /m.test(second.out), second.out.slice(-800));
  other.child.kill('SIGTERM');
  await other.exited;
});
await claim('the_gateway_stopped', async () => {
  gateway.child.kill('SIGTERM');
  await gateway.exited;
  await ends(3, /^unreachable/m, 'origin', origin);
});
for (const g of [gateway, other]) rmSync(g.dir, { recursive: true, force: true });
finish();
