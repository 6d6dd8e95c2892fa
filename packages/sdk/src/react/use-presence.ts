import { useMemo } from 'react';
import { noPresences, type Presences } from '../presence/presence-set.ts';
import { useClient } from './provider.ts';
import { useOpened } from './use-store.ts';

/** Who of these people is there, by user id, live: those one shares a conversation with. The array may be another one each time. */
export function usePresence(userIds: readonly string[]): Presences {
  const { presence } = useClient();
  const sets = useMemo(() => ({ open: (key: string) => presence.open(key.split(',')) }), [presence]);
  return useOpened(sets, userIds.length === 0 ? null : userIds.join(), noPresences);
}
