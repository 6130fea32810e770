// A language as web/language.js compiles it: strings, and functions for the messages that take something. What they
// share comes from here; the platform says how numbers look and which plural they take.

export type Args = Readonly<Record<string, string | number>>;
export type Message = string | ((args: Args) => string);
export type Table<K extends string> = Readonly<Record<K, Message>>;

type NumberText = (language: string, value: number, offset: number) => string;
type Rule = (value: number) => string;
type Plural = (value: number, offset: number, rule: Rule, cases: Readonly<Record<string, string>>) => string;
export type Words<K extends string> = (number: NumberText, plural: Plural, rule: Rule) => Table<K>;

/** Names may run in either direction: each insertion is isolated from the words around it (UAX 9, FSI and PDI). */
function apart(text: string): string {
  return `\u2068${text}\u2069`;
}

const plural: Plural = (value, offset, rule, cases) =>
  cases[value] ?? cases[rule(value - offset)] ?? cases['other'] ?? '';

export function tableOf<K extends string>(language: string, words: Words<K>): Table<K> {
  const numbers = new Intl.NumberFormat(language);
  const rules = new Intl.PluralRules(language);
  return words(
    (_, value, offset) => apart(numbers.format(value - offset)),
    plural,
    (value) => rules.select(value),
  );
}

export function said(message: Message, args: Args): string {
  if (typeof message === 'string') return message;
  return message(Object.fromEntries(Object.entries(args).map(([k, v]) => [k, typeof v === 'string' ? apart(v) : v])));
}
