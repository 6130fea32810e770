import { useEffect } from 'preact/hooks';
import { ask } from '../client.ts';
import { starred } from '../state/search.ts';
import { shortTime } from '../text/dates.ts';
import { t } from '../text/strings.ts';
import { Icon } from './kit/icon.tsx';
import { messageSummary } from './message.tsx';
import { View } from './view.tsx';

const LIMIT = 100;

export function Starred() {
  const list = starred.value;
  useEffect(() => {
    void ask({ kind: 'op_starred', before: 0, limit: LIMIT }, 'hits').then((a) => {
      starred.value = a.ok ? a.value.list : [];
    });
    return () => {
      starred.value = null;
    };
  }, []);
  return (
    <View title={t('starred')} back="">
      <ul class="card plain-list">
        {list?.map(({ message: m, chatTitle }) => (
          <li key={m.id}>
            <a class="starred" href={`#/chat/${m.chat}/m/${m.id}`}>
              <span class="chat-row-top">
                <strong>
                  <bdi>{m.mine ? t('you') : m.senderName}</bdi>
                </strong>
                <time class="chat-row-time">{shortTime(m.atMs)}</time>
              </span>
              <span class="note">
                <bdi>{chatTitle || t('note-to-self')}</bdi>
              </span>
              <span dir="auto">{messageSummary(m)}</span>
            </a>
          </li>
        ))}
      </ul>
      {list?.length === 0 && (
        <div class="nothing">
          <Icon name="star" size={40} />
          <p>{t('starred-none')}</p>
        </div>
      )}
    </View>
  );
}
