// What happened in a chat, in words.
import { ByHow, type MessageView, Notice } from '../../shared/abi.gen.ts';
import { type KeyOf, t } from '../text/strings.ts';

type NoticeKey = KeyOf<{ who: string; what: string; by: string }>;

const KEYS: Readonly<Partial<Record<Notice, NoticeKey>>> = {
  [Notice.Made]: 'notice-made',
  [Notice.Joined]: 'notice-joined',
  [Notice.Left]: 'notice-left',
  [Notice.Removed]: 'notice-removed',
  [Notice.Renamed]: 'notice-renamed',
  [Notice.Admin]: 'notice-admin',
  [Notice.NoAdmin]: 'notice-no-admin',
  [Notice.Device]: 'notice-device',
  [Notice.DeviceGone]: 'notice-device-gone',
  [Notice.Recovered]: 'notice-recovered',
  [Notice.Accepted]: 'notice-accepted',
  [Notice.Verified]: 'notice-verified',
  [Notice.Missed]: 'notice-expired',
  [Notice.Timer]: 'notice-timer',
  [Notice.Fork]: 'notice-key',
  [Notice.Record]: 'notice-record',
  [Notice.Skipped]: 'notice-skipped',
  [Notice.Forged]: 'notice-forged',
  [Notice.MyDevice]: 'notice-my-device',
  [Notice.MyDeviceGone]: 'notice-my-device-gone',
  [Notice.NotRemoved]: 'notice-not-removed',
  [Notice.OtherRoom]: 'notice-other-room',
  [Notice.Stopped]: 'notice-stopped',
  [Notice.UnreadCommit]: 'notice-unread-commit',
  [Notice.Unchecked]: 'notice-unchecked',
  [Notice.NewRoom]: 'notice-new-room',
  [Notice.Gone]: 'notice-gone',
  [Notice.OldRoom]: 'notice-old-room',
};

/** The same about oneself, where the words differ. */
const MINE: Readonly<Partial<Record<Notice, NoticeKey>>> = {
  [Notice.Made]: 'notice-made-you',
  [Notice.Joined]: 'notice-joined-you',
  [Notice.Left]: 'notice-left-you',
  [Notice.Removed]: 'notice-removed-you',
  [Notice.Renamed]: 'notice-renamed-you',
  [Notice.Admin]: 'notice-admin-you',
  [Notice.NoAdmin]: 'notice-no-admin-you',
  [Notice.Device]: 'notice-device-you',
  [Notice.DeviceGone]: 'notice-device-gone-you',
  [Notice.Recovered]: 'notice-recovered-you',
  [Notice.Timer]: 'notice-timer-you',
  [Notice.Fork]: 'notice-key-you',
  [Notice.Forged]: 'notice-forged-you',
};

/** What was already so when somebody brought us in again: who did it is not known. */
const SAID: Readonly<Partial<Record<Notice, NoticeKey>>> = {
  [Notice.Renamed]: 'notice-named',
  [Notice.Timer]: 'notice-timer-now',
};

/** About one's own devices, when the recovery code did it. */
const BY_CODE: Readonly<Partial<Record<Notice, NoticeKey>>> = {
  [Notice.MyDevice]: 'notice-my-device-code',
  [Notice.MyDeviceGone]: 'notice-my-device-gone-code',
};

/** Many changes of a room at once: how many came and went, devices in and out, changed rights. */
function many(m: MessageView): string {
  const [came, went, added, dropped, roles] = m.text.split(' ').map(Number);
  return t('notice-many', {
    came: came ?? 0,
    went: went ?? 0,
    added: added ?? 0,
    dropped: dropped ?? 0,
    roles: roles ?? 0,
  });
}

function line(m: MessageView): string {
  if (m.notice === Notice.Roster) return many(m);
  const byCode = BY_CODE[m.notice];
  if (byCode) {
    const [device, by] = m.text.split('\n');
    const key = by ? (KEYS[m.notice] ?? byCode) : byCode;
    return t(key, { who: '', what: device || t('device-no-name'), by: by ?? '' });
  }
  const said = m.byHow === ByHow.Says ? SAID[m.notice] : undefined;
  const key = said ?? (m.mine ? MINE[m.notice] : undefined) ?? KEYS[m.notice];
  const who = m.senderName || t('no-name');
  return key ? t(key, { who, what: m.text || who, by: who }) : m.text;
}

/** What happened, and who did it as far as is known. */
export function noticeText(m: MessageView): string {
  const what = line(m);
  const who = m.byName || m.senderName || t('no-name');
  const mine = m.by ? m.by === 1 : m.mine;
  if (m.removed) return t(mine ? 'notice-by-removed-mine' : 'notice-by-removed', { line: what, who });
  if (m.byHow === ByHow.Foreign) return t('notice-by-foreign', { line: what, who });
  if (m.byHow === ByHow.Says) return t(mine ? 'notice-says-you' : 'notice-says', { line: what, who });
  if (m.byHow === ByHow.Did) return t(mine ? 'notice-by-you' : 'notice-by', { line: what, who });
  return what;
}
