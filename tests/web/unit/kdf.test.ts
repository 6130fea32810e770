// The throw-away worker of a derivation lives until it has answered. Firefox ends a worker that nobody can reach any more,
// also while it computes: the answer would never come, and the passphrase would be looked at for ever.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

interface Fake {
  onmessage: ((e: { data: unknown }) => void) | null;
}
const made: WeakRef<Fake>[] = [];
let ended = 0;
let refused = false;
const asked: [Fake, unknown][] = [];
class FakeWorker implements Fake {
  onmessage: Fake['onmessage'] = null;
  onerror: unknown = null;
  constructor() {
    if (refused) throw new Error('no more workers');
    made.push(new WeakRef(this));
  }
  postMessage(question: unknown, transfer: ArrayBuffer[]): void {
    asked.push([this, structuredClone(question, { transfer })]);
  }
  terminate(): void {
    ended++;
  }
}
Object.assign(globalThis, { self: { location: { href: 'worker.js' } }, Worker: FakeWorker });
const { deriveKey } = await import('../../../web/src/worker/kdf.ts'); // reads the address of its script at once
const slot = { slotKind: 1, salt: new Uint8Array(16), ops: 3, memory: 1024, label: new Uint8Array(0) };

/** Rounds of the event loop: a weak reference that was looked at holds until the end of its round. */
async function collectAll(): Promise<void> {
  for (let i = 0; i < 3; i++) {
    await new Promise((done) => setTimeout(done, 5));
    collect();
  }
}

test('the_worker_is_held_while_it_derives_and_let_go_when_it_has_answered', async () => {
  const key = new Uint8Array(32).fill(7);
  const answered: unknown[] = [];
  void deriveKey(new Uint8Array(8), slot).then((answer) => answered.push(answer));
  await collectAll();
  assert.ok(made[0]?.deref(), 'nobody holds the worker');
  made[0].deref()?.onmessage?.({ data: { ok: true, value: key } });
  await collectAll();
  assert.deepEqual(answered, [{ ok: true, value: key }]);
  assert.equal(ended, 1);
  assert.equal(made[0].deref(), undefined);
});

test('a_worker_that_does_not_start_is_given_up_and_only_one_that_did_is_asked', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const passphrase = new Uint8Array(8).fill(5);
  const before = made.length;
  ended = 0;
  const answer = deriveKey(passphrase, slot);
  assert.deepEqual(passphrase, new Uint8Array(8));
  t.mock.timers.tick(20_000);
  assert.equal(made.length, before + 2);
  assert.equal(ended, 1);
  assert.equal(asked.length, 0);
  const second = made[before + 1]?.deref();
  second?.onmessage?.({ data: 'ready' });
  assert.equal(asked.length, 1);
  assert.equal(asked[0]?.[0], second);
  assert.deepEqual((asked[0]?.[1] as { passphrase: Uint8Array }).passphrase, new Uint8Array(8).fill(5));
  t.mock.timers.tick(3_600_000); // what has started may take its time
  assert.equal(made.length, before + 2);
  second?.onmessage?.({ data: { ok: true, value: new Uint8Array(32) } });
  assert.deepEqual(await answer, { ok: true, value: new Uint8Array(32) });
  assert.equal(ended, 2);
});

test('after_three_that_did_not_start_it_is_said', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const before = made.length;
  const answer = deriveKey(new Uint8Array(8), slot);
  for (let i = 0; i < 3; i++) t.mock.timers.tick(20_000);
  assert.deepEqual(await answer, { ok: false, error: 'kdf: its worker does not start' });
  assert.equal(made.length, before + 3);
});

test('a_worker_that_cannot_be_made_at_all_is_an_answer', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  refused = true;
  assert.equal((await deriveKey(new Uint8Array(8), slot)).ok, false);
  refused = false;
  const late = deriveKey(new Uint8Array(8), slot);
  refused = true;
  t.mock.timers.tick(20_000);
  assert.equal((await late).ok, false);
  refused = false;
});
