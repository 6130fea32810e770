// Passkey or passphrase: the same question at first run, when a device is linked, and in settings.
import { useEffect, useState } from 'preact/hooks';
import { type LockChoice, makePasskey, PASSPHRASE_MIN, passkeyLikely } from '../lock.ts';
import { t } from '../text/strings.ts';
import { Button } from './kit/button.tsx';
import { Field } from './kit/field.tsx';

interface Props {
  readonly name: string;
  readonly busy: boolean;
  readonly error: string;
  readonly submit: string;
  readonly onChoose: (choice: LockChoice) => void;
  /** Offers no passkey: in the settings that has a button of its own. */
  readonly passphraseOnly?: boolean;
}

export function ChooseLock({ name, busy, error, submit, onChoose, passphraseOnly }: Props) {
  const [likely, setLikely] = useState(false);
  const [typed, setTyped] = useState(false);
  const [passphrase, setPassphrase] = useState('');
  const [short, setShort] = useState(false);
  const [refused, setRefused] = useState(false);
  useEffect(() => {
    if (!passphraseOnly) void passkeyLikely().then(setLikely);
  }, []);

  if (likely && !typed) {
    return (
      <div class="stack">
        <Button
          look="main"
          icon="fingerprint"
          busy={busy}
          onClick={() => {
            void makePasskey(name).then((choice) => {
              if (choice) onChoose(choice);
              else setRefused(true);
            });
          }}
        >
          {t('use-passkey')}
        </Button>
        {refused && (
          <p class="field-error" role="alert">
            {t('passkey-refused')}
          </p>
        )}
        <Button look="quiet" onClick={() => setTyped(true)}>
          {t('use-passphrase')}
        </Button>
      </div>
    );
  }
  return (
    <form
      class="stack"
      onSubmit={(e) => {
        e.preventDefault();
        const tooShort = Array.from(passphrase).length < PASSPHRASE_MIN;
        setShort(tooShort);
        if (tooShort) return;
        onChoose({ kind: 'passphrase', passphrase });
        setPassphrase('');
      }}
    >
      <Field
        label={t('passphrase')}
        type="password"
        autocomplete="new-password"
        value={passphrase}
        onInput={setPassphrase}
        focus
        hint={t('passphrase-hint', { min: PASSPHRASE_MIN })}
        error={short ? t('passphrase-short', { min: PASSPHRASE_MIN }) : error}
      />
      <Button look="main" submit busy={busy}>
        {busy ? t('working') : submit}
      </Button>
      {likely && (
        <Button look="quiet" onClick={() => setTyped(false)}>
          {t('use-passkey')}
        </Button>
      )}
    </form>
  );
}
