// "I have Sotto elsewhere": link this device to an account, or bring the account back with its recovery code.
import { useState } from 'preact/hooks';
import { askLocked, type LockChoice } from '../lock.ts';
import { deviceName } from '../place.ts';
import { loadAll } from '../state/actions.ts';
import { linkProgress, settingUp } from '../state/state.ts';
import { errorText } from '../text/errors.ts';
import { t } from '../text/strings.ts';
import { ChooseLock } from './choose-lock.tsx';
import { Button } from './kit/button.tsx';
import { Field } from './kit/field.tsx';
import { LinkWaiting } from './link-waiting.tsx';
import { Screen } from './screen.tsx';

type Way = '' | 'link' | 'recover';

export function Elsewhere({ gateway: given, onBack }: { gateway: string; onBack: () => void }) {
  const [way, setWay] = useState<Way>('');
  const [gateway, setGateway] = useState(given);
  const [recovery, setRecovery] = useState('');
  const [locking, setLocking] = useState(false);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState('');
  const [code, setCode] = useState('');

  const link = async (choice: LockChoice): Promise<void> => {
    setBusy(true);
    settingUp.value = true;
    linkProgress.value = null;
    const answer = await askLocked(
      choice,
      (slot, secret) => ({ kind: 'op_link_device', gateway: gateway.trim(), slot, secret, device: deviceName() }),
      'text',
    );
    setBusy(false);
    settingUp.value = answer.ok;
    if (answer.ok) setCode(answer.value.value);
    else setError(errorText(answer.error.name));
  };
  const recover = async (choice: LockChoice): Promise<void> => {
    setBusy(true);
    settingUp.value = true;
    const outcome = await askLocked(
      choice,
      (slot, secret) => ({
        kind: 'op_recover',
        code: recovery.trim(),
        gateway: gateway.trim(),
        slot,
        secret,
        device: deviceName(),
      }),
      'ok',
    );
    setBusy(false);
    settingUp.value = outcome.ok;
    if (outcome.ok) await loadAll();
    else setError(errorText(outcome.error.name));
  };

  if (code !== '') return <LinkWaiting code={code} />;
  if (locking) {
    return (
      <Screen title={t('lock-title')} lead={t('lock-lead')}>
        <ChooseLock
          name=""
          busy={busy}
          error={error}
          submit={t('continue')}
          onChoose={(c) => void (way === 'link' ? link(c) : recover(c))}
        />
        <Button look="quiet" disabled={busy} onClick={() => setLocking(false)}>
          {t('back')}
        </Button>
      </Screen>
    );
  }
  if (way === 'recover') {
    return (
      <Screen title={t('recover-title')} lead={t('recover-lead')}>
        <form
          class="stack"
          onSubmit={(e) => {
            e.preventDefault();
            setLocking(true);
          }}
        >
          <Field
            label={t('recovery-code')}
            value={recovery}
            onInput={setRecovery}
            mono
            dir="ltr"
            focus
            hint={t('recovery-code-hint')}
          />
          <Field label={t('gateway')} value={gateway} onInput={setGateway} dir="ltr" hint={t('gateway-hint')} />
          <Button look="main" submit disabled={recovery.replace(/[^A-Za-z0-9]/g, '').length < 32}>
            {t('continue')}
          </Button>
        </form>
        <Button look="quiet" onClick={() => setWay('')}>
          {t('back')}
        </Button>
      </Screen>
    );
  }
  return (
    <Screen title={t('elsewhere-title')} lead={t('elsewhere-lead')}>
      <div class="choices">
        <button
          type="button"
          class="choice"
          onClick={() => {
            setWay('link');
            setLocking(true);
          }}
        >
          <strong>{t('elsewhere-link')}</strong>
          <span>{t('elsewhere-link-hint')}</span>
        </button>
        <button type="button" class="choice" onClick={() => setWay('recover')}>
          <strong>{t('elsewhere-recover')}</strong>
          <span>{t('elsewhere-recover-hint')}</span>
        </button>
      </div>
      <Button look="quiet" onClick={onBack}>
        {t('back')}
      </Button>
    </Screen>
  );
}
