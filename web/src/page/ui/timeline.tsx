// The timeline: pages of messages, the newest in the document, older ones added at the top. What is on the screen stays
// where it is: the place of one message is measured before a change and put back after it.
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { ChatType, type ChatView, type MessageView } from '../../shared/abi.gen.ts';
import { jumpToNewest, loadNewer, loadOlder, markRead } from '../state/actions.ts';
import { continues, newest, type Page } from '../state/pages.ts';
import { timeline } from '../state/patch.ts';
import { dayName } from '../text/dates.ts';
import { t } from '../text/strings.ts';
import { Button } from './kit/button.tsx';
import { Icon } from './kit/icon.tsx';
import { Message } from './message.tsx';

const NEAR_END = 80;
const LOAD_WITHIN = 900;

function sameDay(a: number, b: number): boolean {
  return new Date(a).toDateString() === new Date(b).toDateString();
}

interface PageProps {
  readonly page: Page;
  readonly before: MessageView | null;
  readonly chat: ChatView;
  readonly unreadFrom: number;
  readonly target: number;
  readonly live: boolean;
}

/** A page away from the end keeps its measured size and is not laid out while it is off the screen. */
function PageView({ page, before, chat, unreadFrom, target, live }: PageProps) {
  const ref = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const el = ref.current;
    if (!el) return;
    el.classList.remove('settled');
    if (live) return;
    el.style.setProperty('--page-height', `${el.getBoundingClientRect().height}px`);
    el.classList.add('settled');
  }, [page.list, live]);
  let previous = before;
  return (
    <div class="page" ref={ref}>
      {page.list.map((m) => {
        const last = previous;
        previous = m;
        const newDay = last === null || !sameDay(last.atMs, m.atMs);
        const isUnread = m.id === unreadFrom;
        return (
          <>
            {newDay && (
              <div class="day" key={`d${m.id}`}>
                <h2>{dayName(m.atMs)}</h2>
              </div>
            )}
            {isUnread && (
              <div class="unread-line" key={`u${m.id}`}>
                <h2>{t('unread-line')}</h2>
              </div>
            )}
            <Message
              key={m.id}
              m={m}
              chat={chat}
              joined={!newDay && !isUnread && continues(last, m)}
              target={m.id === target}
            />
          </>
        );
      })}
    </div>
  );
}

interface Anchor {
  readonly id: string;
  readonly top: number;
}

function findAnchor(box: HTMLElement): Anchor | null {
  const top = box.getBoundingClientRect().top;
  for (const el of box.querySelectorAll<HTMLElement>('article')) {
    const r = el.getBoundingClientRect();
    if (r.bottom > top) return { id: el.id, top: r.top };
  }
  return null;
}

export function TimelineView({ chat, target }: { chat: ChatView; target: number }) {
  const box = useRef<HTMLDivElement>(null);
  const anchor = useRef<Anchor | null>(null);
  const atEnd = useRef(true);
  const placed = useRef('');
  const [away, setAway] = useState(false);
  const now = timeline.value.chat === chat.id ? timeline.value : null;
  const last = now ? newest(now) : null;
  const ready = now !== null && now.pages.length > 0;

  // Before every change, remember where things are; after it, put them back.
  if (box.current && ready) anchor.current = atEnd.current && !now.moreAfter ? null : findAnchor(box.current);
  useLayoutEffect(() => {
    const el = box.current;
    if (!el || !ready) return;
    const key = `${chat.id}/${target}`;
    if (placed.current !== key) {
      const goal = target ? document.getElementById(`m${target}`) : el.querySelector<HTMLElement>('.unread-line');
      if (target && !goal) return;
      placed.current = key;
      if (goal) {
        const middle = target ? (el.clientHeight - goal.clientHeight) / 2 : 80;
        el.scrollTop += goal.getBoundingClientRect().top - el.getBoundingClientRect().top - middle;
        if (target) goal.focus({ preventScroll: true });
      } else {
        el.scrollTop = el.scrollHeight;
      }
      onScroll();
      return;
    }
    const a = anchor.current;
    const same = a ? document.getElementById(a.id) : null;
    if (a && same) el.scrollTop += same.getBoundingClientRect().top - a.top;
    else if (atEnd.current) el.scrollTop = el.scrollHeight;
  }, [now, ready, target]);

  const seen = (): void => {
    if (!last || !atEnd.current || now?.moreAfter || document.visibilityState !== 'visible' || !document.hasFocus())
      return;
    markRead(chat.id, last.id);
  };
  function onScroll(): void {
    const el = box.current;
    if (!el) return;
    const below = el.scrollHeight - el.scrollTop - el.clientHeight;
    atEnd.current = below < NEAR_END;
    setAway(below > el.clientHeight || (timeline.value.moreAfter && below > NEAR_END));
    if (el.scrollTop < LOAD_WITHIN) void loadOlder();
    if (below < LOAD_WITHIN) void loadNewer();
    seen();
  }
  useEffect(() => {
    seen();
    addEventListener('focus', seen);
    document.addEventListener('visibilitychange', seen);
    return () => {
      removeEventListener('focus', seen);
      document.removeEventListener('visibilitychange', seen);
    };
  }, [last?.id, chat.unread]);

  // The composer may grow, a keyboard open, a picture arrive: a view of the end stays at the end.
  useEffect(() => {
    const el = box.current;
    if (!el) return undefined;
    const observer = new ResizeObserver(() => {
      if (atEnd.current) el.scrollTop = el.scrollHeight;
    });
    observer.observe(el);
    if (el.firstElementChild) observer.observe(el.firstElementChild);
    return () => observer.disconnect();
  }, [chat.id]);

  const move = (e: KeyboardEvent): void => {
    if (e.altKey || e.ctrlKey || e.metaKey) return;
    const all = Array.from(box.current?.querySelectorAll<HTMLElement>('article') ?? []);
    const at = all.findIndex((a) => a === document.activeElement);
    const steps: Record<string, number> = { ArrowUp: at - 1, ArrowDown: at + 1, Home: 0, End: all.length - 1 };
    const to = steps[e.key];
    if (at < 0 || to === undefined) return;
    e.preventDefault();
    all[to]?.focus();
    if (to <= 0) void loadOlder();
  };
  let before: MessageView | null = null;
  return (
    <div class="timeline-box">
      <section class="timeline" aria-label={t('timeline')} ref={box} onScroll={onScroll} onKeyDown={move} tabIndex={-1}>
        <div class="timeline-inner">
          {now?.moreBefore && (
            <div class="older">
              <Button look="quiet" onClick={() => void loadOlder()}>
                {t('older')}
              </Button>
            </div>
          )}
          {now && !now.moreBefore && ready && (
            <p class="beginning">{t(chat.type === ChatType.Self ? 'beginning-self' : 'beginning')}</p>
          )}
          {now?.pages.map((page, i) => {
            const element = (
              <PageView
                key={page.key}
                page={page}
                before={before}
                chat={chat}
                unreadFrom={now.unreadFrom}
                target={target}
                live={i === now.pages.length - 1}
              />
            );
            before = page.list.at(-1) ?? before;
            return element;
          })}
        </div>
      </section>
      {away && (
        <button
          type="button"
          class="to-end"
          aria-label={t('to-newest')}
          title={t('to-newest')}
          onClick={() => {
            atEnd.current = true;
            anchor.current = null;
            void jumpToNewest().then(() => {
              const el = box.current;
              if (el) el.scrollTop = el.scrollHeight;
            });
          }}
        >
          <Icon name="arrowDown" />
          {chat.unread > 0 && <span class="badge">{chat.unread}</span>}
        </button>
      )}
    </div>
  );
}
