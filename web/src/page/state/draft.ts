// What is half-written, kept per chat in the vault: saved while typing, and again when the page may go away.
import { signal } from '@preact/signals';
import { ChatType, type ChatView } from '../../shared/abi.gen.ts';
import { tell } from '../client.ts';

const WAIT_MS = 400;
const TYPING_EVERY_MS = 4000;

/** A sent message is being edited, which no draft keeps: an update waits for that. */
export const editing = signal(false);

const keepers = new Set<DraftKeeper>();
let saving: Promise<unknown> = Promise.resolve();

/** Resolves when everything half-written is on disk: awaited before the page is replaced. */
export async function draftsKept(): Promise<void> {
  for (const k of keepers) k.flush();
  await saving;
}

export interface DraftKeeper {
  changed(text: string, replyTo: number): void;
  /** Saves at once what is not saved yet. */
  flush(): void;
  /** Sent: nothing is left to keep. */
  clear(): void;
  end(): void;
}

export function keepDraft(chat: ChatView): DraftKeeper {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let saved = { text: chat.draft, replyTo: chat.draftReply };
  let now = saved;
  let typedAt = 0;
  const save = (): void => {
    clearTimeout(timer);
    timer = undefined;
    if (now.text === saved.text && now.replyTo === saved.replyTo) return;
    saved = now;
    saving = tell({ kind: 'op_draft', chat: chat.id, text: now.text, replyTo: now.replyTo });
  };
  const typing = (on: boolean): void => {
    const time = Date.now();
    if (on && time - typedAt < TYPING_EVERY_MS) return;
    if (!on && typedAt === 0) return;
    typedAt = on ? time : 0;
    void tell({ kind: 'op_typing', chat: chat.id, on });
  };
  const hidden = (): void => {
    if (document.visibilityState === 'hidden') save();
  };
  document.addEventListener('visibilitychange', hidden);
  addEventListener('pagehide', save);
  const keeper: DraftKeeper = {
    changed(text, replyTo) {
      if (text !== now.text && chat.type !== ChatType.Self) typing(text !== '');
      now = { text, replyTo };
      clearTimeout(timer);
      timer = setTimeout(save, WAIT_MS);
    },
    flush: save,
    clear() {
      clearTimeout(timer);
      now = { text: '', replyTo: 0 };
      typing(false);
      save();
    },
    end() {
      keepers.delete(keeper);
      save();
      typing(false);
      document.removeEventListener('visibilitychange', hidden);
      removeEventListener('pagehide', save);
    },
  };
  keepers.add(keeper);
  return keeper;
}
