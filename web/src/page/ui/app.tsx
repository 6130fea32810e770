// Which of the few screens: starting, first run, locked, stopped, or the frame with the chats.

import { useEffect } from 'preact/hooks';
import { Recovering } from '../../shared/abi.gen.ts';
import { alarm, mark, refusal } from '../door.ts';
import { dead, phase, self, welcomeStep } from '../state/state.ts';
import { t } from '../text/strings.ts';
import { SecretAgain } from './again.tsx';
import { AlarmScreen, RefusedScreen } from './code-alarm.tsx';
import { Frame } from './frame.tsx';
import { Button } from './kit/button.tsx';
import { LinkWaiting } from './link-waiting.tsx';
import { Live } from './live.tsx';
import { ElsewhereOpen, Knocks } from './other-windows.tsx';
import { Recover } from './recover.tsx';
import { Brand, Mark, Screen } from './screen.tsx';
import { Unlock } from './unlock.tsx';
import { Welcome } from './welcome.tsx';

function Starting() {
  return (
    <main class="starting">
      <h1 class="unseen">Sotto</h1>
      <Mark size={56} />
      <p class="unseen" role="status">
        {t('starting')}
      </p>
    </main>
  );
}

function Dead() {
  const reason = dead.value?.reason ?? 'panic';
  return (
    <>
      <Brand />
      <Screen title={t(`dead-${reason}`)} lead={t(`dead-${reason}-text`)}>
        <p class="note mono" dir="ltr">
          {dead.value?.detail}
        </p>
        <Button look="main" icon="retry" onClick={() => location.reload()}>
          {t('start-again')}
        </Button>
      </Screen>
    </>
  );
}

function Main() {
  if (alarm.value) return <AlarmScreen alarm={alarm.value} />;
  if (refusal.value) return <RefusedScreen why={refusal.value} />;
  if (phase.value === 'dead') return <Dead />;
  // A window that its worker did not serve is loaded again: nothing is asked before that.
  if (mark.value === 'checking') return <Starting />;
  if (phase.value === 'elsewhere') return <ElsewhereOpen />;
  if (phase.value === 'welcome' || welcomeStep.value !== '') return <Welcome />;
  if (phase.value === 'locked') return <Unlock />;
  if (phase.value === 'open' && (self.value?.recovering ?? Recovering.No) !== Recovering.No) return <Recover />;
  if (phase.value === 'open' && self.value?.me === 0) return <LinkWaiting code="" />;
  if (phase.value === 'open') return <Frame />;
  return <Starting />;
}

export function App() {
  useEffect(() => {
    document.documentElement.dataset['phase'] = phase.value;
  }, [phase.value]);
  return (
    <>
      <Knocks />
      <Main />
      <SecretAgain />
      <Live />
    </>
  );
}
