import type { Message } from '@parley/contract';
import { useClient, useConnection } from '@parley/sdk/react';
import { useEffect, useState, useSyncExternalStore } from 'react';

/**
 * What is pinned in a conversation, the latest first: asked for once there is a connection, and again whenever what is held of the conversation
 * is pinned otherwise, or changes.
 */
export function usePins(conversationId: string): {
  readonly pins: readonly Message[] | null;
  readonly error: unknown;
} {
  const client = useClient();
  const [pins, setPins] = useState<readonly Message[] | null>(null);
  const [error, setError] = useState<unknown>(null);
  const online = useConnection().status === 'online';
  const list = client.messages.open(conversationId);
  const pinned = useSyncExternalStore(list.subscribe, () =>
    list
      .getSnapshot()
      .messages.flatMap((message) => (message.pinned === undefined ? [] : [`${message.id} ${message.seq}`]))
      .join(),
  );
  // Whenever that changes there is something else to list.
  useEffect(() => {
    if (!online) return;
    let current = true;
    client.pins.list({ conversationId }).then(
      (listed) => current && setPins(listed),
      (thrown: unknown) => current && setError(thrown),
    );
    return () => {
      current = false;
    };
    // oxlint-disable-next-line react/exhaustive-effect-dependencies
  }, [client, conversationId, online, pinned]);
  return { pins, error };
}
