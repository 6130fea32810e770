// First run: a name, a lock with the recovery code, an invitation. Three screens, of which the last two may wait.
import { useEffect, useState } from 'preact/hooks';
import { ask } from '../client.ts';
import { askLocked, type LockChoice } from '../lock.ts';
import { profilePicture } from '../picture.ts';
import { deviceName, findGateway } from '../place.ts';
import { loadAll, run } from '../state/actions.ts';
import { settingUp, welcomeStep } from '../state/state.ts';
import { errorText } from '../text/errors.ts';
import { t } from '../text/strings.ts';
import { AddPerson, MyLink } from './add-person.tsx';
import { ChooseLock } from './choose-lock.tsx';
import { Elsewhere } from './elsewhere.tsx';
import { Avatar } from './kit/avatar.tsx';
import { Button } from './kit/button.tsx';
import { Field } from './kit/field.tsx';
import { CodeCard, CodeCheck } from './recovery.tsx';
import { Brand, LanguageChoice, Screen } from './screen.tsx';

const NAME_MAX = 64;

interface NameProps {
  readonly name: string;
  readonly setName: (name: string) => void;
  readonly picture: Uint8Array | null;
  readonly setPicture: (picture: Uint8Array | null) => void;
  readonly gateway: string;
  readonly setGateway: (gateway: string) => void;
  readonly invitation: string;
  readonly setInvitation: (invitation: string) => void;
  readonly onStart: () => void;
  readonly onElsewhere: () => void;
}

export function PicturePicker({
  name,
  picture,
  onPick,
}: {
  name: string;
  picture: Uint8Array | null;
  onPick: (p: Uint8Array | null) => void;
}) {
  return (
    <label class="picture-picker">
      <Avatar name={name || '?'} seed={0} picture={picture} size="xl" icon={name ? undefined : 'camera'} />
      <span>{picture ? t('picture-change') : t('picture-add')}</span>
      <input
        type="file"
        accept="image/*"
        class="unseen"
        onChange={(e) => {
          const file = e.currentTarget.files?.[0];
          if (file) void profilePicture(file).then(onPick);
        }}
      />
    </label>
  );
}

function NameScreen(p: NameProps) {
  const ready = p.name.trim() !== '' && (!PORTABLE || p.gateway.trim() !== '');
  const gateway = (
    <Field label={t('gateway')} value={p.gateway} onInput={p.setGateway} dir="ltr" hint={t('gateway-hint')} />
  );
  return (
    <Screen step={1} title={t('welcome-title')} lead={t('welcome-lead')}>
      <form
        class="stack"
        onSubmit={(e) => {
          e.preventDefault();
          if (ready) p.onStart();
        }}
      >
        <PicturePicker name={p.name} picture={p.picture} onPick={p.setPicture} />
        <Field
          label={t('your-name')}
          value={p.name}
          onInput={p.setName}
          maxLength={NAME_MAX}
          autocomplete="nickname"
          focus
          hint={t('your-name-hint')}
        />
        {PORTABLE && gateway}
        <Button look="main" submit disabled={!ready}>
          {t('start')}
        </Button>
        <Button look="quiet" onClick={p.onElsewhere}>
          {t('have-elsewhere')}
        </Button>
        <p class="note">{t('reset-looks')}</p>
        <details class="advanced">
          <summary>{t('advanced')}</summary>
          <div class="stack">
            {!PORTABLE && gateway}
            <Field
              label={t('invitation')}
              value={p.invitation}
              onInput={p.setInvitation}
              dir="ltr"
              hint={t('invitation-hint')}
            />
          </div>
        </details>
      </form>
    </Screen>
  );
}

function CodeScreen({ code, onDone }: { code: string; onDone: () => void }) {
  const [checking, setChecking] = useState(false);
  const right = (): void => {
    void ask({ kind: 'op_recovery_check', code }, 'flag').then(onDone);
  };
  return (
    <Screen step={2} title={t('recovery-title')} lead={checking ? t('recovery-lead-check') : t('recovery-lead')}>
      {checking ? (
        <CodeCheck code={code} onRight={right} />
      ) : (
        <div class="stack">
          <CodeCard code={code} />
          <Button look="main" onClick={() => setChecking(true)}>
            {t('recovery-kept')}
          </Button>
        </div>
      )}
      <Button look="quiet" onClick={checking ? () => setChecking(false) : onDone}>
        {checking ? t('back') : t('later')}
      </Button>
    </Screen>
  );
}

function InviteScreen({ onDone }: { onDone: () => void }) {
  return (
    <Screen step={3} title={t('invite-title')} lead={t('invite-lead')}>
      <MyLink label="" />
      <hr />
      <AddPerson onAdded={onDone} />
      <Button look="main" onClick={onDone}>
        {t('to-chats')}
      </Button>
    </Screen>
  );
}

export function Welcome() {
  const [name, setName] = useState('');
  const [picture, setPicture] = useState<Uint8Array | null>(null);
  const [gateway, setGateway] = useState('');
  const [invitation, setInvitation] = useState('');
  const [screen, setScreen] = useState<'name' | 'lock' | 'elsewhere'>('name');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState('');
  const [code, setCode] = useState('');
  useEffect(() => {
    void findGateway().then(setGateway);
  }, []);

  const create = async (choice: LockChoice): Promise<void> => {
    setBusy(true);
    setError('');
    settingUp.value = true;
    welcomeStep.value = 'safe'; // the account exists from here on, but its code has not been seen
    const own = name.trim();
    const answer = await askLocked(
      choice,
      (slot, secret) => ({
        kind: 'op_create',
        name: own,
        gateway: gateway.trim(),
        slot,
        secret,
        device: deviceName(),
        invitation: invitation.trim(),
      }),
      'recovery',
    );
    setBusy(false);
    if (!answer.ok) {
      settingUp.value = false;
      welcomeStep.value = '';
      setError(errorText(answer.error.name));
      return;
    }
    setCode(answer.value.code);
    if (picture) await run({ kind: 'op_profile_set', name: own, picture });
    await loadAll();
  };

  if (code !== '' && welcomeStep.value === 'safe') {
    return (
      <CodeScreen
        code={code}
        onDone={() => {
          setCode('');
          welcomeStep.value = 'invite';
        }}
      />
    );
  }
  if (welcomeStep.value === 'invite') return <InviteScreen onDone={() => (welcomeStep.value = '')} />;
  if (screen === 'elsewhere') return <Elsewhere gateway={gateway} onBack={() => setScreen('name')} />;
  if (screen === 'lock') {
    return (
      <Screen step={2} title={t('lock-title')} lead={t('lock-lead')}>
        <ChooseLock name={name} busy={busy} error={error} submit={t('continue')} onChoose={(c) => void create(c)} />
        {!busy && (
          <Button look="quiet" onClick={() => setScreen('name')}>
            {t('back')}
          </Button>
        )}
      </Screen>
    );
  }
  return (
    <>
      <Brand />
      <NameScreen
        {...{ name, setName, picture, setPicture, gateway, setGateway, invitation, setInvitation }}
        onStart={() => setScreen('lock')}
        onElsewhere={() => setScreen('elsewhere')}
      />
      <LanguageChoice />
    </>
  );
}
