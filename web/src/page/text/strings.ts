// Words of the interface, from web/language/*.json: t('key', { what it takes }).
import { signal } from '@preact/signals';
import { type Args, said, type Table, tableOf, type Words } from './table.ts';
import type { PlainKey, Takes } from './words.gen.ts';

export type { PlainKey } from './words.gen.ts';
export type Key = PlainKey | keyof Takes;
/** The content of a language's script. */
export type PageWords = Words<Key>;

/** What all keys of K take together, since any one of several keys may be meant. */
type All<K extends Key> = (K extends keyof Takes ? (x: Takes[K]) => void : (x: unknown) => void) extends (
  x: infer Both,
) => void
  ? Both
  : never;
/** The keys that can be said with these arguments; they need not use them all. */
export type KeyOf<A> = PlainKey | { [K in keyof Takes]: A extends Takes[K] ? K : never }[keyof Takes];

const current = signal<{ readonly language: string; readonly table: Table<Key> | null }>({
  language: 'en',
  table: null,
});

export function language(): string {
  return current.value.language;
}

export function setLanguage(name: string, words: PageWords): void {
  current.value = { language: name, table: tableOf(name, words) };
}

export function t(key: PlainKey): string;
/** With all that the message takes; of several keys, with all that any of them takes. */
export function t<K extends Key>(key: K, args: keyof All<K> extends never ? never : All<K>): string;
export function t(key: Key, args: Args = {}): string {
  return said(current.value.table?.[key] ?? key, args);
}

/** Phrases one after the other; empty ones are left out. */
export function listed(phrases: readonly string[]): string {
  return phrases.reduce((before, next) => (before && next ? t('list-next', { before, next }) : before || next), '');
}
