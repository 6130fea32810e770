import type { PersonView } from '../../shared/abi.gen.ts';
import { t } from '../text/strings.ts';
import { Avatar } from './kit/avatar.tsx';

interface Props {
  readonly list: readonly PersonView[];
  readonly chosen: ReadonlySet<number>;
  readonly onChange: (chosen: ReadonlySet<number>) => void;
}

export function PeoplePicker({ list, chosen, onChange }: Props) {
  if (list.length === 0) return <p class="note pad">{t('people-none')}</p>;
  return (
    <ul class="plain-list">
      {list.map((p) => (
        <li key={p.id}>
          <label class="pick">
            <Avatar name={p.name} seed={p.id} picture={p.picture} />
            <bdi>{p.name || t('no-name')}</bdi>
            <input
              type="checkbox"
              checked={chosen.has(p.id)}
              onChange={(e) => {
                const next = new Set(chosen);
                if (e.currentTarget.checked) next.add(p.id);
                else next.delete(p.id);
                onChange(next);
              }}
            />
          </label>
        </li>
      ))}
    </ul>
  );
}
