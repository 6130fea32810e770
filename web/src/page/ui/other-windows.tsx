// More than one window: the one that has the store, and those that work through it.
import { admit, knockAgain } from '../client.ts';
import { alarm, refusal } from '../door.ts';
import { elsewhere, knocks } from '../state/state.ts';
import { t } from '../text/strings.ts';
import { Button } from './kit/button.tsx';
import { Brand, LanguageChoice, Screen } from './screen.tsx';

/** Another window has the store, and this one has no way to it yet. */
export function ElsewhereOpen() {
  const why = elsewhere.value;
  return (
    <>
      <Brand />
      <Screen title={t(`window-${why}`)} lead={t(`window-${why}-text`)}>
        <Button look="main" icon="retry" onClick={knockAgain}>
          {t('window-ask-again')}
        </Button>
      </Screen>
      <LanguageChoice />
    </>
  );
}

/** In the first window: another one wants in. If its opener can read along, only the person can tell whose it is. */
export function Knocks() {
  const [id] = knocks.value;
  if (id === undefined || alarm.value || refusal.value) return null;
  const say = (yes: boolean): void => {
    admit(id, yes);
    knocks.value = knocks.value.filter((k) => k !== id);
  };
  return (
    <div class="line update knock" role="alert">
      <span>{t('window-knocks')}</span>
      <Button onClick={() => say(true)}>{t('window-let-in')}</Button>
      <Button look="quiet" onClick={() => say(false)}>
        {t('window-refuse')}
      </Button>
    </div>
  );
}
