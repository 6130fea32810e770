// What is seen outside the chat: notifications, the number in the title and on the icon.

import { effect, signal } from '@preact/signals';
import { ChatType } from '../shared/abi.gen.ts';
import { keepNotice } from './state/notes.ts';
import { go } from './state/route.ts';
import { openChat, phase, setting, unreadTotal } from './state/state.ts';
import { t } from './text/strings.ts';

export type Notices = 'none' | 'default' | 'granted' | 'denied';

function now(): Notices {
  return typeof Notification === 'undefined' ? 'none' : Notification.permission;
}

export const notices = signal<Notices>(now());

export async function askNotifications(): Promise<void> {
  if (typeof Notification === 'undefined') return;
  await Notification.requestPermission();
  notices.value = now();
}

/** Called in one tab only, when no window has the focus. Shows a message's words only if the person wants that. */
export function showNotice(chat: number, title: string, body: string): void {
  if (now() !== 'granted' || setting('notifications', 'on') === 'off') return;
  const words = setting('notice-text', 'off') === 'on';
  const note = new Notification(words ? title : 'Sotto', {
    body: words ? body : t('notice-plain'),
    tag: `chat${chat}`,
    icon: '/icon-192.png',
  });
  keepNotice(chat, note);
  note.onclick = () => {
    focus();
    go(`chat/${chat}`);
    note.close();
  };
}

/** Returns what ends it. */
export function followTitle(): () => void {
  return effect(() => {
    const n = phase.value === 'open' ? unreadTotal.value : 0;
    const chat = phase.value === 'open' ? openChat.value : null;
    const name = chat ? (chat.type === ChatType.Self ? t('note-to-self') : chat.title) : '';
    document.title = `${n > 0 ? `(${n}) ` : ''}${name ? `${name} - ` : ''}Sotto`;
    if ('setAppBadge' in navigator)
      void (n > 0 ? navigator.setAppBadge(n) : navigator.clearAppBadge()).catch(() => undefined);
  });
}
