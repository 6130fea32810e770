import type { ComponentChildren } from 'preact';
import { useId, useState } from 'preact/hooks';
import { t } from '../../text/strings.ts';
import { IconButton } from './button.tsx';

interface FieldProps {
  readonly label: string;
  readonly value: string;
  readonly onInput: (value: string) => void;
  readonly hint?: string;
  readonly error?: string;
  readonly type?: 'text' | 'password';
  readonly autocomplete?: string;
  readonly maxLength?: number;
  readonly focus?: boolean;
  readonly mono?: boolean;
  readonly dir?: 'auto' | 'ltr';
  readonly placeholder?: string;
}

export function Field(p: FieldProps) {
  const id = useId();
  const [shown, setShown] = useState(false);
  const secret = p.type === 'password' && !shown;
  const described = [p.error ? `${id}-e` : '', p.hint ? `${id}-h` : ''].filter(Boolean).join(' ');
  const common = {
    id,
    class: p.mono ? 'mono' : '',
    value: p.value,
    dir: p.dir === 'ltr' ? ('ltr' as const) : p.value ? ('auto' as const) : undefined,
    maxLength: p.maxLength,
    placeholder: p.placeholder,
    autocomplete: p.autocomplete ?? 'off',
    autocapitalize: p.type === 'password' || p.mono ? ('none' as const) : undefined,
    spellcheck: p.mono ? false : undefined,
    'aria-invalid': p.error ? true : undefined,
    'aria-describedby': described || undefined,
    ref: (el: HTMLInputElement | null): void => {
      if (!el || !p.focus || el.dataset['focused']) return;
      el.dataset['focused'] = 'yes';
      el.focus();
    },
    onInput: (e: Event): void => {
      if (e.currentTarget instanceof HTMLInputElement) p.onInput(e.currentTarget.value);
    },
  };
  return (
    <div class="field">
      <label for={id}>{p.label}</label>
      <div class="field-box">
        <input {...(secret ? { type: 'password' as const } : { type: 'text' as const })} {...common} />
        {p.type === 'password' && (
          <IconButton
            icon={shown ? 'crossed' : 'eye'}
            label={t(shown ? 'hide-passphrase' : 'show-passphrase')}
            onClick={() => setShown(!shown)}
          />
        )}
      </div>
      {p.error && (
        <p class="field-error" id={`${id}-e`} role="alert">
          {p.error}
        </p>
      )}
      {p.hint && (
        <p class="field-hint" id={`${id}-h`}>
          {p.hint}
        </p>
      )}
    </div>
  );
}

interface SwitchProps {
  readonly label: string;
  readonly hint?: string;
  readonly on: boolean;
  readonly onChange: (on: boolean) => void;
  readonly disabled?: boolean;
}

export function Switch({ label, hint, on, onChange, disabled }: SwitchProps) {
  return (
    <label class="row-label">
      <span class="row-text">
        <span>{label}</span>
        {hint && <span class="row-hint">{hint}</span>}
      </span>
      <input
        type="checkbox"
        role="switch"
        aria-checked={on}
        class="switch"
        checked={on}
        disabled={disabled}
        onChange={(e) => onChange(e.currentTarget.checked)}
      />
    </label>
  );
}

interface ChoiceProps<T extends string> {
  readonly label: string;
  readonly hint?: string;
  readonly value: T;
  readonly options: readonly (readonly [T, string])[];
  readonly disabled?: boolean;
  readonly onChange: (value: T) => void;
}

export function Choice<T extends string>({ label, hint, value, options, disabled, onChange }: ChoiceProps<T>) {
  return (
    <label class="row-label">
      <span class="row-text">
        <span>{label}</span>
        {hint && <span class="row-hint">{hint}</span>}
      </span>
      <select
        value={value}
        disabled={disabled}
        onChange={(e) => {
          const chosen = options.find(([v]) => v === e.currentTarget.value);
          if (chosen) onChange(chosen[0]);
        }}
      >
        {options.map(([v, text]) => (
          <option key={v} value={v} selected={v === value}>
            {text}
          </option>
        ))}
      </select>
    </label>
  );
}

export function Group({ title, children, note }: { title?: string; children: ComponentChildren; note?: string }) {
  return (
    <section class="group">
      {title && <h2>{title}</h2>}
      <div class="card">{children}</div>
      {note && <p class="note">{note}</p>}
    </section>
  );
}
