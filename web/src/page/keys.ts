// The keyboard, the same everywhere. Nothing here is the only way to do a thing.
import { signal } from '@preact/signals';
import { run } from './state/actions.ts';
import { go, route } from './state/route.ts';
import { startSearch } from './state/search.ts';
import { chatOrder, chats } from './state/state.ts';

export const sheetOpen = signal(false);

const HOUR_MS = 3_600_000;

function nextChat(step: number, unread: boolean): void {
  const list = chatOrder.value.filter((c) => !unread || c.unread > 0 || c.id === route.value.id);
  if (list.length === 0) return;
  const now = list.findIndex((c) => c.id === route.value.id);
  const next = list[now < 0 ? 0 : (now + step + list.length) % list.length];
  if (next) go(`chat/${next.id}`);
}

function toggleMute(): void {
  const chat = chats.value.get(route.value.id);
  if (route.value.view !== 'chat' || !chat) return;
  const value = chat.mutedUntilMs > Date.now() ? 0 : Date.now() + 8 * HOUR_MS;
  void run({ kind: 'op_chat_set', chat: chat.id, key: 'muted-until', value });
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement
  );
}

function focusComposer(): void {
  document.getElementById('composer')?.focus();
}

function onKey(e: KeyboardEvent): void {
  if (e.defaultPrevented || document.querySelector('dialog[open], .menu')) return;
  const ctrl = e.ctrlKey || e.metaKey;
  if (ctrl && e.key.toLowerCase() === 'k') {
    e.preventDefault();
    startSearch(0);
  } else if (ctrl && e.key.toLowerCase() === 'f' && route.value.view === 'chat') {
    e.preventDefault();
    startSearch(route.value.id);
  } else if (ctrl && e.shiftKey && e.key.toLowerCase() === 'm') {
    e.preventDefault();
    toggleMute();
  } else if (e.altKey && (e.key === 'ArrowDown' || e.key === 'ArrowUp')) {
    e.preventDefault();
    nextChat(e.key === 'ArrowDown' ? 1 : -1, e.shiftKey);
  } else if (e.key === 'Escape') {
    focusComposer();
  } else if (e.key === '?' && !isTyping(e.target)) {
    e.preventDefault();
    sheetOpen.value = true;
  }
}

/** Returns what ends it. */
export function followKeys(): () => void {
  document.addEventListener('keydown', onKey);
  return () => document.removeEventListener('keydown', onKey);
}
