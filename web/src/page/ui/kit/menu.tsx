import type { ComponentChildren } from 'preact';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import { Icon, type IconName } from './icon.tsx';

export interface MenuItem {
  readonly icon: IconName;
  readonly label: string;
  readonly run: () => void;
  readonly danger?: boolean;
  readonly keys?: string;
  /** Opens something in place of the menu, and so closes it by itself. */
  readonly stay?: boolean;
}

export interface Place {
  readonly x: number;
  readonly y: number;
}

/** The point under an element's end edge, for menus opened by a button. */
export function below(e: { currentTarget: EventTarget | null }): Place {
  if (!(e.currentTarget instanceof Element)) return { x: 0, y: 0 };
  const r = e.currentTarget.getBoundingClientRect();
  const rtl = document.documentElement.dir === 'rtl';
  return { x: rtl ? r.left : r.right, y: r.bottom + 4 };
}

interface MenuProps {
  readonly label: string;
  readonly at: Place;
  readonly items: readonly MenuItem[];
  readonly onClose: () => void;
  readonly top?: ComponentChildren;
}

function move(box: HTMLElement, step: number | 'first' | 'last'): void {
  const all = Array.from(box.querySelectorAll<HTMLElement>('[role^=menuitem]'));
  const now = all.findIndex((el) => el === document.activeElement);
  const next = step === 'first' ? 0 : step === 'last' ? all.length - 1 : (now + step + all.length) % all.length;
  all[next]?.focus();
}

/** At a point, kept within the window; arrows, Home, End and Escape as in the menu pattern. */
export function Menu({ label, at, items, onClose, top }: MenuProps) {
  const ref = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const el = ref.current;
    if (!el) return;
    const { width, height } = el.getBoundingClientRect();
    const rtl = document.documentElement.dir === 'rtl';
    const x = rtl ? at.x : at.x - width;
    el.style.left = `${Math.max(8, Math.min(x, innerWidth - width - 8))}px`;
    el.style.top = `${Math.max(8, Math.min(at.y, innerHeight - height - 8))}px`;
  }, [at]);
  useEffect(() => {
    const before = document.activeElement;
    if (ref.current) move(ref.current, 'first');
    const outside = (e: Event): void => {
      if (e.target instanceof Node && !ref.current?.contains(e.target)) onClose();
    };
    document.addEventListener('pointerdown', outside, true);
    return () => {
      document.removeEventListener('pointerdown', outside, true);
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, []);
  const onKeyDown = (e: KeyboardEvent): void => {
    const box = ref.current;
    const steps: Record<string, number | 'first' | 'last'> = { ArrowDown: 1, ArrowUp: -1, Home: 'first', End: 'last' };
    const step = steps[e.key];
    if (e.key === 'Escape' || e.key === 'Tab') {
      e.preventDefault();
      e.stopPropagation();
      onClose();
    } else if (box && step !== undefined) {
      e.preventDefault();
      move(box, step);
    }
  };
  return (
    <div ref={ref} class="menu" role="menu" aria-label={label} tabIndex={-1} onKeyDown={onKeyDown}>
      {top}
      {items.map((item) => (
        <button
          key={item.label}
          type="button"
          role="menuitem"
          class={item.danger ? 'danger' : ''}
          onClick={() => {
            if (!item.stay) onClose();
            item.run();
          }}
        >
          <Icon name={item.icon} size={18} />
          <span>{item.label}</span>
          {item.keys && <kbd>{item.keys}</kbd>}
        </button>
      ))}
    </div>
  );
}
