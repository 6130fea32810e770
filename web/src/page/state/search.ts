// Search over all history, or one chat's; the core has the index.
import { signal } from '@preact/signals';
import { type HitView, MessageType, type MessageView } from '../../shared/abi.gen.ts';
import { ask } from '../client.ts';
import { go, route } from './route.ts';

const LIMIT = 40;
const WAIT_MS = 120;

export const searchText = signal('');
/** 0: everywhere. */
export const searchChat = signal(0);
export const hits = signal<readonly HitView[]>([]);
/** null: not asked for yet. */
export const starred = signal<readonly HitView[] | null>(null);
export const searching = signal(false);
export const moreHits = signal(false);

let timer: ReturnType<typeof setTimeout> | undefined;
let turn = 0;

async function look(before: number): Promise<void> {
  const mine = ++turn;
  const text = searchText.value.trim();
  if (text === '') {
    hits.value = [];
    searching.value = false;
    moreHits.value = false;
    return;
  }
  searching.value = true;
  const answer = await ask({ kind: 'op_search', text, chat: searchChat.value, before, limit: LIMIT }, 'hits');
  if (mine !== turn) return;
  searching.value = false;
  if (!answer.ok) return;
  hits.value = before === 0 ? answer.value.list : [...hits.value, ...answer.value.list];
  moreHits.value = answer.value.list.length === LIMIT;
}

export function setSearch(text: string): void {
  searchText.value = text;
  clearTimeout(timer);
  timer = setTimeout(() => void look(0), WAIT_MS);
}

export function searchOlder(): void {
  void look(hits.value.at(-1)?.message.id ?? 0);
}

export function endSearch(): void {
  searchChat.value = 0;
  setSearch('');
}

/** Puts the cursor into the search field. */
export function startSearch(chat: number): void {
  searchChat.value = chat;
  if (route.value.section !== 'chats') go('');
  const focus = (): void => document.getElementById('search')?.focus();
  focus();
  setTimeout(focus); // in case the list was not on the screen before
}

/** The words of the query, for marking them in what was found. */
export function searchWords(text: string): readonly string[] {
  return text
    .toLocaleLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((w) => w !== '');
}

function withMessage(list: readonly HitView[], id: number, now: MessageView | null): readonly HitView[] {
  if (!list.some((h) => h.message.id === id)) return list;
  const isDeleted = now === null || now.type === MessageType.Deleted;
  return list.flatMap((h) => (h.message.id !== id ? [h] : isDeleted ? [] : [{ ...h, message: now }]));
}

/** Search results hold a message's words too: they change and go with it. null: the message is gone. */
export function refind(id: number, now: MessageView | null): void {
  hits.value = withMessage(hits.value, id, now);
  starred.value = starred.value && withMessage(starred.value, id, now);
}

export function forgetFound(): void {
  turn++; // an answer that is still on its way is ignored
  searchText.value = '';
  hits.value = [];
  starred.value = null;
}
