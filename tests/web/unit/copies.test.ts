import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Change, MessageView } from '../../../web/src/shared/abi.gen.ts';
import { applyChanges, arrivals, timeline, vanished } from '../../../web/src/page/state/patch.ts';
import { hits, starred } from '../../../web/src/page/state/search.ts';
import { polite, speak } from '../../../web/src/page/state/spoken.ts';
import { chats, phase } from '../../../web/src/page/state/state.ts';
import { cut, emptyTimeline } from '../../../web/src/page/state/pages.ts';

const WORDS = 'better unsaid';
function message(id: number, more: Partial<MessageView> = {}): MessageView {
  return { id, chat: 1, sender: 2, senderName: 'Ana', mine: false, atMs: id * 1000, type: 0, text: WORDS, reply: null, edited: false, state: 1, reactions: [], file: null, notice: 0, starred: false, mentionsMe: false, expiresMs: 0, reason: 0, ...more };
}
const changed = (m: MessageView, fresh = false): Change => ({ kind: 'message_changed', message: m, fresh });
const gone: Change = { kind: 'message_gone', chat: 1, message: 5 };
const emptied = changed(message(5, { type: 4, text: '' }));
const edited = changed(message(5, { text: 'another word', edited: true }));

function setUp(): MessageView {
  const m = message(5);
  const answer = message(6, { text: 'quite so', reply: { id: 5, senderName: 'Ana', text: WORDS } });
  timeline.value = { ...emptyTimeline(1), pages: cut([m, answer]) };
  hits.value = [{ message: m, chatTitle: 'c' }];
  starred.value = [{ message: m, chatTitle: 'c' }];
  phase.value = 'open';
  vanished.value = new Set();
  applyChanges([changed(m, true)]);
  return m;
}
/** Everything in the page that may hold words. */
const held = (): string => JSON.stringify([timeline.value, hits.value, starred.value, arrivals.value, polite.value, Array.from(chats.value)]);

function ticking(body: (tick: (ms: number) => void) => void): void {
  // Timers by hand: setTimeout of this process would make a test of speed.
  const real = [globalThis.setTimeout, globalThis.clearTimeout] as const;
  let now = 0;
  let last = 0;
  const due = new Map<number, { at: number; run: () => void }>();
  Object.assign(globalThis, {
    setTimeout: (run: () => void, ms = 0) => {
      due.set(++last, { at: now + ms, run });
      return last;
    },
    clearTimeout: (n: number) => due.delete(n),
  });
  try {
    body((ms) => {
      for (const end = now + ms; ; ) {
        const [next] = Array.from(due).filter(([, d]) => d.at <= end).sort(([, a], [, b]) => a.at - b.at);
        if (!next) {
          now = end;
          return;
        }
        now = next[1].at;
        due.delete(next[0]);
        next[1].run();
      }
    });
  } finally {
    Object.assign(globalThis, { setTimeout: real[0], clearTimeout: real[1] });
  }
}

test('the region says one sentence and is emptied with its queue', () => {
  ticking((tick) => {
    speak('first', message(1));
    tick(60);
    assert.equal(polite.value, 'first');
    speak('second', message(2));
    speak('third', message(3));
    tick(1000);
    assert.equal(polite.value, 'first');
    tick(1000);
    assert.match(polite.value, /spoken-many/);
    tick(2000);
    assert.equal(polite.value, '');
    speak('fourth');
    tick(60);
    assert.equal(polite.value, 'fourth');
    tick(2000);
    assert.equal(polite.value, '');
  });
});

test('what one sent oneself is not counted among the new messages', () => {
  ticking((tick) => {
    speak('first', message(1));
    tick(60);
    speak('Sent');
    speak('second', message(2));
    speak('Sent');
    tick(2000);
    assert.equal(polite.value, 'second');
    speak('Sent');
    speak('Sent');
    tick(2000);
    assert.equal(polite.value, 'Sent');
    tick(2000);
  });
});

for (const [how, change] of [['deleted here', gone], ['deleted for everyone', emptied], ['edited', edited], ['in a chat that goes', { kind: 'chat_gone', chat: 1 } as const], ['locked', { kind: 'locked_changed', unlocked: false } as const]] as const) {
  test(`a sentence of a message goes with it: ${how}`, () => {
    ticking((tick) => {
      const m = setUp();
      speak(`Ana: ${WORDS}`, m);
      tick(60);
      assert.match(polite.value, /unsaid/);
      speak(`Ana: ${WORDS}`, m);
      applyChanges([change]);
      assert.equal(polite.value, '', 'said');
      tick(5000);
      assert.equal(polite.value, '', 'queued');
    });
  });
}

test('a tick more takes nothing away', () => {
  ticking((tick) => {
    const m = setUp();
    speak(`Ana: ${WORDS}`, m);
    tick(60);
    applyChanges([changed({ ...m, state: 3 })]);
    assert.match(polite.value, /unsaid/);
    tick(5000);
  });
});

for (const [how, change] of [['deleted here', gone], ['deleted for everyone', emptied], ['edited', edited]] as const) {
  test(`no copy of the words is left: ${how}`, () => {
    setUp();
    assert.match(held(), /unsaid/);
    applyChanges([change]);
    assert.doesNotMatch(held(), /unsaid/);
    assert.match(held(), /quite so/);
    assert.equal(vanished.value.has(5), how !== 'edited');
  });
}

test('what arrives in one breath is all there to be spoken, a line after it takes nothing away', () => {
  setUp();
  applyChanges([changed(message(7), true), changed(message(8, { type: 2, text: '' }), true), changed(message(7, { state: 3 }))]);
  assert.deepEqual(arrivals.value.map((m) => m.id), [7, 8]);
  applyChanges([changed(message(7, { state: 3 }))]);
  assert.deepEqual(arrivals.value, [], 'and only once');
});

test('locked, nothing is left at all', () => {
  setUp();
  applyChanges([{ kind: 'locked_changed', unlocked: false }]);
  assert.doesNotMatch(held(), /unsaid|quite so|Ana/);
});
