// What the page does about its state: asks for lists when a core is ready and when a screen opens.
import { batch, signal } from '@preact/signals';
import type { Op, Status } from '../../shared/abi.gen.ts';
import type { Failure } from '../../shared/protocol.ts';
import type { Result } from '../../shared/result.ts';
import { ask, tell } from '../client.ts';
import { errorText } from '../text/errors.ts';
import { addAfter, addBefore, cut, emptyTimeline, newest, oldest, PAGE } from './pages.ts';
import { timeline } from './patch.ts';
import { chats, devices, links, loaded, people, phase, requests, self, settings, status } from './state.ts';

/** The last failure of something that has no place of its own to show it. */
export const trouble = signal('');

/** Runs an op; shows a failure, and returns whether it succeeded. */
export async function run(op: Op): Promise<boolean> {
  return settle(await tell(op));
}

export function settle(result: Result<unknown, Failure>): boolean {
  trouble.value = result.ok ? '' : errorText(result.error.name);
  return result.ok;
}

/** A core is ready: the first one, or another after the first one's tab was closed. */
export async function onReady(next: Status): Promise<void> {
  batch(() => {
    status.value = next;
    if (!next.exists) phase.value = 'welcome';
    else if (!next.unlocked) phase.value = 'locked';
  });
  if (next.unlocked) await loadAll();
}

export async function loadAll(): Promise<void> {
  const [state, chatList, peopleList, settingList] = await Promise.all([
    ask({ kind: 'op_state' }, 'state'),
    ask({ kind: 'op_chats' }, 'chats'),
    ask({ kind: 'op_people' }, 'people'),
    ask({ kind: 'op_settings' }, 'settings'),
    refreshStatus(),
  ]);
  batch(() => {
    if (state.ok) self.value = state.value;
    if (chatList.ok) chats.value = new Map(chatList.value.list.map((c) => [c.id, c]));
    if (peopleList.ok) people.value = new Map(peopleList.value.list.map((p) => [p.id, p]));
    if (settingList.ok) settings.value = new Map(settingList.value.list.map((s) => [s.key, s.value]));
    status.value = { ...status.value, exists: true, unlocked: true };
    loaded.value = true;
    phase.value = 'open';
  });
  if (state.ok && state.value.requests > 0) await loadRequests();
  if (timeline.value.chat !== 0) await openTimeline(timeline.value.chat, 0);
}

export async function refreshStatus(): Promise<void> {
  const answer = await ask({ kind: 'op_status' }, 'status');
  if (answer.ok) status.value = answer.value;
}

export async function loadRequests(): Promise<void> {
  const answer = await ask({ kind: 'op_requests' }, 'requests');
  if (answer.ok) requests.value = answer.value.list;
}

export async function loadDevices(): Promise<void> {
  const answer = await ask({ kind: 'op_devices' }, 'devices');
  if (answer.ok) devices.value = answer.value.list;
}

export async function loadLinks(): Promise<void> {
  const answer = await ask({ kind: 'op_link_list' }, 'links');
  if (answer.ok) links.value = answer.value.list;
}

export async function saveSetting(key: string, value: string): Promise<void> {
  settings.value = new Map(settings.value).set(key, value);
  await run({ kind: 'op_setting_set', key, value });
}

// ---- the open chat ------------------------------------------------------------------------------

let busy = false;

/** `around`: a message to show in the middle; 0: the first unread one, or else the newest. */
export async function openTimeline(chat: number, around: number): Promise<void> {
  const view = chats.value.get(chat);
  const unread = view && view.unread > 0 ? view.firstUnread : 0;
  const centre = around || unread;
  if (timeline.value.chat !== chat) timeline.value = emptyTimeline(chat);
  const answer = await ask({ kind: 'op_messages', chat, before: 0, after: 0, around: centre, limit: PAGE }, 'messages');
  if (!answer.ok || timeline.value.chat !== chat) return;
  const { list, moreBefore, moreAfter } = answer.value;
  timeline.value = { chat, pages: cut(list), moreBefore, moreAfter, unreadFrom: unread };
}

export function closeTimeline(): void {
  timeline.value = emptyTimeline(0);
}

export async function loadOlder(): Promise<void> {
  const now = timeline.value;
  if (busy || !now.moreBefore) return;
  busy = true;
  const op = { kind: 'op_messages', chat: now.chat, before: oldest(now), after: 0, around: 0, limit: PAGE } as const;
  const answer = await ask(op, 'messages');
  busy = false;
  if (answer.ok && timeline.value.chat === now.chat) {
    timeline.value = addBefore(timeline.value, answer.value.list, answer.value.moreBefore);
  }
}

export async function loadNewer(): Promise<void> {
  const now = timeline.value;
  if (busy || !now.moreAfter) return;
  busy = true;
  const op = {
    kind: 'op_messages',
    chat: now.chat,
    before: 0,
    after: newest(now)?.id ?? 0,
    around: 0,
    limit: PAGE,
  } as const;
  const answer = await ask(op, 'messages');
  busy = false;
  if (answer.ok && timeline.value.chat === now.chat) {
    timeline.value = addAfter(timeline.value, answer.value.list, answer.value.moreAfter);
  }
}

export async function jumpToNewest(): Promise<void> {
  const { chat } = timeline.value;
  const answer = await ask({ kind: 'op_messages', chat, before: 0, after: 0, around: 0, limit: PAGE }, 'messages');
  if (!answer.ok || timeline.value.chat !== chat) return;
  const { list, moreBefore, moreAfter } = answer.value;
  timeline.value = { chat, pages: cut(list), moreBefore, moreAfter, unreadFrom: 0 };
}

let reading = { chat: 0, message: 0 };

/** Everything up to this message has been on the screen. */
export function markRead(chat: number, message: number): void {
  const view = chats.value.get(chat);
  if (!view || view.unread === 0 || (reading.chat === chat && reading.message >= message)) return;
  reading = { chat, message };
  void tell({ kind: 'op_read', chat, message });
}
