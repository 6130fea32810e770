import { useEffect, useState } from 'preact/hooks';
import { plain } from '../../../shared/bytes.ts';
import { Icon, type IconName } from './icon.tsx';

interface AvatarProps {
  readonly name: string;
  readonly seed: number;
  readonly picture?: Uint8Array | null;
  readonly size?: 's' | 'm' | 'l' | 'xl';
  readonly icon?: IconName;
  /** A double ring: the person is verified. Words say so elsewhere. */
  readonly ring?: boolean;
}

function initials(name: string): string {
  const words = name.trim().split(/\s+/);
  const first = Array.from(words[0] ?? '')[0] ?? '?';
  const second = words.length > 1 ? (Array.from(words.at(-1) ?? '')[0] ?? '') : '';
  return (first + second).toLocaleUpperCase();
}

/** A URL for these bytes while the component lives. */
export function useBlobUrl(bytes: Uint8Array | null | undefined): string | null {
  const [url, setUrl] = useState<string | null>(null);
  useEffect(() => {
    if (!bytes || bytes.length === 0) {
      setUrl(null);
      return undefined;
    }
    const made = URL.createObjectURL(new Blob([plain(bytes)]));
    setUrl(made);
    return () => URL.revokeObjectURL(made);
  }, [bytes]);
  return url;
}

export function Avatar({ name, seed, picture, size = 'm', icon, ring }: AvatarProps) {
  const url = useBlobUrl(picture);
  return (
    <span class={`avatar ${size} tint${seed % 8} ${ring ? 'ring' : ''}`} aria-hidden="true">
      {url ? <img src={url} alt="" /> : icon ? <Icon name={icon} size={size === 'xl' ? 40 : 20} /> : initials(name)}
    </span>
  );
}
