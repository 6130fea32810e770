// Elements in place of a message's arguments, so that the message decides where they go and what surrounds them:
// filled(t('draft-word', { text: slots[0] }), <bdi>{draft}</bdi>).
import type { ComponentChildren } from 'preact';

/** From Unicode's private use area, so that no words contain them. */
export const slots = ['\uE000', '\uE001'] as const;

export function filled(text: string, ...elements: readonly ComponentChildren[]): ComponentChildren {
  return text.split(/([\uE000\uE001])/).map((piece) => elements[slots.findIndex((s) => s === piece)] ?? piece);
}
