import { useCallback, useState } from 'react';

/**
 * Gives the focus back to what had it when this was first rendered, where it would be lost with what is closed now: nothing
 * that has moved it elsewhere meanwhile is undone.
 */
export function useOpener(): () => void {
  const [opener] = useState(() => document.activeElement);
  return useCallback(() => {
    const { activeElement } = document;
    const lost = activeElement === null || activeElement === document.body;
    if (lost && opener instanceof HTMLElement && opener.isConnected) opener.focus({ preventScroll: true });
  }, [opener]);
}
