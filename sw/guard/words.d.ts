// Put in by web/language.js: every language with Guard's words.
declare module 'sotto:words' {
  type Message = string | ((args: Readonly<Record<string, string | number>>) => string);
  type Table = Readonly<Partial<Record<string, Message>>>;
  export const languages: Readonly<Record<string, { readonly dir: 'ltr' | 'rtl'; readonly table: () => Table }>>;
  export function said(message: Message, args: Readonly<Record<string, string | number>>): string;
}
