import type { User } from '@parley/contract';
import { useEffect, useSyncExternalStore } from 'react';
import { people } from '../../client.ts';

/** The people known so far; asks for those of the given ones who are not. */
export function usePeople(userIds: readonly string[]): ReadonlyMap<string, User> {
  const known = useSyncExternalStore(people.subscribe, people.getSnapshot);
  useEffect(() => people.want(userIds));
  return known;
}
