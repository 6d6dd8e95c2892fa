import type { Presences } from '@parley/sdk';
import { useClient } from '@parley/sdk/react';
import { useSyncExternalStore } from 'react';

/** Who of these people is there, live. */
export function usePresence(userIds: readonly string[]): Presences {
  const set = useClient().presence.open(userIds);
  return useSyncExternalStore(set.subscribe, set.getSnapshot);
}
