import { type ConnectionState, idleState } from '../connection/state.ts';
import { useClient } from './provider.ts';
import { useStore } from './use-store.ts';

/** How the client stands with the server; `client.connection.retryNow` tries again at once. */
export function useConnection(): ConnectionState {
  return useStore(useClient().connection, idleState);
}
