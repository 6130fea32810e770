// Files of messages as URLs for the page. Asked for once, kept for a while, released when there are many.
import { signal } from '@preact/signals';
import type { Failure } from '../shared/protocol.ts';
import type { Result } from '../shared/result.ts';
import { readFile, sendFile, tell } from './client.ts';
import { previewOf } from './picture.ts';

const KEPT_MAX = 60;
const urls = new Map<number, string>();
const asked = new Set<number>();
/** Incremented when a URL has arrived. */
export const filesVersion = signal(0);

export function fileUrl(message: number): string | null {
  return urls.get(message) ?? null;
}

/** Asks for the whole file, which must be here. */
export async function loadFile(message: number, type: string): Promise<string | null> {
  const known = urls.get(message);
  if (known || asked.has(message)) return known ?? null;
  asked.add(message);
  const answer = await readFile(message, type);
  asked.delete(message);
  if (!answer.ok) return null;
  const url = URL.createObjectURL(answer.value);
  urls.set(message, url);
  const oldest = urls.keys().next();
  if (urls.size > KEPT_MAX && !oldest.done) {
    URL.revokeObjectURL(urls.get(oldest.value) ?? '');
    urls.delete(oldest.value);
  }
  filesVersion.value++;
  return url;
}

/** The message was deleted: its picture goes too. */
export function forgetFile(message: number): void {
  URL.revokeObjectURL(urls.get(message) ?? '');
  urls.delete(message);
}

export function forgetFiles(): void {
  for (const message of urls.keys()) forgetFile(message);
}

export function fetchFile(message: number): void {
  void tell({ kind: 'op_file_fetch', message });
}

export async function saveFile(message: number, name: string): Promise<boolean> {
  // As bytes without a type: the browser saves it and never shows it as a page.
  const answer = await readFile(message, 'application/octet-stream');
  if (answer.ok) saveBlob(answer.value, name || 'file');
  return answer.ok;
}

export function saveBlob(blob: Blob, name: string): void {
  const url = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

/** Returns the number of the message that carries it. */
export async function sendAs(
  file: File,
  chat: number,
  caption: string,
  replyTo: number,
): Promise<Result<number, Failure>> {
  const { width, height, hash: preview } = await previewOf(file);
  const { name, size: bytes } = file;
  const type = file.type || 'application/octet-stream';
  return sendFile({ kind: 'op_file_begin', chat, name, type, bytes, width, height, preview, caption, replyTo }, file);
}
