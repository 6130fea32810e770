// Releases that are offered to somebody who has one: changed, old, unsigned, unlogged, too new, cut off half-way.
import { attacks, part } from './hostile.mjs';
import { BOTH, CANARY, check, CHROMIUM, equal, row, sleep, until } from './lib.mjs';
import { DAY_S, makeKey, now, url64 } from './world.mjs';

/** The next release, of which one file is another one than in the release that is there. */
function changed({ world }, path, seq) {
  const { one, two } = world;
  const more = path.endsWith('.wasm') ? [0, 2, 1, 0x78] : [10]; // an empty custom section, or an empty line
  return world.derive(two, { version: '1.2.0', seq, prev: seq === 2 ? one.hash : two.hash, change: { [path]: Buffer.concat([two.files.get(path), Buffer.from(more)]) } });
}

/** The attack is on, what it offers is refused under that name; then the honest one again. */
async function refused(s, attack, code, path) {
  attack();
  const news = await s.trouble(code, path);
  equal(news.active.seq, 1, `active release (${code})`);
  equal(news.staged, null, `staged release (${code})`);
  s.server.offer(s.one);
  await s.settled('all is well again', ({ trouble }) => trouble === null);
}

export const updates = [
  row('A04', 'P', BOTH, async (s) => {
    await s.person();
    const paths = ['app.js', 'app.css', 'core.wasm', 'worker.js'].map((n) => part(s.world.two, ...n.split('.')));
    let seq = 1; // each a number of its own: one number has one text
    for (const path of paths) {
      seq++;
      s.server.clear();
      s.server.publish(changed(s, path, seq));
      attacks.A04(s.server, { path });
      const { active, staged } = await s.trouble('file', path);
      equal(`${active.seq} ${staged}`, '1 null', `active and staged (${path})`);
      await s.markSays(path);
      await s.markSays(`1 -> ${seq}`);
    }
    await s.p.find('field', 'Message to'); // the old one keeps running
    s.server.clear();
    await s.settled('the honest bytes are staged', ({ staged }) => staged?.seq === seq);
    await s.safe();
    return `${paths.join(', ')}, each in turn: "file <path>" in the loader's word and on the screen, release 1 goes on; the honest bytes are staged afterwards`;
  }),
  row('A20', 'P', BOTH, async (s) => {
    s.server.publish(s.world.two);
    await s.pinned();
    equal(await s.activeSeq(), 2, 'active release');
    attacks.A20(s.server);
    const { trouble, active } = await s.trouble('rollback');
    equal(`${active.seq} ${trouble.seqs}`, '2 2,1', 'active, and both numbers');
    await s.markSays('2 -> 1');
    await s.markSays('offers an older release');
    await s.go('/');
    await s.checked();
    equal(await s.activeSeq(), 2, 'active release after a new start');
    return 'an older release, signed, logged and freshly proven: refused, release 2 goes on, the screen names both numbers (2 -> 1)';
  }),
  row('A21', 'D', CHROMIUM, async (s) => {
    const until14 = 8;
    s.server.offer({ ...s.one, recent: s.server.log.proof(0, { time: now() - 14 * DAY_S + until14 }) });
    await s.pinned();
    await sleep(until14 * 1000 + 1500);
    await s.go('/');
    await until('the mark says so', () => s.p.eval(() => document.querySelector('.code-mark.stale') !== null));
    await s.markSays('no witness has confirmed for fourteen days');
    equal(await s.activeSeq(), 1, 'active release');
    // A witness tells on the gateway at once.
    s.server.offer(s.one);
    await s.settled('fresh again', ({ active }) => active.time > now() - DAY_S);
    attacks.A21(s.server);
    await s.trouble('withheld');
    await s.markSays('holds a newer release back');
    attacks.A21(s.server, { key: makeKey(s.world.keys.log.name) });
    await s.settled('a checkpoint that the log did not sign says nothing', ({ trouble }) => trouble === null);
    return 'fourteen days after the last proof the mark says "not confirmed as newest"; a witness that has seen a larger log makes it "withheld" at once';
  }),
  row('A22', 'P', BOTH, async (s) => {
    await s.pinned();
    const { two, keys, sign } = s.world;
    const [a, b] = keys.release;
    const whole = sign(two.text);
    const cases = [
      ['threshold', sign(two.text, [a])], ['threshold', sign(two.text, [a, a])], ['threshold', sign(two.text, [a, keys.stranger])],
      ['threshold', sign(two.text, [makeKey(a.name), makeKey(b.name)])], ['release-signature', `${two.text.replace('version 1.1.0', 'version 1.1.1')}\n${whole.split('\n\n')[1]}`],
      ['release-signature', `${sign(two.text, [a])}${b.line('something else')}`], ['line', sign(two.text.replace('line sotto.example', 'line other.example'))],
      ['note-format', sign(two.text.replace('seq 2', 'seq 02'))],
    ];
    for (const [code, note] of cases) await refused(s, () => attacks.A22(s.server, { note }), code);
    // Anything that is bent, somewhere.
    let bent = 0;
    for (let i = 0; i < 24; i++) {
      const bytes = Buffer.from(whole);
      const at = Math.floor((i / 24) * bytes.length) + 3;
      bytes[at] ^= 1 << i % 7;
      attacks.A22(s.server, { note: bytes });
      const { staged, active, trouble } = await s.checkNow();
      check(staged === null && active.seq === 1 && trouble !== null, `bent at byte ${at}: ${JSON.stringify(trouble)}`);
      bent++;
    }
    return `${cases.length} notes (one signature, a key twice, strangers, wrong signatures, another line) refused by name, ${bent} bent ones refused; release 1 goes on`;
  }),
  row('A23', 'P', BOTH, async (s) => {
    await s.pinned();
    const { log } = s.server;
    const made = s.server.publish(s.world.two, { latest: false });
    const good = made.recent;
    const lines = (f) => f(good.split('\n')).join('\n');
    const stolen = makeKey(s.world.keys.log.name);
    const cases = [
      ['proof-format', ''], ['inclusion', log.proof(0)], ['inclusion', log.proof(1, { at: 0 })], ['inclusion', log.proof(1, { at: 2 })],
      ['inclusion', log.proof(1, { hashes: () => [] })], ['inclusion', log.proof(1, { hashes: (h) => [...h, h[0]] })],
      ['proof-format', lines(([a, ...more]) => [a, 'extra AAAA', ...more])], ['proof-format', good.slice(0, good.indexOf('\n\n'))],
      ['checkpoint-format', good.replace('\n2\n', '\n02\n')], ['log-origin', log.proof(1, { origin: 'log.example/other' })],
      ['log-signature', log.proof(1, { key: stolen })], ['log-signature', good.replace('\n2\n', '\n3\n')], ['quorum', log.proof(1, { by: [1] })], ['quorum', log.proof(1, { by: [] })],
      ['quorum', log.proof(1, { by: [2, 2] })], ['future', log.proof(1, { time: now() + 3600 })], ['stale', log.proof(1, { time: now() - 15 * DAY_S })],
      ['witness-signature', log.proof(1, { by: [0] }) + s.world.keys.witnesses[1].cosign('something else', now())],
    ];
    for (const [code, recent] of cases) await refused(s, () => attacks.A23(s.server, { made, recent }), code);
    await refused(s, () => attacks.A23(s.server, { made, recent: good, first: log.proof(0) }), 'inclusion');
    s.server.offer(made);
    await s.settled('the honest proof is accepted', ({ staged }) => staged?.seq === 2);
    return `${cases.length + 1} proofs (none, of another leaf, wrong place, cut, too long, other log, short quorum, future, stale), each refused by its own name; the honest one is accepted`;
  }),
  row('A24', 'PD', CHROMIUM, async (s) => {
    await s.pinned();
    s.server.publish(s.world.two, { latest: false });
    await refused(s, () => attacks.A24(s.server), 'quorum');
    return 'a second history of one size has one witness at most: the page refuses it (quorum)';
  }),
  row('A33', 'D', BOTH, async (s) => {
    await s.person();
    attacks.A33(s.server);
    const { pending, active, staged } = await s.settled('the release waits', (news) => news.pending?.seq === 2);
    equal(`${active.seq} ${staged}`, '1 null', 'active and staged');
    check(Math.abs(pending.readyAt - (now() + DAY_S - 60)) < 60, `ready at ${pending.readyAt}`);
    await s.markSays('everybody gets a day to object');
    await s.go('/');
    await s.p.find('field', 'Passphrase');
    equal(await s.activeSeq(), 1, 'active release after a new start');
    return 'signed by a stolen threshold, logged and witnessed a minute ago: shown as waiting for a day, release 1 goes on';
  }),
  row('U01', 'P', BOTH, async (s) => {
    await s.person();
    s.server.publish(s.world.two);
    await s.settled('staged', ({ staged }) => staged?.seq === 2);
    await s.p.sees('Version 1.1.0 is ready');
    await s.p.eval(() => document.getElementById('composer').focus());
    await s.p.keys('End');
    await s.p.type(' and more');
    await s.p.click('button', 'Update', { exact: true }); // at once, while the last letters may not be kept yet
    await s.p.find('field', 'Passphrase');
    equal(await s.activeSeq(), 2, 'active release');
    await s.unlocked();
    await s.p.click('a.chat-row', CANARY.chat);
    await s.p.find('field', 'Message to');
    await until('the draft is there', async () => (await s.p.eval(() => document.getElementById('composer').value)) === `${CANARY.draft} and more`);
    equal(await s.p.eval(async () => (await fetch('/')).status), 200, 'status');
    return 'who updates keeps a half-written message, to the last letter';
  }),
  row('U02', 'P', BOTH, async (s) => {
    const profile = await s.persistent();
    await s.person();
    s.server.publish(s.world.two);
    const held = part(s.world.two, 'app', 'js');
    const go = s.server.hold(held);
    await s.p.eval(() => navigator.serviceWorker.controller.postMessage({ t: 'check' }));
    await until('all but one of the files are being staged', () => s.server.asked(held) > 0);
    await sleep(500);
    await s.kill();
    await s.persistent(profile);
    await s.go('/');
    await s.p.find('field', 'Passphrase');
    const { active, staged } = await s.state();
    equal(`${active.seq} ${active.version} ${staged}`, '1 1.0.0 null', 'active and staged after the cut');
    await s.unlocked();
    go();
    s.server.held.clear();
    await s.settled('staging completes', (news) => news.staged?.seq === 2);
    await s.p.click('button', 'Update', { exact: true });
    await s.p.find('field', 'Passphrase');
    equal(await s.activeSeq(), 2, 'active release');
    return 'killed while a release was being staged: the one before starts and unlocks, staging completes, the update is taken';
  }),
  row('U05', 'P', BOTH, async (s) => {
    await s.person();
    const loader = Buffer.concat([s.world.two.loader, Buffer.from('// another one\n')]);
    s.server.publish(s.world.derive(s.world.two, { version: '1.3.0', seq: 2, prev: s.world.one.hash, loader }));
    const { active, staged } = await s.trouble('loader', url64(loader));
    equal(`${active.seq} ${staged}`, '1 null', 'active and staged');
    await s.markSays(url64(loader));
    await s.p.eval(() => document.querySelector('.code-mark').click());
    await s.p.click('button', 'I have compared it: take it');
    await s.settled('the release is staged', (news) => news.staged?.seq === 2);
    await s.closeDialog();
    await s.p.click('button', 'Update', { exact: true });
    await s.p.find('field', 'Passphrase');
    await s.checked();
    equal(await s.activeSeq(), 2, 'active release');
    return 'a release with another loader is refused, its hash is on the screen; who has compared it and agrees gets it';
  }),
];
