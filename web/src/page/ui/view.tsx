// The frame of a page in the main pane: back (on narrow windows), a heading, content in a column.
import type { ComponentChildren } from 'preact';
import { go } from '../state/route.ts';
import { t } from '../text/strings.ts';
import { IconButton } from './kit/button.tsx';

interface Props {
  readonly title: string;
  readonly back: string;
  readonly children: ComponentChildren;
}

export function View({ title, back, children }: Props) {
  return (
    <div class="view">
      <header class="view-header">
        <span class="only-narrow">
          <IconButton icon="back" label={t('back')} flip onClick={() => go(back)} />
        </span>
        <h1>{title}</h1>
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard */}
      <div class="view-body" tabIndex={0} role="region" aria-label={title}>
        <div class="column">{children}</div>
      </div>
    </div>
  );
}
