// The frame of everything before the chats: one column, the mark on top.
import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { chooseLanguage } from '../look.ts';
import { language, t } from '../text/strings.ts';
import { CodeMark } from './code-mark.tsx';

export function Mark({ size = 40 }: { size?: number }) {
  return (
    <svg class="mark" width={size} height={size} viewBox="0 0 40 40" aria-hidden="true">
      <path class="mark-ground" d="M20 3a17 17 0 1 1-8.6 31.7L4.5 36.6a1 1 0 0 1-1.2-1.2l1.9-6.9A17 17 0 0 1 20 3z" />
      <path class="mark-ink" d="M13 17.5h14M13 23h8" />
    </svg>
  );
}

export function Brand() {
  return (
    <header class="brand">
      <Mark />
      <span>Sotto</span>
    </header>
  );
}

export function LanguageChoice() {
  return (
    <aside class="language" aria-label={t('language')}>
      <label>
        <span class="unseen">{t('language')}</span>
        <select value={language()} onChange={(e) => void chooseLanguage(e.currentTarget.value)}>
          {Object.entries(LANGUAGES).map(([key, { name }]) => (
            <option key={key} value={key} lang={key} selected={key === language()}>
              {name}
            </option>
          ))}
        </select>
      </label>
    </aside>
  );
}

interface ScreenProps {
  readonly title: string;
  readonly lead?: string;
  readonly step?: number;
  readonly children: ComponentChildren;
}

export function Screen({ title, lead, step, children }: ScreenProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  // A new screen begins at its heading, unless a field of it already has the focus.
  useEffect(() => {
    if (!(document.activeElement instanceof HTMLInputElement)) heading.current?.focus();
    scrollTo(0, 0);
  }, [title]);
  return (
    <main class="screen">
      <div class="screen-box">
        {step !== undefined && (
          <p class="steps">
            <span class="unseen">{t('step', { step, of: 3 })}</span>
            {[1, 2, 3].map((n) => (
              <span key={n} class={n <= step ? 'dot on' : 'dot'} aria-hidden="true" />
            ))}
          </p>
        )}
        <h1 ref={heading} tabIndex={-1}>
          {title}
        </h1>
        {lead && <p class="lead">{lead}</p>}
        {children}
      </div>
      <CodeMark />
    </main>
  );
}
