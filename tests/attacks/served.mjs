// What the gateway serves in place of the page: to somebody new, and to somebody who has the loader.
import { attacks, part } from './hostile.mjs';
import { check, equal, sleep, until } from './lib.mjs';

const BOTH = ['chromium', 'firefox'];
const row = (id, cls, browsers, run) => ({ id, cls, browsers, run });

async function indexIsVerified(s) {
  const hash = await s.p.eval(async () => {
    const bytes = await (await fetch('/')).arrayBuffer();
    return btoa(String.fromCharCode(...new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)))).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
  });
  const listed = /^file \/ \d+ (\S+)/m.exec(s.world.one.text)[1];
  equal(hash, listed, 'hash of the index');
}

export const served = [
  row('A02', 'P', BOTH, async (s) => {
    await s.person();
    attacks.A02(s.server);
    const from = s.server.seen.length;
    await s.go('/');
    await s.p.find('field', 'Passphrase');
    await indexIsVerified(s);
    equal(s.server.asked('/', from), 0, 'requests for /');
    await s.safe();
    s.noSink();
    return 'the verified index is shown, its hash is the listed one, / was never asked for';
  }),
];
