import type { User } from '@parley/contract';
import { useEffect, useMemo, useSyncExternalStore } from 'react';
import { people } from '../../client.ts';

/** The people known so far; asks for those of the given ones who are not. */
export function usePeople(userIds: readonly string[]): ReadonlyMap<string, User> {
  const known = useSyncExternalStore(people.subscribe, people.getSnapshot);
  useEffect(() => people.want(userIds));
  return known;
}

/** Those of a few people who are known so far; asks for the others. Renders again when one of these changes, only. */
export function useKnown(userIds: readonly string[]): ReadonlyMap<string, User> {
  const key = userIds.join();
  const some = useMemo(() => people.some(key === '' ? [] : key.split(',')), [key]);
  useEffect(() => people.want(userIds));
  return useSyncExternalStore(some.subscribe, some.getSnapshot);
}
