// Whether this browser promises to keep the messages, and how much room they take. A plain line, no reassurance.
import { useEffect, useState } from 'preact/hooks';
import { byteSize, percent } from '../text/dates.ts';
import { t } from '../text/strings.ts';
import { Button } from './kit/button.tsx';
import { Group } from './kit/field.tsx';
import { View } from './view.tsx';

interface Room {
  readonly kept: boolean;
  readonly used: number;
  readonly quota: number;
}

async function measure(): Promise<Room> {
  const [kept, estimate] = await Promise.all([navigator.storage.persisted(), navigator.storage.estimate()]);
  return { kept, used: estimate.usage ?? 0, quota: estimate.quota ?? 0 };
}

export function StoragePage() {
  const [room, setRoom] = useState<Room | null>(null);
  useEffect(() => {
    void measure().then(setRoom);
  }, []);
  return (
    <View title={t('settings-storage')} back="settings">
      {room && (
        <Group>
          <div class="pad stack">
            <p class={room.kept ? '' : 'caution-text'}>{t(room.kept ? 'storage-kept' : 'storage-not-kept')}</p>
            {!room.kept && (
              <Button onClick={() => void navigator.storage.persist().then(measure).then(setRoom)}>
                {t('storage-ask')}
              </Button>
            )}
            <p>{t('storage-used', { used: byteSize(room.used), quota: byteSize(room.quota) })}</p>
            <progress
              class="bar"
              aria-label={t('storage-used', { used: byteSize(room.used), quota: byteSize(room.quota) })}
              max={100}
              value={percent(room.used, room.quota)}
            />
          </div>
        </Group>
      )}
      <Group title={t('export')} note={t('export-later')}>
        <div class="pad">
          <Button disabled icon="download">
            {t('export')}
          </Button>
        </div>
      </Group>
    </View>
  );
}
