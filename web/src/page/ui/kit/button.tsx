import type { ComponentChildren } from 'preact';
import { Icon, type IconName } from './icon.tsx';

interface ButtonProps {
  readonly children: ComponentChildren;
  readonly onClick?: () => void;
  readonly look?: 'main' | 'plain' | 'quiet' | 'danger';
  readonly icon?: IconName;
  readonly disabled?: boolean;
  readonly submit?: boolean;
  readonly busy?: boolean;
  readonly id?: string;
}

export function Button({ children, onClick, look = 'plain', icon, disabled, submit, busy, id }: ButtonProps) {
  return (
    <button
      id={id}
      type={submit ? 'submit' : 'button'}
      class={`button ${look}`}
      disabled={disabled || busy}
      aria-busy={busy ? 'true' : undefined}
      onClick={onClick}
    >
      {icon && <Icon name={icon} size={18} />}
      <span>{children}</span>
    </button>
  );
}

interface IconButtonProps {
  readonly icon: IconName;
  readonly label: string;
  readonly onClick?: (e: MouseEvent) => void;
  readonly disabled?: boolean;
  readonly flip?: boolean;
  readonly pressed?: boolean;
  readonly expanded?: boolean;
  readonly tone?: 'accent' | 'danger';
  readonly submit?: boolean;
}

export function IconButton({ icon, label, onClick, disabled, flip, pressed, expanded, tone, submit }: IconButtonProps) {
  return (
    <button
      type={submit ? 'submit' : 'button'}
      class={`icon-button ${tone ?? ''}`}
      aria-label={label}
      title={label}
      disabled={disabled}
      aria-pressed={pressed}
      aria-expanded={expanded}
      onClick={onClick}
    >
      <Icon name={icon} flip={flip ?? false} />
    </button>
  );
}
