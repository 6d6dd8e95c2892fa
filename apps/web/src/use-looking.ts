import { useSyncExternalStore } from 'react';

/** Whether the page can be looked at: it is not in the background. */
export function useLooking(): boolean {
  return useSyncExternalStore(subscribe, () => document.visibilityState === 'visible');
}

function subscribe(listener: () => void): () => void {
  document.addEventListener('visibilitychange', listener);
  return () => document.removeEventListener('visibilitychange', listener);
}
