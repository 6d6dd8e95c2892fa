import { useCallback, useState } from 'react';

/**
 * Gives the focus back to what had it when this was first rendered, where it would be lost with what is closed now: nothing
 * that has moved it elsewhere meanwhile is undone.
 */
export function useOpener(): () => void {
  const [opener] = useState(() => document.activeElement);
  return useCallback(() => {
    if (opener instanceof HTMLElement) focusIfLost(opener);
  }, [opener]);
}

/** Focuses an element where nothing else has the focus. */
export function focusIfLost(element: HTMLElement): void {
  const { activeElement } = document;
  if (activeElement === null || activeElement === document.body) element.focus({ preventScroll: true });
}
