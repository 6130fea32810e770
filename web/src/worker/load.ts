// Fetches a module whose SHA-256 was fixed at build time and compiles exactly the bytes that were hashed.
import { bytesOfBase64, toBase64 } from '../shared/bytes.ts';

async function bytesOf(part: { readonly url: string; readonly sha256: string }): Promise<ArrayBuffer> {
  const inside = self.SOTTO?.parts?.[part.url];
  if (inside !== undefined) return bytesOfBase64(inside).buffer;
  const answer = await fetch(`${self.SOTTO?.base ?? ''}${part.url}`, {
    integrity: `sha256-${part.sha256}`,
    credentials: 'omit',
  });
  return answer.arrayBuffer();
}

export async function loadModule(part: { readonly url: string; readonly sha256: string }): Promise<WebAssembly.Module> {
  const bytes = await bytesOf(part);
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  if (toBase64(digest) !== part.sha256) throw new Error(`${part.url} is not the file this build was made with`);
  return WebAssembly.compile(bytes);
}
