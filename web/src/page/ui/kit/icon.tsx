import { icons } from './icons.gen.ts';

export type IconName = keyof typeof icons;

/** Always beside words or inside a labelled button, hence hidden from screen readers. `flip`: mirrored in RTL. */
export function Icon({ name, size = 20, flip = false }: { name: IconName; size?: number; flip?: boolean }) {
  return (
    <svg
      class={flip ? 'icon flip' : 'icon'}
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      stroke-width="1.75"
      stroke-linecap="round"
      stroke-linejoin="round"
      aria-hidden="true"
    >
      <path d={icons[name]} />
    </svg>
  );
}
