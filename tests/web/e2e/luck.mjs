// Bad luck in Chromium, the real core, the real gateway: a gateway that has lost a message, and a clock that is a day off.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { befriend, chromium, endAll, firstRun, myLink, needs, openChat, send, startGateway, steps, unlock, until } from './lib.mjs';

const step = steps('luck');
const DAY_MS = 86_400_000;
let gw, alice, bob, dora, link, lost;

/** One statement on the gateway's database; rows of numbers. */
function sql(statement) {
  const file = join(gw.dir, 'sotto.db');
  const run = spawnSync('python3', ['-c', 'import sqlite3,sys,json\nd=sqlite3.connect(sys.argv[1],isolation_level=None)\nprint(json.dumps(d.execute(sys.argv[2]).fetchall()))', file, statement], { encoding: 'utf8' });
  if (run.status !== 0) throw new Error(run.stderr);
  return JSON.parse(run.stdout);
}
const newest = () => sql('SELECT grp, seq, body FROM glog WHERE kind <> 1 ORDER BY body DESC LIMIT 1')[0];
const sent = (p) => until('it is sent', () => p.eval(() => document.querySelector('article:last-of-type .ticks:not(.state0)') !== null));

/** What this person's page and core take for now is off by so much, from the next window on. */
async function clockOff(p, ms) {
  await p.page.addInitScript((by) => {
    const RealDate = Date;
    globalThis.Date = class extends RealDate {
      constructor(...given) {
        super(...(given.length > 0 ? given : [RealDate.now() + by]));
      }
      static now() {
        return RealDate.now() + by;
      }
    };
  }, ms);
  const shift = (by) => {
    const real = Date.now.bind(Date);
    Date.now = () => real() + by;
  };
  p.page.on('worker', (w) => {
    p.workers = (p.workers ?? 0) + 1;
    w.evaluate(shift, ms).catch((e) => p.errors.push(String(e)));
  });
}

try {
  needs('build/tests/page/index.html', 'build/release/gateway/sotto-gateway');
  await step('two_people_meet', async () => {
    gw = await startGateway();
    [alice, bob] = [await chromium('Alice'), await chromium('Bob')];
    await firstRun(alice, gw.url, 'Alice Arden');
    link = await myLink(alice);
    await firstRun(bob, gw.url, 'Bob Brand');
    await befriend(alice, bob, link, { a: 'Alice Arden', b: 'Bob Brand' });
    await send(alice, 'The first of three');
    await bob.sees('The first of three', { within: '.timeline' });
    await send(bob, 'I hear you');
    await alice.sees('I hear you', { within: '.timeline' });
  });
  await step('a_gateway_loses_a_message_while_one_is_away', async () => {
    await bob.goto('about:blank');
    const before = newest();
    await send(alice, 'The second, which nobody carries');
    await sent(alice);
    lost = await until('it lies at the gateway', () => (newest()[2] > before[2] ? newest() : null));
    await send(alice, 'The third of three');
    await until('so does the next', () => newest()[2] > lost[2]);
    await alice.goto('about:blank');
    await gw.stop();
    sql(`DELETE FROM glog WHERE grp = ${lost[0]} AND seq = ${lost[1]}`);
    sql(`DELETE FROM gbody WHERE id = ${lost[2]}`);
    await gw.start();
  });
  await step('the_other_is_told_that_one_is_missing_and_of_whom', async () => {
    await bob.goto(gw.url);
    await unlock(bob);
    await openChat(bob, 'Alice Arden');
    await bob.sees('The third of three', { within: '.timeline' });
    await bob.sees('A message of Alice Arden is missing', { within: '.timeline', ms: 60_000 });
    await bob.shot('luck-missing');
  });
  await step('asked_for_again_it_comes_and_stands_in_its_place', async () => {
    await bob.click('button', 'Ask again');
    await bob.sees('Asked; waiting for an answer', { within: '.timeline' });
    await alice.goto(gw.url);
    await unlock(alice);
    await bob.sees('The second, which nobody carries', { within: '.timeline', ms: 60_000 });
    await bob.seesNot('is missing', { within: '.timeline' });
    const shown = await bob.text('.timeline');
    const places = ['The first of three', 'The second, which nobody carries', 'The third of three'].map((x) => shown.indexOf(x));
    if (places.some((at, i) => at < 0 || (i > 0 && at < places[i - 1]))) throw new Error(`out of order: ${places}`);
  });
  await step('a_clock_that_is_a_day_fast_is_named_and_breaks_nothing', async () => {
    dora = await chromium('Dora');
    await clockOff(dora, DAY_MS);
    await firstRun(dora, gw.url, 'Dora Dale');
    await openChat(alice, 'Bob Brand');
    await alice.click('button', 'New chat');
    await befriend(alice, dora, await myLink(alice), { a: 'Alice Arden', b: 'Dora Dale' });
    if (!dora.workers) throw new Error('no worker was shifted');
    await until('the clock is named', async () => /The clock of this device is 1[,.]?4\d\d minutes fast\. Nothing is lost/.test(await dora.text()), 40_000);
    await dora.shot('luck-clock');
    await send(dora, 'By my clock it is tomorrow');
    await alice.sees('By my clock it is tomorrow', { within: '.timeline' });
    await send(alice, 'By mine it is today');
    await dora.sees('By mine it is today', { within: '.timeline' });
    if (/is missing|cannot be read/.test(`${await dora.text()}${await alice.text()}`)) throw new Error('something is said to be wrong');
  });
  await step('it_is_named_again_after_a_reload_and_no_more_when_it_is_right', async () => {
    await dora.reload();
    await unlock(dora);
    await dora.sees('minutes fast', { ms: 40_000 });
    await openChat(dora, 'Alice Arden');
    await send(alice, 'Still today here');
    await dora.sees('Still today here', { within: '.timeline' });
    const right = await dora.tab('Dora with a right clock');
    await dora.goto('about:blank');
    await right.goto(gw.url);
    await unlock(right);
    await openChat(right, 'Alice Arden');
    await right.sees('Still today here', { within: '.timeline' });
    await send(right, 'Now my clock is right');
    await alice.sees('Now my clock is right', { within: '.timeline' });
    await right.seesNot('minutes fast');
    dora.later = right;
  });
  await step('no_page_errors', async () => {
    const errors = [alice, bob, dora, dora.later].flatMap((p) => p.errors.map((e) => `${p.name}: ${e}`));
    if (errors.length > 0) throw new Error(errors.join('; '));
  });
} finally {
  if (step.broken()) {
    for (const p of [alice, bob, dora]) {
      if (!p) continue;
      await p.shot(`broken-${p.name}`).catch(() => undefined);
      if (p.errors.length) console.log(`#   ${p.name}: ${p.errors.slice(0, 3).join(' | ').slice(0, 600)}`);
    }
  }
  await endAll();
}
process.exitCode = step.failed() ? 1 : 0;
