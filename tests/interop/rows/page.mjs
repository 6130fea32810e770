// A peer: the page in Chromium, used as a person would. Chats are known by their titles.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { firstRun, myLink, openChat, saveFile, send, tempDir, until } from '../../web/e2e/lib.mjs';

export class Page {
  constructor(name, person, url) {
    Object.assign(this, { name, person, url });
  }
  async start() {
    this.code = await firstRun(this.person, this.url, this.name);
    await this.person.click('button', 'To my chats');
    await this.person.find('heading', 'Chats');
  }
  go(place) {
    return this.person.goto(`${this.url}/#/${place}`);
  }

  async link() {
    await this.person.click('button', 'New chat');
    return myLink(this.person);
  }
  async enter(link) {
    await this.person.click('button', 'New chat');
    await this.person.fill('Somebody’s link', link);
  }
  async add(link) {
    await this.enter(link);
    await this.person.click('button', 'Add', { exact: true });
    await this.person.find('field', 'Message to', { ms: 40_000 });
  }
  async join(link) {
    await this.enter(link);
    await this.person.click('button', 'Join group', { exact: true });
  }
  async accept() {
    await this.person.click('link', 'Requests', { ms: 40_000 });
    await this.person.click('button', 'Accept', { exact: true, ms: 40_000 });
    await this.person.find('field', 'Message to', { ms: 40_000 });
  }
  async decline() {
    await this.go('requests');
    await this.person.click('button', 'Decline', { exact: true });
    await this.person.sees('No requests');
  }
  /** Fingerprints of whoever asks. */
  async requests() {
    await this.go('requests');
    await this.person.find('heading', 'Requests');
    return this.person.eval(() => Array.from(document.querySelectorAll('.request .mono'), (e) => e.textContent));
  }

  async open(title) {
    if ((await this.person.text('.chat-header')).includes(title)) return;
    await this.person.find('.chat-row-title', title, { ms: 40_000 });
    await openChat(this.person, title);
  }
  async say(title, text) {
    await this.open(title);
    await send(this.person, text);
  }
  async sees(title, text) {
    await this.open(title);
    await this.person.sees(text, { within: '.timeline', ms: 40_000 });
  }
  async shows(title, text) {
    await this.open(title);
    return (await this.person.text('.timeline')).includes(text);
  }
  async seesNot(title, text) {
    await this.open(title);
    await this.person.seesNot(text, { within: '.timeline' });
  }
  async saves(title, file, bytes) {
    await this.open(title);
    await saveFile(this.person, file, bytes);
  }

  async sends(title, file, bytes) {
    await this.open(title);
    const path = join(tempDir('file'), file);
    writeFileSync(path, bytes);
    await this.person.upload(path);
    await this.person.find('heading', 'Send a file');
    await this.person.click('button', 'Send', { exact: true });
  }

  async makeGroup(name, titles) {
    await this.person.click('button', 'New chat');
    await this.person.click('button', 'New group');
    await this.person.fill('Name of the group', name);
    for (const title of titles) await this.person.press('switch', title);
    await this.person.click('button', 'Make group');
    await this.person.sees(name, { within: '.chat-header' });
  }
  async remove(title, who) {
    await this.open(title);
    await this.go(`${(await this.person.eval(() => location.hash)).slice(2)}/info`);
    await this.person.click('button', `Menu for ${who}`);
    await this.person.click('button', 'Remove from group', { exact: true });
    await until('it is done', async () => !(await this.person.has('button', `Menu for ${who}`)));
    await this.person.click('button', 'Close');
  }
}
