import { useSearch } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { IconButton } from '../../ui/icon-button.tsx';
import type { PaneName } from './pane-names.ts';
import { usePane } from './use-pane.ts';

/** Opens and closes what stands beside a conversation. */
export function PaneButton(props: { pane: PaneName; label: string; children: ReactNode }) {
  const panes = usePane();
  const { pane } = useSearch({ strict: false });
  const open = pane === props.pane;
  return (
    <IconButton
      label={props.label}
      aria-pressed={open}
      onClick={() => (open ? panes.close() : panes.open({ pane: props.pane }))}
    >
      {props.children}
    </IconButton>
  );
}
