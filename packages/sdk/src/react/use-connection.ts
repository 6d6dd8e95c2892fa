import type { ConnectionState } from '../connection/state.ts';
import { useClient } from './provider.ts';
import { useStore } from './use-store.ts';

/** How the client stands with the server. */
export function useConnection(): ConnectionState {
  return useStore(useClient().connection);
}
