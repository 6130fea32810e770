// Locked by a passkey whose PRF output is the secret: Chromium's virtual authenticator plays the fingerprint reader.
import { again, chromium, endAll, needs, startGateway, steps } from './lib.mjs';

const step = steps('passkey');
const OTHER = 'seven slow grey herons';
let gw, alice, cdp, authenticator, code;

const credentials = async () => (await cdp.send('WebAuthn.getCredentials', { authenticatorId: authenticator })).credentials;
const ways = () => alice.eval(() => Array.from(document.querySelectorAll('.links button, .stack button'), (b) => b.textContent.trim()));

async function lockNow() {
  await alice.goto(`${gw.url}/#/settings/safety`);
  await alice.click('button', 'Lock now');
  await alice.find('heading', 'Locked');
}

async function openWith(passphrase) {
  await alice.fill('Passphrase', passphrase);
  await alice.keys('Enter');
  await alice.find('heading', 'Lock and recovery', { ms: 60_000 });
}

try {
  needs('build/tests/page/index.html', 'build/release/gateway/sotto-gateway');
  await step('the_browser_has_a_passkey_with_prf', async () => {
    gw = await startGateway();
    alice = await chromium('Alice');
    cdp = await alice.context.newCDPSession(alice.page);
    await cdp.send('WebAuthn.enable');
    ({ authenticatorId: authenticator } = await cdp.send('WebAuthn.addVirtualAuthenticator', {
      options: { protocol: 'ctap2', ctap2Version: 'ctap2_1', transport: 'internal', hasResidentKey: true, hasUserVerification: true, hasPrf: true, isUserVerified: true, automaticPresenceSimulation: true },
    }));
  });
  await step('first_run_without_a_passphrase', async () => {
    await alice.goto(gw.url);
    await alice.fill('Name', 'Alice Arden');
    await alice.keys('Enter');
    await alice.click('button', 'Use fingerprint or device PIN');
    await alice.find('button', 'I have kept it', { ms: 60_000 });
    code = (await alice.eval(() => Array.from(document.querySelectorAll('.code li'), (li) => li.textContent))).join('-');
    await alice.click('button', 'Later');
    await alice.click('button', 'To my chats');
    await alice.sees('Note to self');
    const made = await credentials();
    if (made.length !== 1) throw new Error(`${made.length} credentials`);
  });
  await step('locked_and_opened_by_the_passkey', async () => {
    await lockNow();
    const offered = await ways();
    if (offered.some((w) => w.includes('passphrase'))) throw new Error(`a passphrase is offered: ${offered}`);
    await alice.click('button', 'Unlock with fingerprint');
    await alice.find('heading', 'Lock and recovery');
  });
  await step('a_passphrase_beside_it', async () => {
    await alice.click('button', 'Set a passphrase');
    await alice.fill('Passphrase', OTHER);
    await alice.keys('Enter');
    await alice.find('heading', 'Your passphrase again');
    await alice.click('button', 'Unlock with fingerprint');
    await alice.find('button', 'Change passphrase', { ms: 60_000 });
    await lockNow();
    await alice.click('button', 'Use a passphrase');
    await openWith(OTHER);
  });
  await step('the_passkey_still_opens', async () => {
    await lockNow();
    await alice.click('button', 'Unlock with fingerprint');
    await alice.find('heading', 'Lock and recovery');
  });
  await step('the_recovery_code_opens', async () => {
    await lockNow();
    await alice.click('button', 'recovery code');
    await alice.fill('Recovery code', code);
    await alice.keys('Enter');
    await alice.find('heading', 'Lock and recovery', { ms: 60_000 });
  });
  await step('a_removed_passkey_is_offered_no_more', async () => {
    await alice.click('button', 'Remove the passkey');
    await again(alice, OTHER);
    await alice.find('button', 'Add a passkey');
    await lockNow();
    await alice.find('field', 'Passphrase');
    if (await alice.has('button', 'fingerprint')) throw new Error('it is still offered');
    await openWith(OTHER);
  });
  await step('a_passkey_is_added_in_the_settings', async () => {
    await alice.goto(`${gw.url}/#/settings/safety`);
    await alice.click('button', 'Add a passkey');
    await again(alice, OTHER);
    await alice.find('button', 'Remove the passkey', { ms: 60_000 });
    await lockNow();
    await alice.click('button', 'Unlock with fingerprint');
    await alice.find('heading', 'Lock and recovery');
  });
  await step('a_refused_passkey_opens_nothing', async () => {
    await lockNow();
    // For good: the virtual reader, once refused, takes no finger any more.
    await cdp.send('WebAuthn.setUserVerified', { authenticatorId: authenticator, isUserVerified: false });
    await alice.click('button', 'Unlock with fingerprint');
    await alice.sees('gave no secret');
    if (!(await alice.has('heading', 'Locked'))) throw new Error('it is open');
    await alice.click('button', 'Use a passphrase');
    await openWith(OTHER);
  });
  await step('no_errors_on_the_console', async () => {
    if (alice.errors.length > 0) throw new Error(alice.errors.slice(0, 3).join(' | ').slice(0, 400));
  });
} finally {
  if (step.broken()) {
    await alice?.shot('broken-passkey').catch(() => undefined);
    if (alice?.errors.length) console.log(`#   ${alice.errors.slice(0, 3).join(' | ').slice(0, 600)}`);
  }
  await endAll();
}
process.exitCode = step.failed() ? 1 : 0;
