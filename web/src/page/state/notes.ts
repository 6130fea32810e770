// The notifications that stand on the screen of the device, one a chat. They may hold words, so they go with them.

const open = new Map<number, Notification>();

/** Replaces the one before of this chat. */
export function keepNotice(chat: number, note: Notification): void {
  open.set(chat, note);
  note.addEventListener('close', () => {
    if (open.get(chat) === note) open.delete(chat);
  });
}

export function closeNotice(chat: number): void {
  open.get(chat)?.close();
  open.delete(chat);
}

export function closeNotices(): void {
  for (const note of open.values()) note.close();
  open.clear();
}
