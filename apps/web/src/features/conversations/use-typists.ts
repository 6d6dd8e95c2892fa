import type { ParleyClient } from '@parley/sdk';
import { useClient } from '@parley/sdk/react';
import { useCallback, useSyncExternalStore } from 'react';

/** Rows whose typing is followed at the same time: each takes a subscription, of which a socket has 50. */
const MOST = 24;
/** For how long a subscription goes on after the last listener has left. */
const LINGER_MS = 5_000;

let followed = 0;

/** Who else is typing in a conversation of the list, by id, while its row is seen. */
export function useTypists(conversationId: string, seen: boolean): readonly string[] {
  const client = useClient();
  const store = client.typing.open(conversationId);
  const subscribe = useCallback(
    (listener: () => void) => (seen ? follow(client, conversationId, listener) : () => {}),
    [client, conversationId, seen],
  );
  return useSyncExternalStore(subscribe, () => store.getSnapshot().userIds);
}

function follow(client: ParleyClient, conversationId: string, listener: () => void): () => void {
  if (followed >= MOST || !client.connection.overWebSocket()) return () => {};
  followed += 1;
  const undo = client.typing.open(conversationId).subscribe(listener);
  return () => {
    undo();
    setTimeout(() => {
      followed -= 1;
    }, LINGER_MS);
  };
}
