// The sealed store remembers the highest release that ran here. Any script of the site can overwrite what the loader
// keeps, but not this.
import { effect } from '@preact/signals';
import { bytesOfBase64 } from '../shared/bytes.ts';
import { ask } from './client.ts';
import { raise, shown } from './door.ts';
import type { Shown } from './door-news.ts';
import { phase } from './state/state.ts';

async function compare({ seq, hash }: Shown): Promise<void> {
  const bytes = bytesOfBase64(`${hash.replaceAll('-', '+').replaceAll('_', '/')}=`);
  const answer = await ask({ kind: 'op_release', seq, hash: bytes }, 'flag');
  if (answer.ok && !answer.value.on) raise('older-release');
}

/** A build on one's own machine starts its numbers again whenever its keys are lost: there they prove nothing. */
export function followRelease(): void {
  effect(() => {
    const now = shown.value;
    if (now && phase.value === 'open' && !BUILD.local) void compare(now);
  });
}
