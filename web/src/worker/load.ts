// Fetches a module whose SHA-256 was fixed at build time and compiles exactly the bytes that were hashed.
import { toBase64 } from '../shared/bytes.ts';

export async function loadModule(url: string, sha256: string): Promise<WebAssembly.Module> {
  const answer = await fetch(url, { integrity: `sha256-${sha256}`, credentials: 'omit' });
  const bytes = await answer.arrayBuffer();
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  if (toBase64(digest) !== sha256) throw new Error(`${url} is not the file this build was made with`);
  return WebAssembly.compile(bytes);
}
