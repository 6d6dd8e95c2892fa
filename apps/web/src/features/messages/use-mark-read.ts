import { useClient } from '@parley/sdk/react';
import { useEffect, useRef } from 'react';
import { useLooking } from '../../use-looking.ts';

/** Several that come at once are marked at once. */
const PAUSE_MS = 200;

/** Marks a conversation read up to what is on screen, while the page is looked at. */
export function useMarkRead(
  conversationId: string,
  readPosition: number | undefined,
  visiblePosition: number,
): void {
  const client = useClient();
  const looking = useLooking();
  const marked = useRef(0);
  const latest = useRef(visiblePosition);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => {
    latest.current = visiblePosition;
    const behind = readPosition !== undefined && visiblePosition > Math.max(readPosition, marked.current);
    // One that waits takes along what comes in until then, however fast that is.
    if (!looking || !behind || timer.current !== undefined) return;
    timer.current = setTimeout(() => {
      timer.current = undefined;
      marked.current = latest.current;
      client.messages.markRead({ conversationId, position: latest.current }).catch(() => {
        marked.current = 0;
      });
    }, PAUSE_MS);
  }, [client, conversationId, looking, readPosition, visiblePosition]);
  useEffect(() => {
    if (!looking) return;
    return () => {
      clearTimeout(timer.current);
      timer.current = undefined;
    };
  }, [looking]);
}
