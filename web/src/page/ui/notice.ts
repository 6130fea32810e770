// What happened in a chat, in words.
import type { MessageView } from '../../shared/abi.gen.ts';
import { type Key, t } from '../text/strings.ts';

const KEYS: Readonly<Record<number, Key>> = {
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
  36: 'notice-old-room',
};

/** The same of myself, where the words differ. */
const MINE: Readonly<Record<number, Key>> = {
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

/** Of my own devices, when the recovery code did it. */
const BY_CODE: Readonly<Record<number, Key>> = { 19: 'notice-my-device-code', 20: 'notice-my-device-gone-code' };

export function noticeText(m: MessageView): string {
  const byCode = BY_CODE[m.notice];
  if (byCode) {
    const [device, by] = m.text.split('\n');
    return t(by ? (KEYS[m.notice] ?? byCode) : byCode, { what: device || t('device-no-name'), by: by ?? '' });
  }
  const key = (m.mine ? MINE[m.notice] : undefined) ?? KEYS[m.notice];
  const who = m.senderName || t('no-name');
  return key ? t(key, { who, what: m.text || who }) : m.text;
}
