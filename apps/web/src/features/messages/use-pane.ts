import { useNavigate, useRouter } from '@tanstack/react-router';
import { useMemo } from 'react';
import type { PaneName } from './pane-names.ts';

declare module '@tanstack/react-router' {
  interface HistoryState {
    /** The entry before shows the same conversation with nothing beside it. */
    paneOpened?: boolean;
  }
}

interface PaneControl {
  readonly open: (pane: { readonly pane: PaneName; readonly thread?: string }) => void;
  readonly close: () => void;
}

/** Opens and closes what stands beside a conversation. The way back leads to the conversation, and from there out of it. */
export function usePane(): PaneControl {
  const navigate = useNavigate();
  const router = useRouter();
  return useMemo(() => {
    // Looked up when it is asked for: whoever opens panes is not rendered again for each that is opened.
    const now = () => {
      const { search, state } = router.state.location;
      return { isOpen: 'pane' in search && search.pane !== undefined, opened: state.paneOpened === true };
    };
    return {
      open: (search) => {
        const { isOpen, opened } = now();
        void navigate({ to: '.', search, replace: isOpen, state: { paneOpened: !isOpen || opened } });
      },
      close: () => {
        if (now().opened) router.history.back();
        else void navigate({ to: '.', search: {}, replace: true });
      },
    };
  }, [navigate, router]);
}
