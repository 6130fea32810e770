// The only way from the core's changes to the signals.
import { batch, signal } from '@preact/signals';
import { type Change, FileState, MessageType, type MessageView } from '../../shared/abi.gen.ts';
import { endUpload } from '../client.ts';
import { forgetFile, forgetFiles } from '../files.ts';
import { closeNotice, closeNotices } from './notes.ts';
import { dropMessage, emptyTimeline, putMessage, type Timeline } from './pages.ts';
import { forgetFound, refind } from './search.ts';
import { unsay, unsayAll, unsayChat, unsayOther } from './spoken.ts';
import { chats, linkProgress, people, phase, requests, self, status, typing } from './state.ts';

export const timeline = signal<Timeline>(emptyTimeline(0));
/** The new messages of the last changes, in order; ui/live.tsx decides what of them is spoken. */
export const arrivals = signal<readonly MessageView[]>([]);
/** Incremented when a list that only its own screen asks for has changed. */
export const devicesVersion = signal(0);
export const requestsVersion = signal(0);
/** Messages whose words are gone: the one that the composer replies to or edits may be among them. */
export const vanished = signal<ReadonlySet<number>>(new Set());

function put<K, V>(map: ReadonlyMap<K, V>, key: K, value: V): ReadonlyMap<K, V> {
  return new Map(map).set(key, value);
}

function without<K, V>(map: ReadonlyMap<K, V>, key: K): ReadonlyMap<K, V> {
  const next = new Map(map);
  next.delete(key);
  return next;
}

/** Drops the arrivals that no longer say what they said: those must not be spoken. */
function arriveWithout(isOther: (m: MessageView) => boolean): void {
  if (arrivals.value.some(isOther)) arrivals.value = arrivals.value.filter((m) => !isOther(m));
}

/** No copy of its words outlives a message: every kept copy is dropped here. */
function forgetMessage(id: number): void {
  unsay(id);
  refind(id, null);
  forgetFile(id);
  arriveWithout((m) => m.id === id);
  vanished.value = new Set(vanished.value).add(id);
}

/** Locked: nothing of the account stays in the page. */
function forgetAll(): void {
  unsayAll();
  forgetFound();
  forgetFiles();
  closeNotices();
  arrivals.value = [];
  vanished.value = new Set();
  timeline.value = emptyTimeline(0);
  chats.value = new Map();
  people.value = new Map();
  requests.value = [];
  typing.value = new Map();
  self.value = null;
}

function applyChange(change: Change): void {
  switch (change.kind) {
    case 'chat_changed':
      chats.value = put(chats.value, change.chat.id, change.chat);
      return;
    case 'chat_gone':
      chats.value = without(chats.value, change.chat);
      unsayChat(change.chat);
      closeNotice(change.chat);
      return;
    case 'message_changed':
      timeline.value = putMessage(timeline.value, change.message, change.fresh);
      if (change.message.file && change.message.file.state !== FileState.Going) endUpload(change.message.id);
      if (change.fresh) {
        arrivals.value = [...arrivals.value, change.message];
        return;
      }
      // A message that has just arrived may change again at once (its ticks): it is still to be spoken.
      arriveWithout(
        (m) =>
          m.id === change.message.id && (change.message.type === MessageType.Deleted || change.message.text !== m.text),
      );
      unsayOther(change.message);
      refind(change.message.id, change.message);
      if (change.message.type === MessageType.Deleted) forgetMessage(change.message.id);
      if (change.message.type === MessageType.Deleted || change.message.edited) closeNotice(change.message.chat);
      return;
    case 'message_gone':
      timeline.value = dropMessage(timeline.value, change.message);
      forgetMessage(change.message);
      closeNotice(change.chat);
      return;
    case 'person_changed':
      people.value = put(people.value, change.person.id, change.person);
      return;
    case 'request_changed':
      requestsVersion.value++;
      if (self.value) self.value = { ...self.value, requests: change.count };
      if (change.count === 0) requests.value = [];
      return;
    case 'typing_changed':
      typing.value = change.on ? put(typing.value, change.chat, change.name) : without(typing.value, change.chat);
      return;
    case 'state_changed':
      self.value = change.state;
      return;
    case 'link_progress':
      linkProgress.value = change;
      return;
    case 'locked_changed':
      status.value = { ...status.value, unlocked: change.unlocked };
      if (!change.unlocked && phase.value === 'open') {
        phase.value = 'locked';
        forgetAll();
      }
      return;
    case 'devices_changed':
      devicesVersion.value++;
      return;
  }
}

export function applyChanges(changes: readonly Change[]): void {
  batch(() => {
    arrivals.value = [];
    for (const change of changes) applyChange(change);
  });
}
