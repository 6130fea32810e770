// How many messages are unread: short on the screen, in full for screen readers.
import { t } from '../../text/strings.ts';

const SHOWN_MAX = 99;

export function Unread({ count }: { count: number }) {
  return (
    <>
      <span aria-hidden="true">{count > SHOWN_MAX ? `${SHOWN_MAX}+` : count}</span>
      <span class="unseen">{t('unread-count', { count })}</span>
    </>
  );
}
