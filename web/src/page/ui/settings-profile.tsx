import { useState } from 'preact/hooks';
import { run } from '../state/actions.ts';
import { self } from '../state/state.ts';
import { t } from '../text/strings.ts';
import { Button } from './kit/button.tsx';
import { Field, Group } from './kit/field.tsx';
import { View } from './view.tsx';
import { PicturePicker } from './welcome.tsx';

export function ProfilePage() {
  const me = self.value;
  const [name, setName] = useState(me?.name ?? '');
  const [picture, setPicture] = useState(me?.picture ?? null);
  const [saved, setSaved] = useState(false);
  const changed = name.trim() !== me?.name || picture !== me?.picture;
  return (
    <View title={t('settings-profile')} back="settings">
      <form
        class="stack"
        onSubmit={(e) => {
          e.preventDefault();
          void run({ kind: 'op_profile_set', name: name.trim(), picture }).then(setSaved);
        }}
      >
        <PicturePicker
          name={name}
          picture={picture}
          onPick={(p) => {
            setPicture(p);
            setSaved(false);
          }}
        />
        <Field
          label={t('your-name')}
          value={name}
          maxLength={64}
          hint={t('your-name-hint')}
          onInput={(v) => {
            setName(v);
            setSaved(false);
          }}
        />
        <Button look="main" submit disabled={!changed || name.trim() === ''}>
          {t(saved && !changed ? 'saved' : 'save')}
        </Button>
      </form>
      <Group>
        <dl class="facts pad">
          <dt>{t('fingerprint')}</dt>
          <dd class="mono" dir="ltr">
            {me?.fingerprint}
          </dd>
        </dl>
      </Group>
    </View>
  );
}
