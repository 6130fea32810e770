// The other files of this build: fetched by their hash, or read from inside the portable file. Workers start from their
// own address; where the policy in force refuses that (Guard on Chromium, a page opened from disk) the same bytes are
// started as a blob.
import { bytesOfBase64 } from '../shared/bytes.ts';
import type { PageWords } from './text/strings.ts';
import { blobScript, scriptUrl } from './trusted.ts';

export interface Part {
  readonly url: string;
  /** SHA-256, base64. */
  readonly sha256: string;
}

export async function readPart(part: Part): Promise<Uint8Array<ArrayBuffer>> {
  if (PORTABLE) return bytesOfBase64(PARTS?.[part.url] ?? '');
  const answer = await fetch(part.url, { integrity: `sha256-${part.sha256}`, credentials: 'omit' });
  return new Uint8Array(await answer.arrayBuffer());
}

export async function readText(part: Part): Promise<string> {
  return new TextDecoder().decode(await readPart(part));
}

/** A language is a script that puts its words on its own element, so that it needs no global name. */
interface WordsElement extends HTMLScriptElement {
  words?: PageWords;
}

/** In the portable file the languages are inside, one element each; otherwise this one is loaded by its hash. */
export function readWords(part: Part, language: string): Promise<PageWords> {
  const inside = PORTABLE ? document.querySelector<WordsElement>(`script[lang=${language}]`) : null;
  const script: WordsElement = inside ?? document.createElement('script');
  return new Promise((done, failed) => {
    const take = (): void => (script.words ? done(script.words) : failed(new Error('no words')));
    if (inside) return take();
    script.onload = take;
    script.onerror = () => failed(new Error('no words'));
    script.integrity = `sha256-${part.sha256}`;
    script.crossOrigin = 'anonymous';
    script.src = scriptUrl(part.url);
    document.head.append(script);
  });
}

/** A worker in a blob knows no address of its own: it is told where its files are, or given them. */
async function fromBlob(part: Part, name: string): Promise<Worker> {
  const start = PORTABLE ? { parts: PARTS } : { base: location.origin };
  const head = `self.SOTTO=${JSON.stringify(start)};\n`;
  const url = blobScript(new Blob([head, await readPart(part)], { type: 'text/javascript' }));
  return new Worker(url, { name }); // Chromium starts no module from a blob of a page on disk
}

/** Calls `begin` with the worker, and again with another one when the first was refused before it sent anything. */
export function startWorker(part: Part, name: string, begin: (worker: Worker) => void): void {
  const asBlob = (): void => void fromBlob(part, name).then(begin);
  if (PORTABLE) return asBlob();
  let first: Worker;
  try {
    first = new Worker(scriptUrl(part.url), { type: 'module', name });
  } catch {
    return asBlob();
  }
  const onError = (e: Event): void => {
    e.stopImmediatePropagation();
    first.terminate();
    asBlob();
  };
  first.addEventListener('error', onError, { once: true });
  first.addEventListener('message', () => first.removeEventListener('error', onError), { once: true });
  begin(first);
}
