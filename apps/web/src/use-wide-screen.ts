import { useSyncExternalStore } from 'react';

/** A screen on which two things stand side by side: where the style sheet's `md` begins. */
const wide = matchMedia('(min-width: 48rem)');

/** Whether the screen is wide enough for two things side by side; it renders again when it is turned. */
export function useWideScreen(): boolean {
  return useSyncExternalStore(subscribe, isWide);
}

function isWide(): boolean {
  return wide.matches;
}

function subscribe(listener: () => void): () => void {
  wide.addEventListener('change', listener);
  return () => wide.removeEventListener('change', listener);
}
