import { useSyncExternalStore } from 'react';

/** Whether the device has a network at all, as far as the browser knows. */
export function useNetwork(): boolean {
  return useSyncExternalStore(subscribe, () => navigator.onLine);
}

function subscribe(listener: () => void): () => void {
  const ended = new AbortController();
  for (const type of ['online', 'offline']) {
    window.addEventListener(type, listener, { signal: ended.signal });
  }
  return () => ended.abort();
}
