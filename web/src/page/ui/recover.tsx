// Coming back with the recovery code: what is found, which devices stay, whose part is read, and a new code.
import { useEffect, useState } from 'preact/hooks';
import { type ChoiceView, LinkPhase, Part, Recovering } from '../../shared/abi.gen.ts';
import { toHex } from '../../shared/bytes.ts';
import { ask } from '../client.ts';
import { loadAll, run, settle } from '../state/actions.ts';
import { linkProgress, self, settingUp } from '../state/state.ts';
import { shortDate } from '../text/dates.ts';
import { t } from '../text/strings.ts';
import { secretAgain } from './again.tsx';
import { Button } from './kit/button.tsx';
import { Field, Switch } from './kit/field.tsx';
import { NewCode } from './new-code.tsx';
import { Screen } from './screen.tsx';

function Again() {
  const [code, setCode] = useState('');
  return (
    <Screen title={t('recover-title')} lead={t('recover-again')}>
      <form
        class="stack"
        onSubmit={(e) => {
          e.preventDefault();
          linkProgress.value = null;
          void run({ kind: 'op_recovery_again', code: code.trim() });
        }}
      >
        <Field
          label={t('recovery-code')}
          value={code}
          onInput={setCode}
          mono
          dir="ltr"
          focus
          hint={t('recovery-code-hint')}
        />
        <Button look="main" submit disabled={code.trim() === ''}>
          {t('continue')}
        </Button>
      </form>
    </Screen>
  );
}

function deviceWords(c: ChoiceView): string {
  if (c.part === Part.Readable) return t('recover-part', { date: shortDate(c.partMs) });
  return t(c.part === Part.None ? 'recover-no-part' : 'recover-bad-part');
}

function Choose() {
  const [list, setList] = useState<readonly ChoiceView[]>([]);
  const [keep, setKeep] = useState<ReadonlySet<string>>(new Set());
  const [leave, setLeave] = useState<ReadonlySet<string>>(new Set());
  const [sure, setSure] = useState(false);
  useEffect(() => {
    void ask({ kind: 'op_recovery_choices' }, 'choices').then((a) => {
      if (settle(a) && a.ok) setList(a.value.list);
    });
  }, []);
  const flip = (set: ReadonlySet<string>, id: string, on: boolean): ReadonlySet<string> => {
    const next = new Set(set);
    if (on) next.add(id);
    else next.delete(id);
    return next;
  };
  const finish = async (code: string): Promise<void> => {
    if (!(await secretAgain('op_recovery_finish'))) return;
    const devices = list.filter((c) => c.listed && keep.has(toHex(c.device))).map((c) => c.device);
    const parts = list.filter((c) => c.part === Part.Readable && !leave.has(toHex(c.device))).map((c) => c.device);
    void run({ kind: 'op_recovery_finish', code, keep: devices, take: parts });
  };
  if (sure) {
    return (
      <Screen title={t('recovery-new')} lead={t('recover-new-lead')}>
        <NewCode onTake={(code) => void finish(code)} />
      </Screen>
    );
  }
  return (
    <Screen title={t('recover-choose')} lead={t('recover-choose-lead')}>
      <div class="stack">
        {list.map((c) => {
          const id = toHex(c.device);
          const name = c.name || t('device-no-name');
          return (
            <fieldset key={id} class="stack">
              <legend>
                <bdi>{name}</bdi>
              </legend>
              <p class="note">{deviceWords(c)}</p>
              {c.listed && (
                <Switch
                  label={t('recover-keep', { name })}
                  on={keep.has(id)}
                  onChange={(on) => setKeep(flip(keep, id, on))}
                />
              )}
              {c.part === Part.Readable && (
                <Switch
                  label={t('recover-take', { name })}
                  hint={t('recover-take-hint')}
                  on={!leave.has(id)}
                  onChange={(on) => setLeave(flip(leave, id, !on))}
                />
              )}
            </fieldset>
          );
        })}
        <Button look="main" onClick={() => setSure(true)}>
          {t('continue')}
        </Button>
      </div>
    </Screen>
  );
}

export function Recover() {
  // The account is usable as soon as this screen is left.
  useEffect(
    () => () => {
      settingUp.value = false;
      void loadAll();
    },
    [],
  );
  const stage = self.value?.recovering ?? Recovering.No;
  if (stage === Recovering.Code) return <Again />;
  if (stage === Recovering.Choose) return <Choose />;
  if (linkProgress.value?.phase === LinkPhase.Failed) {
    return (
      <Screen title={t('recover-failed-title')} lead={t('recover-failed')}>
        <Button look="main" onClick={() => void run({ kind: 'op_wipe' }).then((done) => done && location.replace('/'))}>
          {t('start-again')}
        </Button>
      </Screen>
    );
  }
  return (
    <Screen title={t('recover-title')} lead={t('recover-working')}>
      <progress class="bar" aria-label={t('recover-working')} />
    </Screen>
  );
}
