import { useLocation, useNavigate, useRouter } from '@tanstack/react-router';
import { useCallback } from 'react';
import type { PaneName } from './pane-names.ts';

declare module '@tanstack/react-router' {
  interface HistoryState {
    /** The entry before shows the same conversation with nothing beside it. */
    paneOpened?: boolean;
  }
}

/** Opens and closes what stands beside a conversation. The way back leads to the conversation, and from there out of it. */
export function usePane(): {
  readonly open: (pane: { readonly pane: PaneName; readonly thread?: string }) => void;
  readonly close: () => void;
} {
  const navigate = useNavigate();
  const router = useRouter();
  const opened = useLocation({ select: ({ state }) => state.paneOpened === true });
  const isOpen = useLocation({ select: ({ search }) => 'pane' in search && search.pane !== undefined });
  const open = useCallback(
    (search: { readonly pane: PaneName; readonly thread?: string }) =>
      void navigate({ to: '.', search, replace: isOpen, state: { paneOpened: !isOpen || opened } }),
    [navigate, isOpen, opened],
  );
  const close = useCallback(() => {
    if (opened) router.history.back();
    else void navigate({ to: '.', search: {}, replace: true });
  }, [navigate, router, opened]);
  return { open, close };
}
