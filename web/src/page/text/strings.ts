// Words of the interface, by Fluent: plurals stand in the table of each language, not in the code.
import { FluentBundle, FluentResource } from '@fluent/bundle';
import { signal } from '@preact/signals';
import type { en } from './en.ts';

export type Key = keyof typeof en;
export type Table = Readonly<Record<Key, string>>;
export type Args = Readonly<Record<string, string | number>>;

export const languages = { en: 'English', ar: 'العربية' } as const;
export type Language = keyof typeof languages;

export function isLanguage(x: string): x is Language {
  return Object.hasOwn(languages, x);
}

function bundle(language: string, table: Table): FluentBundle {
  const b = new FluentBundle(language);
  const source = Object.entries(table)
    .map(([key, text]) => `${key} = ${text}`)
    .join('\n');
  b.addResource(new FluentResource(source));
  return b;
}

const current = signal({ language: 'en', bundle: new FluentBundle('en') });

export function language(): string {
  return current.value.language;
}

export function isRtl(): boolean {
  return current.value.language === 'ar';
}

export function setTable(name: Language, table: Table): void {
  current.value = { language: name, bundle: bundle(name, table) };
}

export function t(key: Key, args?: Args): string {
  const { bundle: b } = current.value;
  const pattern = b.getMessage(key)?.value;
  return pattern ? b.formatPattern(pattern, args ?? null) : key;
}
