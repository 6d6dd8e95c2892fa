import { useCallback, useMemo, useSyncExternalStore } from 'react';
import type { Store } from '../store.ts';

/**
 * What a store holds; live while mounted.
 * @param before what is shown on the server, and while the browser takes over what the server has rendered
 */
export function useStore<T>(store: Store<T>, before: T): T {
  return useSyncExternalStore(store.subscribe, store.getSnapshot, () => before);
}

/** Stores of a kind, one for each key. */
interface Stores<K, S> {
  open(key: K): S;
}

/**
 * What the store of a key holds; live while mounted. It is looked up whenever it is read: one that nobody is subscribed to
 * may have been let go.
 * @param key the same value while it is the same key; null reads none
 * @param before what is shown for null, and as in `useStore`
 */
export function useOpened<K, T>(stores: Stores<K, Store<T>>, key: K | null, before: T): T {
  const subscribe = useCallback(
    (listener: () => void) => (key === null ? () => {} : stores.open(key).subscribe(listener)),
    [stores, key],
  );
  return useSyncExternalStore(
    subscribe,
    () => (key === null ? before : stores.open(key).getSnapshot()),
    () => before,
  );
}

/**
 * What a store shows with what it can do, as one object; the same one until one of them changes.
 * @param actionsOf the same function each time
 */
export function useWith<T extends object, S, A extends object>(
  snapshot: T,
  store: S,
  actionsOf: (store: S) => A,
): T & A {
  const actions = useMemo(() => actionsOf(store), [store, actionsOf]);
  return useMemo(() => ({ ...snapshot, ...actions }), [snapshot, actions]);
}
