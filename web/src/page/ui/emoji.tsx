// Our own emoji panel over a table made from Unicode data, loaded when first opened. Recents are kept in the vault.
import { signal } from '@preact/signals';
import { useEffect, useState } from 'preact/hooks';
import { readText } from '../part.ts';
import { saveSetting } from '../state/actions.ts';
import { setting } from '../state/state.ts';
import { type PlainKey, t } from '../text/strings.ts';

interface Entry {
  readonly emoji: string;
  readonly words: string;
}
interface Group {
  readonly name: string;
  readonly list: readonly Entry[];
}

const table = signal<readonly Group[]>([]);
const FIRST = ['👍', '❤️', '😂', '😮', '😢', '🙏'];
const RECENT_MAX = 24;
const FOUND_MAX = 120;
const NAMES: Readonly<Record<string, PlainKey>> = {
  smileys: 'emoji-smileys',
  people: 'emoji-people',
  nature: 'emoji-nature',
  food: 'emoji-food',
  travel: 'emoji-travel',
  activities: 'emoji-activities',
  objects: 'emoji-objects',
  symbols: 'emoji-symbols',
  flags: 'emoji-flags',
};

function parse(text: string): readonly Group[] {
  return text
    .trim()
    .split('#')
    .filter((part) => /^[a-z]/.test(part))
    .map((part) => {
      const [name = '', ...lines] = part.trim().split('\n');
      return {
        name,
        list: lines.map((line) => {
          const [emoji = '', words = ''] = line.split('\t');
          return { emoji, words };
        }),
      };
    });
}

async function load(): Promise<void> {
  if (table.value.length > 0) return;
  table.value = parse(await readText(EMOJI));
}

export function recentEmoji(): readonly string[] {
  const kept = setting('emoji-recent', '').split(' ').filter(Boolean);
  return [...new Set([...kept, ...FIRST])];
}

function remember(emoji: string): void {
  const list = [emoji, ...recentEmoji().filter((x) => x !== emoji)].slice(0, RECENT_MAX);
  void saveSetting('emoji-recent', list.join(' '));
}

interface GridProps {
  readonly name: string;
  readonly list: readonly Entry[];
  readonly onPick: (emoji: string) => void;
}

function Grid({ name, list, onPick }: GridProps) {
  return (
    <section class="emoji-group" aria-label={name}>
      <h3>{name}</h3>
      <div class="emoji-grid">
        {list.map((e) => (
          <button
            key={e.emoji}
            type="button"
            aria-label={e.words || e.emoji}
            title={e.words}
            onClick={() => onPick(e.emoji)}
          >
            {e.emoji}
          </button>
        ))}
      </div>
    </section>
  );
}

export function EmojiPanel({ onPick }: { onPick: (emoji: string) => void }) {
  const [query, setQuery] = useState('');
  useEffect(() => {
    void load();
  }, []);
  const pick = (emoji: string): void => {
    remember(emoji);
    onPick(emoji);
  };
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  const found =
    words.length > 0
      ? table.value.flatMap((g) => g.list.filter((e) => words.every((w) => e.words.includes(w)))).slice(0, FOUND_MAX)
      : [];
  return (
    <div class="emoji-panel">
      <input
        type="search"
        class="emoji-search"
        aria-label={t('emoji-search')}
        placeholder={t('emoji-search')}
        value={query}
        onInput={(e) => setQuery(e.currentTarget.value)}
        onKeyDown={(e) => {
          const first = found[0];
          if (e.key === 'Enter' && first) pick(first.emoji);
        }}
      />
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard */}
      <div class="emoji-scroll" tabIndex={0} role="region" aria-label={t('emoji')}>
        {words.length > 0 ? (
          <Grid name={t('found', { count: found.length })} list={found} onPick={pick} />
        ) : (
          <>
            <Grid name={t('emoji-recent')} list={recentEmoji().map((emoji) => ({ emoji, words: '' }))} onPick={pick} />
            {table.value.map((g) => (
              <Grid key={g.name} name={t(NAMES[g.name] ?? 'emoji')} list={g.list} onPick={pick} />
            ))}
          </>
        )}
      </div>
    </div>
  );
}
