import type { SessionStorage } from '@parley/sdk';

/** Keeps a session in memory, as `localStorage` does for a page. */
export function memoryStorage(items = new Map<string, string>()): SessionStorage {
  return {
    getItem: (key) => items.get(key) ?? null,
    setItem: (key, value) => void items.set(key, value),
    removeItem: (key) => void items.delete(key),
  };
}
