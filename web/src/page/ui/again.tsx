// "Your passphrase again": asked before anything that could hand over the account, by the core and not only by the
// page.

import { signal } from '@preact/signals';
import { useState } from 'preact/hooks';
import { SlotKind } from '../../shared/abi.gen.ts';
import type { Failure } from '../../shared/protocol.ts';
import type { Result } from '../../shared/result.ts';
import { confirmWithCode, confirmWithPasskey, confirmWithPassphrase, type HandingOver } from '../lock.ts';
import { status } from '../state/state.ts';
import { errorText } from '../text/errors.ts';
import { t } from '../text/strings.ts';
import { Button } from './kit/button.tsx';
import { Dialog } from './kit/dialog.tsx';
import { Field } from './kit/field.tsx';

interface Asked {
  readonly what: HandingOver;
  done(given: boolean): void;
}

const asked = signal<Asked | null>(null);

/** True once the person has given the secret for the next op of that kind; false: they cancelled. */
export function secretAgain(what: HandingOver): Promise<boolean> {
  asked.value?.done(false);
  return new Promise((done) => {
    asked.value = {
      what,
      done: (given) => {
        asked.value = null;
        done(given);
      },
    };
  });
}

function Again({ it }: { it: Asked }) {
  const passkey = status.value.slots.find((s) => s.slotKind === SlotKind.Passkey);
  const passphrase = status.value.slots.find((s) => s.slotKind === SlotKind.Passphrase);
  const [typed, setTyped] = useState('');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState('');
  const settle = (outcome: Result<unknown, Failure>): void => {
    setBusy(false);
    if (outcome.ok) return it.done(true);
    const { name, detail } = outcome.error;
    const wait = detail > 0 ? ` ${t('wait', { seconds: Math.ceil(detail / 1000) })}` : '';
    if (name === 'auth-passphrase') setError(t(passphrase ? 'wrong-passphrase' : 'wrong-code') + wait);
    else setError((name === 'auth' ? t('passkey-refused') : errorText(name)) + wait);
  };
  const begin = (): void => {
    setBusy(true);
    setError('');
  };
  const submit = (e: Event): void => {
    e.preventDefault();
    if (typed === '' || busy) return;
    begin();
    setTyped('');
    if (passphrase) void confirmWithPassphrase(passphrase, typed, it.what).then(settle);
    else void confirmWithCode(typed, it.what).then(settle);
  };
  return (
    <Dialog title={t('again-title')} onClose={() => it.done(false)}>
      <p>{t('again-why')}</p>
      {passkey && (
        <Button
          look="main"
          icon="fingerprint"
          busy={busy}
          onClick={() => {
            begin();
            void confirmWithPasskey(passkey, it.what).then(settle);
          }}
        >
          {t('unlock-passkey')}
        </Button>
      )}
      <form class="stack" onSubmit={submit}>
        <Field
          label={t(passphrase ? 'passphrase' : 'recovery-code')}
          type={passphrase ? 'password' : 'text'}
          dir={passphrase ? 'auto' : 'ltr'}
          autocomplete={passphrase ? 'current-password' : 'off'}
          value={typed}
          onInput={setTyped}
          focus={!passkey}
          error={error}
        />
        <Button look={passkey ? 'plain' : 'main'} submit busy={busy} disabled={typed === ''}>
          {t('continue')}
        </Button>
      </form>
    </Dialog>
  );
}

export function SecretAgain() {
  const it = asked.value;
  return it ? <Again key={it.what} it={it} /> : null;
}
