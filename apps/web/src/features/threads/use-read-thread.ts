import type { ThreadSnapshot } from '@parley/sdk';
import { useClient } from '@parley/sdk/react';
import { useEffect } from 'react';
import { useLooking } from '../../use-looking.ts';

/** Marks a thread read while it is open and the page is looked at. */
export function useReadThread(
  { replies, state }: ThreadSnapshot,
  conversationId: string,
  rootId: string,
): void {
  const client = useClient();
  const looking = useLooking();
  const position = replies.at(-1)?.position;
  const unread = state?.unread ?? 0;
  useEffect(() => {
    if (!looking || position === undefined || unread === 0) return;
    // What fails is tried again with the next reply.
    client.threads.markRead({ conversationId, rootId, position }).catch(() => {});
  }, [client, conversationId, rootId, looking, position, unread]);
}
