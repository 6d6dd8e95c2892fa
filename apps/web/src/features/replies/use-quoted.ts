import type { Message } from '@parley/contract';
import { useClient } from '@parley/sdk/react';
import { useEffect, useState, useSyncExternalStore } from 'react';
import { messageAt } from '../messages/find-message.ts';
import type { Written } from '../messages/items.ts';

/**
 * What a message answers, live while it is shown too, otherwise as it was when it was asked for: null when it is not there to
 * see, undefined while that is not known.
 */
export function useQuoted({ stored, outgoing }: Written): Message | null | undefined {
  const client = useClient();
  const [fetched, setFetched] = useState<Message | null>();
  const conversationId = stored === null ? outgoing.conversationId : stored.conversationId;
  const replyTo = stored?.replyTo;
  const id = replyTo?.messageId ?? outgoing?.extras.replyTo;
  const list = client.messages.open(conversationId);
  const held = useSyncExternalStore(list.subscribe, () => {
    const { messages } = list.getSnapshot();
    if (id === undefined) return undefined;
    return replyTo === undefined
      ? messages.findLast((message) => message.id === id)
      : messageAt(messages, replyTo.position);
  });
  const missing = held === undefined && stored !== null && replyTo !== undefined;
  useEffect(() => {
    if (!missing || stored === null) return;
    let current = true;
    client.messages.quoted(stored).then(
      (message) => current && setFetched(message),
      // It is asked for again when the message is shown the next time.
      () => {},
    );
    return () => {
      current = false;
    };
  }, [client, missing, stored]);
  return held ?? fetched;
}
