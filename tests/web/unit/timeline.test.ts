import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { MessageView } from '../../../web/src/shared/abi.gen.ts';
import { addAfter, addBefore, continues, cut, dropMessage, emptyTimeline, findMessage, newest, oldest, putMessage, type Timeline } from '../../../web/src/page/state/pages.ts';

function message(id: number, more: Partial<MessageView> = {}): MessageView {
  return { id, chat: 1, sender: 2, senderName: 'Ana', mine: false, atMs: id * 1000, type: 0, text: `t${id}`, reply: null, edited: false, state: 1, reactions: [], file: null, notice: 0, starred: false, mentionsMe: false, expiresMs: 0, reason: 0, ...more };
}
const range = (from: number, to: number): MessageView[] => Array.from({ length: to - from + 1 }, (_, i) => message(from + i));
const ids = (t: Timeline): number[] => t.pages.flatMap((p) => p.list.map((m) => m.id));
const started = (from: number, to: number): Timeline => ({ ...emptyTimeline(1), pages: cut(range(from, to)), moreBefore: true });

test('pages of fifty, counted from the newest', () => {
  assert.deepEqual(cut(range(1, 120)).map((p) => p.list.length), [20, 50, 50]);
});

test('older ones in front, far pages dropped at the other end', () => {
  let t = started(951, 1000);
  for (let to = 950; to > 450; to -= 50) t = addBefore(t, range(to - 49, to), true);
  assert.equal(t.pages.length, 8);
  assert.equal(t.moreAfter, true);
  assert.equal(oldest(t), 451);
  assert.deepEqual(ids(t), range(451, 850).map((m) => m.id));
  t = addAfter(t, range(851, 900), true);
  assert.equal(oldest(t), 501);
  assert.equal(t.moreBefore, true);
});

test('a fresh message comes last, once, and only when the end is in view', () => {
  let t = started(1, 10);
  t = putMessage(t, message(11), true);
  t = putMessage(t, message(11, { state: 3 }), false);
  assert.deepEqual(ids(t).slice(-2), [10, 11]);
  assert.equal(newest(t)?.state, 3);
  assert.deepEqual(ids(putMessage({ ...t, moreAfter: true }, message(12), true)).at(-1), 11);
  assert.equal(putMessage(t, message(12, { chat: 9 }), true), t);
  assert.equal(ids(putMessage(t, message(5), false)).length, 11, 'an update of what is here changes no count');
});

test('an old message that is not in view is not put at the end', () => {
  assert.deepEqual(ids(putMessage(started(100, 110), message(50), false)), range(100, 110).map((m) => m.id));
});

test('a full page is followed by a new one, its key stays', () => {
  const t = putMessage(started(1, 50), message(51), true);
  assert.deepEqual(t.pages.map((p) => p.key), [1, 51]);
});

test('dropped messages and empty pages', () => {
  const t = dropMessage(dropMessage(started(1, 51), 1), 30);
  assert.equal(t.pages.length, 1);
  assert.equal(findMessage(t, 30), null);
  assert.equal(findMessage(t, 31)?.id, 31);
});

test('joined by author within five minutes of one day', () => {
  const a = message(1, { atMs: Date.UTC(2026, 1, 1, 12) });
  assert.equal(continues(a, message(2, { atMs: a.atMs + 60_000 })), true);
  assert.equal(continues(a, message(2, { atMs: a.atMs + 301_000 })), false);
  assert.equal(continues(a, message(2, { atMs: a.atMs + 1, sender: 3 })), false);
  assert.equal(continues(null, a), false);
  assert.equal(continues(message(1, { type: 2 }), message(2)), false);
});
