// The notifications on the device's screen, one per chat. They may hold a message's words, so they go with the message.

const open = new Map<number, Notification>();

/** Replaces the previous one of this chat. */
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
