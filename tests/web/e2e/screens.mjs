// Every screen at three widths, in both themes and both directions: pictures under build/screenshots, and axe on each.
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { chromium, endAll, firstRun, myLink, needs, sleep, startGateway, steps, tempDir, until } from './lib.mjs';

const step = steps('screens');
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const WIDTHS = process.env.SOTTO_WIDTHS?.split(',').map(Number) ?? [360, 800, 1400];
const findings = [];
let looked = 0;
let gw, alice, bob;

async function look(p, name) {
  const cdp = (p.cdp ??= await p.context.newCDPSession(p.page));
  // In a world of its own: the page's Trusted Types let no script of ours in.
  const { frameTree } = await cdp.send('Page.getFrameTree');
  const { executionContextId } = await cdp.send('Page.createIsolatedWorld', { frameId: frameTree.frame.id, worldName: 'axe' });
  await cdp.send('Runtime.evaluate', { expression: axe, contextId: executionContextId });
  const { result } = await cdp.send('Runtime.evaluate', {
    expression: `axe.run(document, { resultTypes: ['violations'] }).then((r) => JSON.stringify(r.violations.map((v) => [v.id, v.impact, v.nodes.slice(0, 3).map((n) => n.html.slice(0, 160) + ' ' + (n.any[0]?.message ?? ''))])))`,
    contextId: executionContextId, awaitPromise: true, returnByValue: true,
  });
  looked++;
  for (const [id, impact, nodes] of JSON.parse(result.value ?? '[]')) findings.push(`${name}: ${id} (${impact}) ${nodes[0]}`);
}

/** The screen as it is now, at each width and in each theme. */
async function record(p, name, ready = async () => {}) {
  for (const theme of ['light', 'dark']) {
    await p.eval((t) => {
      document.documentElement.dataset.theme = t;
    }, theme);
    for (const width of WIDTHS) {
      await p.size(width, width < 500 ? 740 : 900);
      await sleep(80);
      await ready();
      await p.shot(`${name}-${width}-${theme}`);
      await look(p, `${name}-${width}-${theme}`);
    }
  }
  await p.size(1400, 900);
}

async function go(p, to) {
  await p.eval((h) => {
    location.hash = h;
  }, `#/${to}`);
  await sleep(250);
}

function png() {
  // A small gradient, made by the browser itself.
  return alice.eval(async () => {
    const c = document.createElement('canvas');
    c.width = 480;
    c.height = 320;
    const x = c.getContext('2d');
    const g = x.createLinearGradient(0, 0, 480, 320);
    g.addColorStop(0, '#0b5c66');
    g.addColorStop(1, '#f2c36b');
    x.fillStyle = g;
    x.fillRect(0, 0, 480, 320);
    x.fillStyle = '#fff';
    x.beginPath();
    x.arc(360, 90, 40, 0, 7);
    x.fill();
    return c.toDataURL('image/png').split(',')[1];
  });
}

try {
  needs('build/tests/page/index.html');
  await step('first_run_screens', async () => {
    gw = await startGateway();
    alice = await chromium('Alice');
    await alice.goto(gw.url);
    await alice.find('field', 'Name');
    await record(alice, '01-name');
    await alice.click('button', 'I have Sotto elsewhere');
    await record(alice, '02-elsewhere');
    await alice.click('button', 'Back');
    await alice.fill('Name', 'Alice Arden');
    await alice.keys('Enter');
    await alice.find('field', 'Passphrase');
    await record(alice, '03-lock');
    await alice.fill('Passphrase', 'quiet paper lantern river');
    await alice.keys('Enter');
    await alice.find('button', 'I have kept it', { ms: 60_000 });
    await record(alice, '04-recovery');
    await alice.click('button', 'Later');
    await alice.find('button', 'To my chats');
    await myLink(alice);
    await sleep(500);
    await record(alice, '05-invite');
  });
  await step('chat_screens', async () => {
    const link = await myLink(alice);
    await alice.click('button', 'To my chats');
    bob = await chromium('Bob');
    await firstRun(bob, gw.url, 'Bob Brand');
    await bob.fill('Somebody’s link', link);
    await bob.click('button', 'Add', { exact: true });
    await alice.click('link', 'Requests', { ms: 60_000 });
    await alice.find('button', 'Accept');
    await record(alice, '06-requests');
    await alice.click('button', 'Accept');
    await alice.find('field', 'Message to', { ms: 60_000 });
    await alice.sees('Bob Brand', { within: '.chat-header', ms: 60_000 });
    const texts = [
      [bob, 'Good evening! Did you see the **lighthouse** plan? https://example.org/lighthouse'],
      [bob, 'The keeper asks for three of us on Friday.'],
      [alice, 'I did. It reads *well*, though the second page needs a table.'],
      [alice, '- lamp oil\n- rope\n- the blue ledger'],
      [bob, '`make light` says it is done'],
      [alice, '> The keeper asks for three of us\nI can come. Carol too, I think.'],
      [bob, '🎉'],
    ];
    for (const [who, text] of texts) {
      await who.fill('Message to', '');
      await who.eval(([v]) => {
        const el = document.getElementById('composer');
        Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, 'value').set.call(el, v);
        el.dispatchEvent(new Event('input', { bubbles: true }));
      }, [text]);
      await who.keys('Enter');
      await sleep(400);
    }
    const picture = join(tempDir('picture'), 'harbour.png');
    writeFileSync(picture, Buffer.from(await png(), 'base64'));
    await bob.upload(picture);
    await bob.find('heading', 'Send a file');
    await record(bob, '07-attach');
    await bob.click('button', 'Send', { exact: true });
    await until('picture', () => alice.eval(() => document.querySelector('.picture img:not(.blur)') !== null), 60_000);
    await alice.eval(() => document.querySelector('article.theirs')?.focus());
    await sleep(500);
    await record(alice, '08-chat');
    await record(alice, '09-message-menu', async () => {
      // it closes when the window changes: opened again for each look
      if (await alice.eval(() => document.querySelector('.menu') !== null)) return;
      await alice.eval(() => Array.from(document.querySelectorAll('article')).at(-2)?.focus());
      await alice.keys('Enter');
      await until('the menu', () => alice.eval(() => document.querySelector('.menu') !== null));
      await sleep(150);
    });
    await alice.keys('Escape');
    await alice.click('button', 'Emoji', { exact: true });
    await sleep(600);
    await record(alice, '10-emoji');
    await alice.click('button', 'Emoji', { exact: true });
  });
  const id = () => alice.eval(() => Number(/chat\/(\d+)/.exec(location.hash)?.[1]));
  await step('pages', async () => {
    const chat = await id();
    await go(alice, `chat/${chat}/info`);
    await sleep(500);
    await record(alice, '11-details');
    await go(alice, '');
    await record(alice, '12-list');
    await alice.fill('Search', 'lighthouse');
    await alice.find('a.hit', 'lighthouse');
    await record(alice, '13-search');
    await alice.keys('Escape');
    for (const [n, to] of [['14-new', 'new'], ['15-group-new', 'group'], ['16-starred', 'starred'], ['17-people', 'people'], ['18-settings', 'settings'], ...['profile', 'look', 'notices', 'chats', 'safety', 'devices', 'links', 'storage'].map((x, i) => [`${19 + i}-settings-${x}`, `settings/${x}`])]) {
      await go(alice, to);
      await sleep(250);
      await record(alice, n);
    }
    await alice.keys('?');
    await alice.find('heading', 'Keyboard');
    await record(alice, '28-shortcuts');
    await alice.keys('Escape');
    await go(alice, '');
    await alice.click('button.code-mark');
    await alice.find('heading', 'Local build');
    await record(alice, '29-code');
    await alice.keys('Escape');
  });
  await step('alarm', async () => {
    // What the page keeps when another loader has shown up; tests/attacks makes a true one.
    await bob.eval(() => localStorage.setItem('sotto-alarm', JSON.stringify({ code: 'loader-update', at: Date.now(), release: 'rRMBQ6qRGRsfaeHcH1qXhqXQYQ0JtLDYhOqIYcKyhIE' })));
    await bob.reload();
    await bob.find('heading', 'Something tried to replace the check');
    await record(bob, '37-alarm');
  });
  /** In Alice's settings, which are open. */
  const choose = (language) =>
    alice.eval((value) => {
      const s = Array.from(document.querySelectorAll('.column select')).at(-1);
      s.value = value;
      s.dispatchEvent(new Event('change', { bubbles: true }));
    }, language);
  await step('another_language', async () => {
    await go(alice, 'settings/look');
    await choose('de');
    await alice.find('heading', 'Aussehen und Sprache');
    await record(alice, '38-de-look');
    await go(alice, '');
    await record(alice, '39-de-list');
    await alice.click('a.chat-row', 'Bob Brand');
    await sleep(500);
    await record(alice, '40-de-chat');
    await go(alice, 'settings/safety');
    await record(alice, '41-de-safety');
  });
  await step('right_to_left', async () => {
    await go(alice, 'settings/look');
    await choose('ar');
    await until('direction', () => alice.eval(() => document.documentElement.dir === 'rtl'));
    await record(alice, '30-ar-look');
    await go(alice, '');
    await record(alice, '31-ar-list');
    await alice.click('a.chat-row', 'Bob Brand');
    await sleep(500);
    await record(alice, '32-ar-chat');
    await go(alice, 'settings/safety');
    await record(alice, '33-ar-safety');
    await alice.reload();
    await until('locked', () => alice.eval(() => document.querySelector('input[type=password]') !== null));
    await record(alice, '34-ar-locked');
    await alice.click('button.code-mark');
    await until('the dialog', () => alice.eval(() => document.querySelector('dialog[open]') !== null));
    await record(alice, '35-ar-code');
  });
  await step(`axe_finds_nothing`, async () => {
    if (findings.length === 0 && looked > 0) return;
    for (const f of [...new Map(findings.map((x) => [x.replace(/^[^:]*/, '').slice(0, 120), x])).values()].slice(0, 25)) console.log(`#   ${f}`);
    throw new Error(`${findings.length} findings in ${looked} looks`);
  });
  console.log(`# ${looked} looks with axe`);
} finally {
  if (step.broken()) {
    for (const p of [alice, bob]) {
      await p?.shot(`broken-${p.name}`).catch(() => undefined);
      if (p?.errors.length) console.log(`#   ${p.name}: ${p.errors.slice(0, 3).join(' | ').slice(0, 600)}`);
    }
  }
  await endAll();
}
process.exitCode = step.failed() ? 1 : 0;
