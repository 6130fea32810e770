// Small pieces that the popup and the blocked page are made of. Text becomes text nodes and nothing else.
import { type PlainKey, say } from './text.ts';

export function element(name: string, text: string, id = ''): HTMLElement {
  const el = document.createElement(name);
  el.textContent = text;
  if (id) el.id = id;
  return el;
}

export function button(key: PlainKey, id: string, press: () => void): HTMLElement {
  const el = element('button', say(key), id);
  el.setAttribute('type', 'button');
  el.addEventListener('click', press);
  return el;
}

export function rows(list: readonly (readonly [PlainKey, string])[]): HTMLElement {
  const dl = document.createElement('dl');
  for (const [key, value] of list) {
    const term = element('dt', say(key));
    const what = element('dd', '', `row-${key}`);
    what.append(Object.assign(document.createElement('bdi'), { textContent: value }));
    dl.append(term, what);
  }
  return dl;
}

const SHAPES: Record<string, string> = { guarded: '\u2713', pending: '\u29d6', refused: '\u2715', none: '\u25cb' };

/** The state in words, with a shape before it; colour only repeats it. */
export function stateLine(key: PlainKey): HTMLElement {
  const line = element('p', '', 'state');
  line.dataset['state'] = key;
  const shape = element('span', SHAPES[key] ?? '?');
  shape.className = 'shape';
  shape.setAttribute('aria-hidden', 'true');
  line.append(shape, element('strong', say(key)));
  return line;
}

export async function ask<T>(message: { t: string; origin: string }): Promise<T | null> {
  return ((await chrome.runtime.sendMessage(message)) ?? null) as T | null;
}
