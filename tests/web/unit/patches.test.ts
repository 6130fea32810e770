import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ChatView } from '../../../web/src/shared/abi.gen.ts';
import { applyChanges } from '../../../web/src/page/state/patch.ts';
import { parseRoute } from '../../../web/src/page/state/route.ts';
import { chatOrder, chats, phase, self, typing, unreadTotal } from '../../../web/src/page/state/state.ts';

function chat(id: number, more: Partial<ChatView> = {}): ChatView {
  return { id, type: 1, title: `c${id}`, picture: null, person: id, members: 2, state: 0, role: 0, lastText: '', lastSender: '', lastMs: id, lastMine: false, lastState: 0, unread: 0, mentioned: false, pinned: false, archived: false, mutedUntilMs: 0, draft: '', draftReply: 0, timerS: 0, verified: 0, firstUnread: 0, note: 0, devices: 1, silent: 0, ...more };
}

test('chats come, change, go, and are ordered', () => {
  applyChanges([{ kind: 'chat_changed', chat: chat(1) }, { kind: 'chat_changed', chat: chat(2) }, { kind: 'chat_changed', chat: chat(3, { pinned: true, lastMs: 0 }) }, { kind: 'chat_changed', chat: chat(4, { archived: true }) }]);
  assert.deepEqual(chatOrder.value.map((c) => c.id), [3, 2, 1]);
  applyChanges([{ kind: 'chat_changed', chat: chat(1, { lastMs: 9 }) }, { kind: 'chat_gone', chat: 2 }]);
  assert.deepEqual(chatOrder.value.map((c) => c.id), [3, 1]);
});

test('muted and archived chats are not counted', () => {
  chats.value = new Map();
  applyChanges([{ kind: 'chat_changed', chat: chat(1, { unread: 2 }) }, { kind: 'chat_changed', chat: chat(2, { unread: 5, mutedUntilMs: Date.now() + 1e6 }) }, { kind: 'chat_changed', chat: chat(3, { unread: 7, archived: true }) }]);
  assert.equal(unreadTotal.value, 2);
});

test('typing begins and ends', () => {
  applyChanges([{ kind: 'typing_changed', chat: 1, name: 'Ana', on: true }]);
  assert.equal(typing.value.get(1), 'Ana');
  applyChanges([{ kind: 'typing_changed', chat: 1, name: 'Ana', on: false }]);
  assert.equal(typing.value.has(1), false);
});

test('locking leaves the chats', () => {
  phase.value = 'open';
  applyChanges([{ kind: 'locked_changed', unlocked: false }]);
  assert.equal(phase.value, 'locked');
  assert.equal(self.value, null);
});

test('routes', () => {
  assert.deepEqual(parseRoute('#/chat/12/m/34'), { section: 'chats', view: 'chat', id: 12, extra: '34', info: false });
  assert.deepEqual(parseRoute('#/chat/12/info').info, true);
  assert.equal(parseRoute('#/add/abc-_').extra, '#/add/abc-_');
  assert.equal(parseRoute('#/open/web%2Bsotto%3A%23%2Fadd%2Fabc').extra, '#/add/abc');
  assert.equal(parseRoute('#/settings/look').extra, 'look');
  assert.equal(parseRoute('#/chat/../../x').id, 0);
  assert.equal(parseRoute('#/nonsense').view, '');
});
