// What the invisible region says: at most one sentence in two seconds, and nothing after it has been said. A sentence
// that holds words of a message goes with them: neither the region nor its queue outlives what was deleted or changed.
import { signal } from '@preact/signals';
import type { MessageView } from '../../shared/abi.gen.ts';
import { t } from '../text/strings.ts';

const FIRST_MS = 50;
const EVERY_MS = 2000;

interface Sentence {
  readonly text: string;
  /** Whose words it holds; null: nobody's. */
  readonly of: MessageView | null;
}

export const polite = signal('');

let queue: readonly Sentence[] = [];
let said: Sentence | null = null;
let timer: ReturnType<typeof setTimeout> | undefined;

function flush(): void {
  // That one's own message was sent is no news beside what others said, and is not counted with it.
  const news = queue.filter(({ of }) => of !== null);
  const [first] = news.length > 0 ? news : queue;
  queue = [];
  said = first && news.length < 2 ? first : null;
  polite.value = first ? (said?.text ?? t('spoken-many', { count: news.length })) : '';
  timer = first ? setTimeout(flush, EVERY_MS) : undefined;
}

/** Says something politely, joined with what else happens within two seconds. */
export function speak(text: string, of: MessageView | null = null): void {
  queue = [...queue, { text, of }];
  if (timer === undefined) timer = setTimeout(flush, FIRST_MS);
}

function unsayIf(isGone: (m: MessageView) => boolean): void {
  const stays = ({ of }: Sentence): boolean => of === null || !isGone(of);
  queue = queue.filter(stays);
  if (said && !stays(said)) {
    said = null;
    polite.value = '';
  }
}

/** Deleted or expired. */
export function unsay(message: number): void {
  unsayIf((m) => m.id === message);
}

/** Edited, or deleted and still listed; another tick changes no words. */
export function unsayOther(now: MessageView): void {
  unsayIf((m) => m.id === now.id && (m.text !== now.text || m.type !== now.type));
}

export function unsayChat(chat: number): void {
  unsayIf((m) => m.chat === chat);
}

/** Locked. */
export function unsayAll(): void {
  queue = [];
  said = null;
  polite.value = '';
}
