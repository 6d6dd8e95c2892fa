import type { Store } from '@parley/sdk';
import { onTestFinished } from 'vitest';

const held = new WeakSet<object>();

/** Waits until a store's value is as wished; the store stays live until the test is over. */
export async function until<T>(store: Store<T>, wish: (value: T) => boolean): Promise<T> {
  if (!held.has(store)) {
    held.add(store);
    onTestFinished(store.subscribe(() => {}));
  }
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  const look = () => {
    if (wish(store.getSnapshot())) resolve(store.getSnapshot());
  };
  const unsubscribe = store.subscribe(look);
  const late = setTimeout(() => {
    reject(new Error(`the store never was as wished; it is ${JSON.stringify(store.getSnapshot())}`));
  }, 20_000);
  look();
  try {
    return await promise;
  } finally {
    clearTimeout(late);
    unsubscribe();
  }
}
