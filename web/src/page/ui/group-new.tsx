// A new group: a name, a picture, people.
import { useState } from 'preact/hooks';
import { ask } from '../client.ts';
import { settle } from '../state/actions.ts';
import { go } from '../state/route.ts';
import { people } from '../state/state.ts';
import { t } from '../text/strings.ts';
import { Button } from './kit/button.tsx';
import { Field, Group } from './kit/field.tsx';
import { PeoplePicker } from './people-picker.tsx';
import { View } from './view.tsx';
import { PicturePicker } from './welcome.tsx';

export function GroupNew() {
  const [name, setName] = useState('');
  const [picture, setPicture] = useState<Uint8Array | null>(null);
  const [chosen, setChosen] = useState<ReadonlySet<number>>(new Set());
  const [busy, setBusy] = useState(false);
  const make = async (): Promise<void> => {
    setBusy(true);
    const made = await ask({ kind: 'op_group_make', name: name.trim(), picture, people: [...chosen] }, 'made');
    setBusy(false);
    if (settle(made) && made.ok) go(`chat/${made.value.id}`);
  };
  const list = Array.from(people.value.values()).filter((p) => !p.blocked);
  return (
    <View title={t('group-new')} back="new">
      <form
        class="stack"
        onSubmit={(e) => {
          e.preventDefault();
          void make();
        }}
      >
        <PicturePicker name={name} picture={picture} onPick={setPicture} />
        <Field label={t('group-name')} value={name} onInput={setName} maxLength={64} focus />
        <Group title={t('members')}>
          <PeoplePicker list={list} chosen={chosen} onChange={setChosen} />
        </Group>
        <Button look="main" submit busy={busy} disabled={name.trim() === ''}>
          {t('group-make')}
        </Button>
      </form>
    </View>
  );
}
