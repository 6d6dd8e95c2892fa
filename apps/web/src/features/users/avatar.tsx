import type { PresenceStatus } from '@parley/contract';
import { useState } from 'react';
import { cx } from '../../ui/cx.ts';
import { hueOf, initialsOf } from './names.ts';

const sizes = {
  tiny: 'size-[18px] text-[10px]',
  small: 'size-8 text-2xs',
  medium: 'size-10 text-sm',
  large: 'size-16 text-xl',
} as const;

const dots: Partial<Record<PresenceStatus, string>> = { online: 'bg-online', away: 'bg-away' };

/**
 * A picture, or initials on a colour that goes with the id, with a dot for whoever is there. Says nothing to screen readers:
 * the name stands beside it.
 */
export function Avatar(props: {
  id: string;
  name: string;
  picture?: string | null | undefined;
  size?: keyof typeof sizes;
  group?: boolean;
  status?: PresenceStatus | undefined;
}) {
  const { id, name, picture, size = 'medium', group = false, status = 'offline' } = props;
  const dot = dots[status];
  const initials = initialsOf(name, size === 'tiny' ? 1 : 2);
  const shape = group ? 'rounded-[30%]' : 'rounded-full';
  return (
    <span className={cx('relative inline-grid shrink-0 select-none', sizes[size])} aria-hidden>
      <span
        className={cx(
          'bg-hue grid size-full place-items-center overflow-hidden font-semibold text-on-accent',
          shape,
        )}
        style={{ '--hue': hueOf(id) }}
      >
        {picture == null ? initials : <Picture picture={picture} initials={initials} />}
      </span>
      {dot !== undefined && (
        <span
          data-presence={status}
          className={cx('absolute -end-0.5 -bottom-0.5 size-3 rounded-full border-2 border-surface', dot)}
        />
      )}
    </span>
  );
}

/** Initials stay where there is no such picture. */
function Picture({ picture, initials }: { picture: string; initials: string }) {
  const [missing, setMissing] = useState<string | null>(null);
  if (missing === picture) return initials;
  return <img src={picture} alt="" className="size-full object-cover" onError={() => setMissing(picture)} />;
}
