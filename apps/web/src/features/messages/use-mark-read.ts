import { useClient } from '@parley/sdk/react';
import { useEffect, useRef, useSyncExternalStore } from 'react';

/** Several that come at once are marked at once. */
const PAUSE_MS = 200;

function subscribe(listener: () => void): () => void {
  document.addEventListener('visibilitychange', listener);
  return () => document.removeEventListener('visibilitychange', listener);
}

/** Marks a conversation read up to what is on screen, while the page is looked at. */
export function useMarkRead(
  conversationId: string,
  readPosition: number | undefined,
  visiblePosition: number,
): void {
  const client = useClient();
  const looking = useSyncExternalStore(subscribe, () => document.visibilityState === 'visible');
  const marked = useRef(0);
  useEffect(() => {
    const behind = readPosition !== undefined && visiblePosition > Math.max(readPosition, marked.current);
    if (!looking || !behind) return;
    const timer = setTimeout(() => {
      marked.current = visiblePosition;
      client.messages.markRead({ conversationId, position: visiblePosition }).catch(() => {
        marked.current = 0;
      });
    }, PAUSE_MS);
    return () => clearTimeout(timer);
  }, [client, conversationId, looking, readPosition, visiblePosition]);
}
