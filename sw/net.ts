// The network, believed in nothing: answers are bounded in size and time, and redirects are not followed.
import { type Bytes, concat } from './verify/bytes.ts';

const TIMEOUT_MS = 120_000;

/** 'network': nobody answered. 'refused': not a 200, or larger than it may be. */
export async function take(url: string, bytesMax: number, cache: RequestCache): Promise<Bytes | 'network' | 'refused'> {
  try {
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    const answer = await fetch(url, { cache, credentials: 'omit', redirect: 'manual', signal });
    if (answer.status !== 200) return 'refused';
    const reader = answer.body?.getReader();
    const parts: Bytes[] = [];
    for (let n = 0; ; ) {
      const part = await reader?.read();
      if (!part || part.done) return concat(...parts);
      n += part.value.length;
      parts.push(part.value);
      if (n > bytesMax) {
        await reader?.cancel();
        return 'refused';
      }
    }
  } catch {
    return 'network';
  }
}
