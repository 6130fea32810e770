// Requests from strangers, apart from the chats. Nothing they wrote is shown: only a fingerprint, the link they used
// and the time.
import { useEffect } from 'preact/hooks';
import { RequestAnswer, type RequestView } from '../../shared/abi.gen.ts';
import { ask } from '../client.ts';
import { loadRequests, settle } from '../state/actions.ts';
import { requestsVersion } from '../state/patch.ts';
import { go } from '../state/route.ts';
import { requests } from '../state/state.ts';
import { fullTime } from '../text/dates.ts';
import { t } from '../text/strings.ts';
import { Button } from './kit/button.tsx';
import { filled, slots } from './kit/filled.tsx';
import { View } from './view.tsx';

async function answer(r: RequestView, choice: RequestAnswer): Promise<void> {
  const made = await ask({ kind: 'op_request_answer', id: r.id, answer: choice }, 'made');
  settle(made);
  await loadRequests();
  if (made.ok && choice === RequestAnswer.Accept && made.value.id !== 0) go(`chat/${made.value.id}`);
}

function Request({ r }: { r: RequestView }) {
  return (
    <li class="request">
      <p>
        <strong>{filled(t('request-from', { key: slots[0] }), <span class="mono">{r.fingerprint}</span>)}</strong>
      </p>
      <p class="note">
        {fullTime(r.atMs)}
        {r.label && <> · {t('request-link', { label: r.label })}</>}
      </p>
      <div class="row-buttons">
        <Button look="main" onClick={() => void answer(r, RequestAnswer.Accept)}>
          {t('accept')}
        </Button>
        <Button onClick={() => void answer(r, RequestAnswer.Decline)}>{t('decline')}</Button>
        <Button look="danger" onClick={() => void answer(r, RequestAnswer.Block)}>
          {t('block')}
        </Button>
      </div>
    </li>
  );
}

export function Requests() {
  useEffect(() => {
    void loadRequests();
  }, [requestsVersion.value]);
  return (
    <View title={t('requests')} back="">
      <p class="lead">{t('requests-lead')}</p>
      <ul class="card plain-list">
        {requests.value.map((r) => (
          <Request key={r.id} r={r} />
        ))}
      </ul>
      {requests.value.length === 0 && <p class="note">{t('requests-none')}</p>}
    </View>
  );
}
