// Locked: nothing of the account is shown. Passkey first where there is one; each wrong try slows the next down.

import { useEffect, useState } from 'preact/hooks';
import { SlotKind } from '../../shared/abi.gen.ts';
import type { Failure } from '../../shared/protocol.ts';
import type { Result } from '../../shared/result.ts';
import { ask } from '../client.ts';
import { unlockWithCode, unlockWithPasskey, unlockWithPassphrase } from '../lock.ts';
import { loadAll, refreshStatus } from '../state/actions.ts';
import { phase, status } from '../state/state.ts';
import { errorText } from '../text/errors.ts';
import { t } from '../text/strings.ts';
import { Button } from './kit/button.tsx';
import { Confirm } from './kit/dialog.tsx';
import { Field } from './kit/field.tsx';
import { Brand, LanguageChoice, Screen } from './screen.tsx';

/** Seconds until the next try is looked at; counts down. */
function useWait(): [number, (ms: number) => void] {
  const [until, setUntil] = useState(0);
  const [now, setNow] = useState(Date.now);
  const left = Math.max(0, Math.ceil((until - now) / 1000));
  useEffect(() => {
    if (left === 0) return undefined;
    const timer = setInterval(() => setNow(Date.now()), 250);
    return () => clearInterval(timer);
  }, [left > 0]);
  const start = (ms: number): void => {
    const time = Date.now(); // read once: between two reads the clock could move and add a second
    setNow(time);
    setUntil(time + ms);
  };
  return [left, start];
}

export function Unlock() {
  const passkey = status.value.slots.find((s) => s.slotKind === SlotKind.Passkey);
  const passphraseSlot = status.value.slots.find((s) => s.slotKind === SlotKind.Passphrase);
  const code = status.value.slots.some((s) => s.slotKind === SlotKind.Code);
  const [way, setWay] = useState<'key' | 'phrase' | 'code'>(passkey ? 'key' : 'phrase');
  const [typed, setTyped] = useState('');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState('');
  const [wiping, setWiping] = useState(false);
  const [wait, startWait] = useWait();
  useEffect(() => startWait(status.value.waitMs), []);

  const done = async (outcome: Result<unknown, Failure>): Promise<void> => {
    setBusy(false);
    if (outcome.ok) {
      await loadAll();
      return;
    }
    const { name, detail } = outcome.error;
    if (name === 'auth-passphrase') setError(t(way === 'code' ? 'wrong-code' : 'wrong-passphrase'));
    else if (name === 'auth') setError(t('passkey-refused'));
    else setError(errorText(name));
    if (name === 'auth-passphrase' || name === 'limit-rate') startWait(detail);
  };
  const submit = (e: Event): void => {
    e.preventDefault();
    if (typed === '' || busy || wait > 0) return;
    setBusy(true);
    setError('');
    const secret = typed;
    setTyped('');
    if (way === 'code') void unlockWithCode(secret).then(done);
    else if (passphraseSlot) void unlockWithPassphrase(passphraseSlot, secret).then(done);
  };

  return (
    <>
      <Brand />
      <Screen title={t('locked-title')} lead={t('locked-lead')}>
        {way === 'key' && passkey ? (
          <div class="stack">
            <Button
              look="main"
              icon="fingerprint"
              busy={busy}
              onClick={() => {
                setBusy(true);
                setError('');
                void unlockWithPasskey(passkey).then(done);
              }}
            >
              {t('unlock-passkey')}
            </Button>
            {error && (
              <p class="field-error" role="alert">
                {error}
              </p>
            )}
          </div>
        ) : (
          <form class="stack" onSubmit={submit}>
            <Field
              key={way}
              label={t(way === 'code' ? 'recovery-code' : 'passphrase')}
              type={way === 'code' ? 'text' : 'password'}
              mono={way === 'code'}
              dir={way === 'code' ? 'ltr' : 'auto'}
              autocomplete={way === 'code' ? 'off' : 'current-password'}
              value={typed}
              onInput={setTyped}
              focus
              error={error}
            />
            <Button look="main" submit busy={busy} disabled={wait > 0 || typed === ''}>
              {busy ? t('working') : wait > 0 ? t('wait', { seconds: wait }) : t('unlock')}
            </Button>
          </form>
        )}
        <div class="links">
          {way !== 'key' && passkey && (
            <Button look="quiet" onClick={() => setWay('key')}>
              {t('unlock-passkey')}
            </Button>
          )}
          {way !== 'phrase' && passphraseSlot && (
            <Button look="quiet" onClick={() => setWay('phrase')}>
              {t('use-passphrase')}
            </Button>
          )}
          {way !== 'code' && code && (
            <Button look="quiet" onClick={() => setWay('code')}>
              {t('use-recovery')}
            </Button>
          )}
          <Button look="quiet" onClick={() => setWiping(true)}>
            {t('forget-device')}
          </Button>
        </div>
        {!code && <p class="caution-text">{t('recovery-opens-nothing')}</p>}
        {wiping && (
          <Confirm
            title={t('forget-device')}
            text={t('forget-device-text')}
            yes={t('forget-yes')}
            danger
            onClose={() => setWiping(false)}
            onYes={() => {
              void ask({ kind: 'op_wipe' }, 'ok').then(async () => {
                await refreshStatus();
                if (!status.value.exists) phase.value = 'welcome';
              });
            }}
          />
        )}
      </Screen>
      <LanguageChoice />
    </>
  );
}
