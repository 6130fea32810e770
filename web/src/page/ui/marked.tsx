import type { ComponentChildren } from 'preact';

function quoted(word: string): string {
  return word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

const AROUND = 60;

/** A piece of the text around the first word found, with the words marked. */
export function marked(text: string, words: readonly string[]): ComponentChildren {
  if (words.length === 0) return text;
  const pattern = new RegExp(`(${words.map(quoted).join('|')})`, 'giu');
  const first = text.search(pattern);
  const from = first > AROUND ? text.lastIndexOf(' ', first - AROUND / 2) + 1 : 0;
  const part = (from > 0 ? '… ' : '') + text.slice(from, from + 240);
  return part.split(pattern).map((piece, i) => (i % 2 === 1 ? <mark key={`${i}`}>{piece}</mark> : piece));
}
