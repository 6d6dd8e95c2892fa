import { createContext, useContext } from 'react';

/** What can be opened from everywhere; `date` where a conversation is shown. */
export type Overlay = 'palette' | 'shortcuts' | 'new' | 'date';

export interface Shell {
  readonly show: (overlay: Overlay) => void;
  /** Leaves, and forgets what is kept on this device. */
  readonly signOut: () => void;
}

export const ShellContext = createContext<Shell | null>(null);

export function useShell(): Shell {
  const shell = useContext(ShellContext);
  if (shell === null) throw new Error('unable to open anything; there is no <SignedIn> above');
  return shell;
}
