// The throw-away worker of a derivation: asked once it says that it can be, ended when the answer is here, replaced when it
// does not start; and whoever waits for the key hears something in each case.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

interface Fake {
  onmessage: ((e: { data: unknown }) => void) | null;
  onerror: ((e: { message: string }) => void) | null;
}
const made: Fake[] = [];
const asked: [Fake, unknown][] = [];
let ended = 0;
let refused = false;
class FakeWorker implements Fake {
  onmessage: Fake['onmessage'] = null;
  onerror: Fake['onerror'] = null;
  constructor() {
    if (refused) throw new Error('no more workers');
    made.push(this);
  }
  addEventListener(): void {}
  removeEventListener(): void {}
  postMessage(question: { port: MessagePort }, transfer: ArrayBuffer[]): void {
    asked.push([this, structuredClone({ ...question, port: null }, { transfer: transfer.filter((t) => t instanceof ArrayBuffer) })]);
  }
  terminate(): void {
    ended++;
  }
}
const part = { url: 'worker.js', sha256: '' };
Object.assign(globalThis, { self: {}, Worker: FakeWorker, WORKER: part, SCAN: part, LANGUAGES: {}, PORTABLE: false, PARTS: null, location: { origin: 'http://localhost' }, fetch: () => new Promise(() => undefined) });
const { derive } = await import('../../../web/src/page/derive.ts');
const { derivedKey } = await import('../../../web/src/worker/kdf.ts');

function begin(): { said: unknown[]; passphrase: Uint8Array<ArrayBuffer>; failed: number; end(): void } {
  const port = { postMessage: (answer: unknown) => void it.said.push(answer) } as unknown as MessagePort;
  const passphrase = new Uint8Array(8).fill(5);
  const it = { said: [] as unknown[], passphrase, failed: 0, end: () => undefined as void };
  [made.length, asked.length, ended] = [0, 0, 0];
  it.end = derive({ passphrase, salt: new Uint8Array(16), ops: 3, memoryKib: 1, port }, () => it.failed++);
  return it;
}

test('a_worker_is_asked_once_it_can_be_and_ended_when_the_answer_is_here', (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const it = begin();
  assert.equal(asked.length, 0);
  made[0]?.onmessage?.({ data: 'ready' });
  made[0]?.onmessage?.({ data: 'ready' });
  assert.equal(asked.length, 1);
  assert.deepEqual((asked[0]?.[1] as { passphrase: Uint8Array }).passphrase, new Uint8Array(8).fill(5));
  assert.equal(it.passphrase.length, 0, 'moved, not copied');
  t.mock.timers.tick(3_600_000); // what has started may take its time
  assert.deepEqual([made.length, ended, it.failed, it.said.length], [1, 0, 0, 0]);
  it.end();
  assert.equal(ended, 1);
});

/** Rounds of the event loop: a weak reference that was looked at holds until the end of its round. */
async function collectAll(): Promise<void> {
  for (let i = 0; i < 3; i++) {
    await new Promise((done) => setTimeout(done, 5));
    collect();
  }
}

test('it_is_held_while_it_derives_by_nobody_else_and_let_go_when_it_is_ended', async () => {
  const it = begin();
  made[0]?.onmessage?.({ data: 'ready' });
  const held = new WeakRef(made[0] as Fake);
  const end = new WeakRef(it.end); // what would end it holds it, too
  [made.length, asked.length] = [0, 0];
  it.end = () => undefined;
  await collectAll();
  assert.ok(held.deref(), 'nobody holds the worker');
  end.deref()?.();
  await collectAll();
  assert.equal(held.deref(), undefined);
});

test('one_that_does_not_start_is_given_up_and_only_one_that_did_is_asked', (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  begin();
  t.mock.timers.tick(20_000);
  assert.deepEqual([made.length, ended], [2, 1]);
  made[0]?.onmessage?.({ data: 'ready' });
  assert.equal(asked.length, 0, 'the first was given up');
  made[1]?.onmessage?.({ data: 'ready' });
  assert.deepEqual([asked.length, asked[0]?.[0]], [1, made[1]]);
});

test('after_three_that_did_not_start_it_is_said_and_the_passphrase_is_wiped', (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  for (const none of [false, true]) {
    refused = none;
    const it = begin();
    for (let i = 0; i < 3; i++) t.mock.timers.tick(20_000);
    refused = false;
    assert.deepEqual(it.said, [{ ok: false, error: 'kdf: its worker does not start' }]);
    assert.deepEqual([made.length, it.failed], [none ? 0 : 3, 0]);
    assert.deepEqual(it.passphrase, new Uint8Array(8));
  }
});

test('one_that_cannot_load_or_breaks_is_an_answer', (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const it = begin();
  made[0]?.onmessage?.({ data: 'Error: no file' });
  assert.deepEqual([it.said, it.failed, ended], [[{ ok: false, error: 'kdf: Error: no file' }], 0, 1]);
  const late = begin();
  made[0]?.onmessage?.({ data: 'ready' });
  made[0]?.onerror?.({ message: 'memory' });
  assert.deepEqual([late.said, late.failed, ended], [[], 1, 1], 'the port is no longer here');
});

test('the_key_comes_over_the_port_and_nothing_else_is_taken_for_one', async () => {
  for (const [sent, got] of [
    [{ ok: true, value: new Uint8Array(32).fill(7) }, { ok: true, value: new Uint8Array(32).fill(7) }],
    [{ ok: false, error: 'kdf: 1' }, { ok: false, error: 'kdf: 1' }],
    ['ready', { ok: false, error: 'kdf: answer' }],
  ]) {
    const { port1, port2 } = new MessageChannel();
    const key = derivedKey(port2);
    port1.postMessage(sent);
    assert.deepEqual(await key, got);
  }
});
