import { go } from '../state/route.ts';
import { t } from '../text/strings.ts';
import { AddPerson, MyLink } from './add-person.tsx';
import { Button } from './kit/button.tsx';
import { Group } from './kit/field.tsx';
import { View } from './view.tsx';

/** New chat: somebody's link, a group, or one's own link to give away. With `link`: the page was opened by one. */
export function AddView({ link }: { link: string }) {
  return (
    <View title={t(link ? 'add-title' : 'new-chat')} back="">
      <Group title={t('add-someone')}>
        <div class="pad">
          <AddPerson given={link} onAdded={() => undefined} />
        </div>
      </Group>
      {!link && (
        <>
          <Group>
            <div class="pad">
              <Button icon="group" onClick={() => go('group')}>
                {t('group-new')}
              </Button>
            </div>
          </Group>
          <Group title={t('my-link')} note={t('my-link-note')}>
            <div class="pad">
              <MyLink label="" />
            </div>
          </Group>
        </>
      )}
    </View>
  );
}
