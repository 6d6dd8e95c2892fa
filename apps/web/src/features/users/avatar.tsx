import { hueOf, initialsOf } from './names.ts';
import './avatar.css';

/** Initials on a colour that goes with the id. Says nothing to screen readers: the name stands beside it. */
export function Avatar(props: { id: string; name: string; size?: 'small' | 'large'; group?: boolean }) {
  const { id, name, size, group = false } = props;
  return (
    <span
      className="avatar"
      data-size={size}
      data-group={group || undefined}
      style={{ '--hue': hueOf(id) }}
      aria-hidden
    >
      {initialsOf(name)}
    </span>
  );
}
