// Asked before a chat is deleted or a group left.
import type { ChatView } from '../../shared/abi.gen.ts';
import { run } from '../state/actions.ts';
import { go } from '../state/route.ts';
import { t } from '../text/strings.ts';
import { chatTitle } from './chat-list.tsx';
import { Confirm } from './kit/dialog.tsx';

export function ChatConfirm({
  chat,
  what,
  onClose,
}: {
  chat: ChatView;
  what: 'delete' | 'leave';
  onClose: () => void;
}) {
  const leave = what === 'leave';
  return (
    <Confirm
      title={t(leave ? 'group-leave' : 'chat-delete')}
      text={t(leave ? 'group-leave-text' : 'chat-delete-text', { name: chatTitle(chat) })}
      yes={t(leave ? 'group-leave-yes' : 'delete')}
      danger
      onClose={onClose}
      onYes={() => {
        if (leave) {
          void run({ kind: 'op_group_leave', chat: chat.id });
        } else {
          go('');
          void run({ kind: 'op_chat_delete', chat: chat.id });
        }
      }}
    />
  );
}
