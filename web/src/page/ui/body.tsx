// Formatted text as nodes. Other people's words reach the document as text nodes only.
import type { ComponentChildren } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import { isOnlyEmoji, parseText } from '../text/format.ts';
import type { Block, Inline } from '../text/formatted.ts';
import { t } from '../text/strings.ts';

function Spoiler({ children }: { children: ComponentChildren }) {
  const [shown, setShown] = useState(false);
  if (shown) return <span class="spoiler shown">{children}</span>;
  return (
    <button type="button" class="spoiler" aria-label={t('spoiler')} onClick={() => setShown(true)}>
      <span aria-hidden="true">{children}</span>
    </button>
  );
}

function inline(list: readonly Inline[]): ComponentChildren {
  return list.map((x, i) => {
    const key = `${i}`;
    switch (x.t) {
      case 'text':
        return x.text;
      case 'code':
        return <code key={key}>{x.text}</code>;
      case 'mention':
        return (
          <span key={key} class="mention">
            {x.text}
          </span>
        );
      case 'link':
        return (
          <a key={key} href={x.href} target="_blank" rel="noopener noreferrer nofollow">
            {x.text}
            {x.host && <span class="real-host"> ({x.host})</span>}
          </a>
        );
      case 'spoiler':
        return <Spoiler key={key}>{inline(x.inner)}</Spoiler>;
      default: {
        const Tag = x.t;
        return <Tag key={key}>{inline(x.inner)}</Tag>;
      }
    }
  });
}

function block(b: Block, i: number): ComponentChildren {
  const key = `${i}`;
  switch (b.t) {
    case 'code':
      return (
        <pre key={key} dir="ltr">
          <code>{b.text}</code>
        </pre>
      );
    case 'quote':
      return (
        <blockquote key={key} dir="auto">
          {inline(b.inner)}
        </blockquote>
      );
    case 'list': {
      const items = b.items.map((item, n) => <li key={`${n}`}>{inline(item)}</li>);
      return b.ordered ? (
        <ol key={key} start={b.start} dir="auto">
          {items}
        </ol>
      ) : (
        <ul key={key} dir="auto">
          {items}
        </ul>
      );
    }
    default:
      return (
        <p key={key} dir="auto">
          {inline(b.inner)}
        </p>
      );
  }
}

export function Body({ text, names }: { text: string; names: readonly string[] }) {
  const blocks = useMemo(() => parseText(text, names), [text, names]);
  if (isOnlyEmoji(text)) {
    return (
      <div class="body large" dir="auto">
        {text}
      </div>
    );
  }
  return <div class="body">{blocks.map(block)}</div>;
}
