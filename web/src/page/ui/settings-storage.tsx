// Whether this browser promises to keep the messages, how much room they take, and exporting them.
import { useEffect, useRef, useState } from 'preact/hooks';
import { exportAll } from '../export.ts';
import { saveBlob } from '../files.ts';
import { settle } from '../state/actions.ts';
import { byteSize, percent } from '../text/dates.ts';
import { t } from '../text/strings.ts';
import { secretAgain } from './again.tsx';
import { Button } from './kit/button.tsx';
import { Confirm } from './kit/dialog.tsx';
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

function ExportGroup() {
  const [asking, setAsking] = useState(false);
  const [count, setCount] = useState(-1);
  const busy = useRef(false);
  const save = async (): Promise<void> => {
    if (busy.current || !(await secretAgain('op_export'))) return;
    busy.current = true;
    setCount(0);
    const all = await exportAll(setCount);
    busy.current = false;
    if (settle(all) && all.ok) saveBlob(all.value, `sotto-${new Date().toISOString().slice(0, 10)}.jsonl`);
    else setCount(-1);
  };
  return (
    <Group title={t('export')} note={t('export-note')}>
      <div class="row-buttons pad">
        <Button icon="download" onClick={() => setAsking(true)}>
          {t('export')}
        </Button>
        <span class="note" role="status">
          {count >= 0 && t('export-count', { count })}
        </span>
      </div>
      {asking && (
        <Confirm
          title={t('export')}
          text={t('export-warning')}
          yes={t('export-save')}
          danger
          onClose={() => setAsking(false)}
          onYes={() => void save()}
        />
      )}
    </Group>
  );
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
              <div class="row-buttons">
                <Button onClick={() => void navigator.storage.persist().then(measure).then(setRoom)}>
                  {t('storage-ask')}
                </Button>
              </div>
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
      <ExportGroup />
    </View>
  );
}
