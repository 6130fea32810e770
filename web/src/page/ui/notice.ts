// What happened in a chat, in words.
import type { MessageView } from '../../shared/abi.gen.ts';
import { type KeyOf, t } from '../text/strings.ts';

type NoticeKey = KeyOf<{ who: string; what: string; by: string }>;

const KEYS: Readonly<Record<number, NoticeKey>> = {
  1: 'notice-made',
  2: 'notice-joined',
  3: 'notice-left',
  4: 'notice-removed',
  5: 'notice-renamed',
  6: 'notice-admin',
  7: 'notice-no-admin',
  8: 'notice-device',
  9: 'notice-device-gone',
  10: 'notice-recovered',
  11: 'notice-accepted',
  12: 'notice-verified',
  13: 'notice-expired',
  14: 'notice-timer',
  15: 'notice-key',
  16: 'notice-record',
  17: 'notice-skipped',
  18: 'notice-forged',
  19: 'notice-my-device',
  20: 'notice-my-device-gone',
  30: 'notice-not-removed',
  31: 'notice-other-room',
  32: 'notice-stopped',
  33: 'notice-unread-commit',
  34: 'notice-unchecked',
  35: 'notice-new-room',
  37: 'notice-gone',
  38: 'notice-old-room',
};

/** The same of myself, where the words differ. */
const MINE: Readonly<Record<number, NoticeKey>> = {
  1: 'notice-made-you',
  2: 'notice-joined-you',
  3: 'notice-left-you',
  4: 'notice-removed-you',
  5: 'notice-renamed-you',
  6: 'notice-admin-you',
  7: 'notice-no-admin-you',
  8: 'notice-device-you',
  9: 'notice-device-gone-you',
  10: 'notice-recovered-you',
  14: 'notice-timer-you',
  15: 'notice-key-you',
  18: 'notice-forged-you',
};

/** What was so when somebody brought us in again: who did it is not known. */
const SAID: Readonly<Record<number, NoticeKey>> = { 5: 'notice-named', 14: 'notice-timer-now' };

/** Of my own devices, when the recovery code did it. */
const BY_CODE: Readonly<Record<number, NoticeKey>> = { 19: 'notice-my-device-code', 20: 'notice-my-device-gone-code' };

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
  if (m.notice === 36) return many(m);
  const byCode = BY_CODE[m.notice];
  if (byCode) {
    const [device, by] = m.text.split('\n');
    const key = by ? (KEYS[m.notice] ?? byCode) : byCode;
    return t(key, { who: '', what: device || t('device-no-name'), by: by ?? '' });
  }
  const said = m.byHow === 2 ? SAID[m.notice] : undefined;
  const key = said ?? (m.mine ? MINE[m.notice] : undefined) ?? KEYS[m.notice];
  const who = m.senderName || t('no-name');
  return key ? t(key, { who, what: m.text || who, by: who }) : m.text;
}

/** What happened, and whose doing it was: as far as is known. */
export function noticeText(m: MessageView): string {
  const what = line(m);
  const who = m.byName || m.senderName || t('no-name');
  const mine = m.by ? m.by === 1 : m.mine;
  if (m.removed) return t(mine ? 'notice-by-removed-mine' : 'notice-by-removed', { line: what, who });
  if (m.byHow === 3) return t('notice-by-foreign', { line: what, who });
  if (m.byHow === 2) return t(mine ? 'notice-says-you' : 'notice-says', { line: what, who });
  if (m.byHow === 1) return t(mine ? 'notice-by-you' : 'notice-by', { line: what, who });
  return what;
}
