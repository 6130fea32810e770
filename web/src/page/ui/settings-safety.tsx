// Lock, unlock methods and the recovery code.

import { useState } from 'preact/hooks';
import { SlotKind } from '../../shared/abi.gen.ts';
import { ask } from '../client.ts';
import { askLocked, type LockChoice, makePasskey } from '../lock.ts';
import { refreshStatus, run, saveSetting, settle } from '../state/actions.ts';
import { self, setting, status } from '../state/state.ts';
import { shortTime } from '../text/dates.ts';
import { t } from '../text/strings.ts';
import { secretAgain } from './again.tsx';
import { ChooseLock } from './choose-lock.tsx';
import { Button } from './kit/button.tsx';
import { Confirm, Dialog } from './kit/dialog.tsx';
import { Choice, Field, Group } from './kit/field.tsx';
import { NewCode } from './new-code.tsx';
import { View } from './view.tsx';

const MINUTES = ['0', '5', '15', '60', '240'] as const;

function LockGroup() {
  const [changing, setChanging] = useState(false);
  const [busy, setBusy] = useState(false);
  const slots = status.value.slots;
  const passkey = slots.some((s) => s.slotKind === SlotKind.Passkey);
  const put = async (choice: LockChoice): Promise<void> => {
    setBusy(true);
    const outcome = await askLocked(choice, (slot, secret) => ({ kind: 'op_slot_put', slot, secret }), 'ok');
    setBusy(false);
    if (settle(outcome)) setChanging(false);
    await refreshStatus();
  };
  const add = async (): Promise<void> => {
    if (!(await secretAgain('op_slot_put'))) return;
    const choice = await makePasskey(self.value?.name ?? '');
    if (choice) await put(choice);
  };
  const drop = async (): Promise<void> => {
    if (!(await secretAgain('op_slot_drop'))) return;
    await run({ kind: 'op_slot_drop', slotKind: SlotKind.Passkey });
    await refreshStatus();
  };
  return (
    <Group title={t('lock')}>
      <Choice
        label={t('lock-after')}
        value={setting('lock-minutes', '0')}
        options={MINUTES.map((m) => [m, t('lock-minutes', { minutes: m === '0' ? 0 : Number(m) })] as const)}
        onChange={(v) => void saveSetting('lock-minutes', v)}
      />
      <div class="row-buttons pad">
        <Button icon="lock" onClick={() => void run({ kind: 'op_lock' })}>
          {t('lock-now')}
        </Button>
        <Button onClick={() => setChanging(true)}>
          {t(slots.some((s) => s.slotKind === SlotKind.Passphrase) ? 'passphrase-change' : 'passphrase-set')}
        </Button>
        {passkey ? (
          <Button onClick={() => void drop()}>{t('passkey-drop')}</Button>
        ) : (
          <Button icon="fingerprint" onClick={() => void add()}>
            {t('passkey-add')}
          </Button>
        )}
      </div>
      {changing && (
        <Dialog title={t('passphrase-set')} onClose={() => setChanging(false)}>
          <ChooseLock
            name={self.value?.name ?? ''}
            busy={busy}
            error=""
            submit={t('save')}
            onChoose={(c) => void secretAgain('op_slot_put').then((given) => (given ? put(c) : undefined))}
            passphraseOnly
          />
        </Dialog>
      )}
    </Group>
  );
}

function RecoveryGroup() {
  const [making, setMaking] = useState(false);
  const [old, setOld] = useState('');
  const [checking, setChecking] = useState(false);
  const [typed, setTyped] = useState('');
  const [said, setSaid] = useState('');
  const take = async (code: string): Promise<void> => {
    if (!(await secretAgain('op_recovery_set'))) return;
    if (settle(await ask({ kind: 'op_recovery_set', code, old: old.trim() }, 'ok'))) setMaking(false);
  };
  const check = async (): Promise<void> => {
    const answer = await ask({ kind: 'op_recovery_check', code: typed.trim() }, 'flag');
    if (answer.ok) setSaid(t(answer.value.on ? 'recovery-right' : 'recovery-wrong'));
  };
  return (
    <Group title={t('recovery-code')} note={t(self.value?.recoveryChecked ? 'recovery-known' : 'recovery-unknown')}>
      <p class="pad">{t('recovery-what')}</p>
      {(self.value?.recordMs ?? 0) > 0 && (
        <p class="pad caution-text">{t('recovery-used', { date: shortTime(self.value?.recordMs ?? 0) })}</p>
      )}
      {self.value?.skipped && <p class="pad caution-text">{t('recovery-skipped')}</p>}
      {self.value?.codeOpens === false && <p class="pad caution-text">{t('recovery-opens-nothing')}</p>}
      {self.value?.undone && <p class="pad caution-text">{t('recovery-undone')}</p>}
      <div class="row-buttons pad">
        <Button onClick={() => setMaking(true)}>{t('recovery-new')}</Button>
        <Button icon="check" onClick={() => setChecking(true)}>
          {t('recovery-test')}
        </Button>
      </div>
      {making && (
        <Dialog title={t('recovery-new')} onClose={() => setMaking(false)}>
          <p>{t('recovery-new-text')}</p>
          <Field label={t('recovery-old')} value={old} onInput={setOld} mono dir="ltr" hint={t('recovery-old-hint')} />
          <NewCode onTake={(code) => void take(code)} />
        </Dialog>
      )}
      {checking && (
        <Dialog title={t('recovery-test')} onClose={() => setChecking(false)}>
          <form
            class="stack"
            onSubmit={(e) => {
              e.preventDefault();
              void check();
            }}
          >
            <Field
              label={t('recovery-code')}
              value={typed}
              onInput={setTyped}
              mono
              dir="ltr"
              focus
              hint={t('recovery-code-hint')}
            />
            <p role="status">{said}</p>
            <Button look="main" submit>
              {t('recovery-check')}
            </Button>
          </form>
        </Dialog>
      )}
    </Group>
  );
}

function ForgetGroup() {
  const [asking, setAsking] = useState(false);
  return (
    <Group title={t('forget-device')} note={t('forget-device-text')}>
      <div class="pad">
        <Button look="danger" icon="trash" onClick={() => setAsking(true)}>
          {t('forget-yes')}
        </Button>
      </div>
      {asking && (
        <Confirm
          title={t('forget-device')}
          text={t('forget-device-text')}
          yes={t('forget-yes')}
          danger
          onClose={() => setAsking(false)}
          onYes={() => {
            void run({ kind: 'op_wipe' }).then((done) => {
              if (done) location.replace('/');
            });
          }}
        />
      )}
    </Group>
  );
}

export function SafetyPage() {
  return (
    <View title={t('settings-safety')} back="settings">
      <LockGroup />
      <RecoveryGroup />
      <ForgetGroup />
    </View>
  );
}
