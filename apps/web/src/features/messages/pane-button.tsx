import { useNavigate, useSearch } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { IconButton } from '../../ui/icon-button.tsx';
import type { PaneName } from './pane-names.ts';

/** Opens and closes what stands beside a conversation. */
export function PaneButton(props: { pane: PaneName; label: string; children: ReactNode }) {
  const navigate = useNavigate();
  const { pane } = useSearch({ strict: false });
  const open = pane === props.pane;
  return (
    <IconButton
      label={props.label}
      aria-pressed={open}
      onClick={() => void navigate({ to: '.', search: open ? {} : { pane: props.pane } })}
    >
      {props.children}
    </IconButton>
  );
}
