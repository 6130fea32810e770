// Elements in the place of a message's arguments, so that the message says where they stand and what is around them:
// filled(t('draft-word', { text: slots[0] }), <bdi>{draft}</bdi>).
import type { ComponentChildren } from 'preact';

/** Of Unicode's private use, so that no words hold them. */
export const slots = ['\uE000', '\uE001'] as const;

export function filled(text: string, ...elements: readonly ComponentChildren[]): ComponentChildren {
  return text.split(/([\uE000\uE001])/).map((piece) => elements[slots.findIndex((s) => s === piece)] ?? piece);
}
