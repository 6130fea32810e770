// The network, which is never trusted: answers are bounded in size and time, and redirects are not followed.
import { type Bytes, concat, decode } from './verify/bytes.ts';

const TIMEOUT_MS = 120_000;
const CLOCKS_APART_S = 300;
let now = 0;

/** Does the gateway's time differ from this device's? Unproven: good for blaming the clock and for nothing else. */
export function isClockOdd(seconds: number): boolean {
  return now > 0 && Math.abs(now - seconds) > CLOCKS_APART_S;
}

/** null: nobody answered. undefined: not a 200, or larger than it may be. */
export async function take(url: string, bytesMax: number, cache: RequestCache): Promise<Bytes | null | undefined> {
  try {
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    const answer = await fetch(url, { cache, credentials: 'omit', redirect: 'manual', signal });
    if (cache === 'no-store') now = Date.parse(answer.headers.get('date') ?? '') / 1000;
    if (answer.status !== 200) return undefined;
    const reader = answer.body?.getReader();
    const parts: Bytes[] = [];
    for (let n = 0; ; ) {
      const part = await reader?.read();
      if (!part || part.done) return concat(...parts);
      n += part.value.length;
      parts.push(part.value);
      if (n > bytesMax) {
        await reader?.cancel();
        return undefined;
      }
    }
  } catch {
    return null;
  }
}

/** The same for a small text. */
export async function takeText(url: string, bytesMax: number): Promise<string | null | undefined> {
  const bytes = await take(url, bytesMax, 'no-store');
  return bytes && decode(bytes);
}
