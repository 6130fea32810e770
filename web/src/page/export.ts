// Everything the core knows about chats, as JSON lines: each chat, then each of its messages, oldest first. The names
// are those of `sotto export`. Read page by page; what has been read lies in Blobs, not in the script's memory.
import { type ChatView, type MessageView, Notice } from '../shared/abi.gen.ts';
import type { Failure } from '../shared/protocol.ts';
import { good, type Result } from '../shared/result.ts';
import { ask, tell } from './client.ts';

const PAGE = 100;

function line(value: object): string {
  return `${JSON.stringify(value)}\n`;
}

function chatLine(c: ChatView): string {
  return line({ type: 'chat', id: c.id, kind: c.type, state: c.state, title: c.title, person: c.person });
}

function messageLine(m: MessageView): string {
  return line({
    type: 'message',
    id: m.id,
    chat: m.chat,
    from: m.senderName,
    mine: m.mine,
    at_ms: m.atMs,
    kind: m.type,
    text: m.text,
    state: m.state,
    ...(m.edited && { edited: true }),
    ...(m.starred && { starred: true }),
    ...(m.reply && { reply_to: m.reply.id }),
    ...(m.notice !== Notice.None && { notice: m.notice }),
    ...(m.reactions.length > 0 && {
      reactions: m.reactions.map((r) => ({ emoji: r.emoji, count: r.count, who: r.who })),
    }),
    ...(m.file && { file: m.file.name, file_type: m.file.type, bytes: m.file.bytes }),
  });
}

/** The newest page comes first, so each page is put before the ones already read. */
async function messagesOf(chat: number, count: (n: number) => void): Promise<Result<Blob[], Failure>> {
  const pages: Blob[] = [];
  for (let before = 0, more = true; more; ) {
    const answer = await ask({ kind: 'op_messages', chat, before, after: 0, around: 0, limit: PAGE }, 'messages');
    if (!answer.ok) return answer;
    const { list, moreBefore } = answer.value;
    pages.unshift(new Blob(list.map(messageLine)));
    count(list.length);
    before = list[0]?.id ?? 0;
    more = moreBefore && before !== 0;
  }
  return good(pages);
}

/** The person has just given their secret again (op_confirm). `told` is called with the number of messages read. */
export async function exportAll(told: (messages: number) => void): Promise<Result<Blob, Failure>> {
  const begun = await tell({ kind: 'op_export' });
  if (!begun.ok) return begun;
  const chats = await ask({ kind: 'op_chats' }, 'chats');
  if (!chats.ok) return chats;
  const parts: (Blob | string)[] = [];
  let n = 0;
  for (const chat of chats.value.list) {
    const pages = await messagesOf(chat.id, (more) => {
      n += more;
      told(n);
    });
    if (!pages.ok) return pages;
    parts.push(chatLine(chat), ...pages.value);
  }
  return good(new Blob(parts, { type: 'application/x-ndjson' }));
}
