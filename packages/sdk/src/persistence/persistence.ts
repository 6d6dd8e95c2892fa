import { inTime } from './in-time.ts';

/**
 * Where messages not sent yet, and what was last shown, outlive the page. Values are structured-clonable. Operations take
 * effect in the order in which they are begun: nothing that was begun before a `deleteAll` is there after it.
 */
export interface Persistence {
  /** Whether other tabs see the same: one of them then sends for all. */
  readonly shared: boolean;
  set(key: string, value: unknown): Promise<void>;
  delete(key: string): Promise<void>;
  /** All entries whose key begins with the prefix, by key. */
  entries(prefix: string): Promise<readonly (readonly [string, unknown])[]>;
  deleteAll(prefix: string): Promise<void>;
}

/** Keeps nothing beyond the page. */
export function memoryPersistence(): Persistence {
  const values = new Map<string, unknown>();
  const keys = (prefix: string) => [...values.keys()].filter((key) => key.startsWith(prefix)).sort();
  return {
    shared: false,
    set: async (key, value) => void values.set(key, structuredClone(value)),
    delete: async (key) => void values.delete(key),
    entries: async (prefix) => keys(prefix).map((key) => [key, values.get(key)] as const),
    deleteAll: async (prefix) => keys(prefix).forEach((key) => values.delete(key)),
  };
}

/** The part of a persistence whose keys begin with a prefix, by the rest of their keys. Each operation has a deadline. */
export function within(persistence: Persistence, prefix: string): Persistence {
  return {
    shared: persistence.shared,
    set: (key, value) => inTime(persistence.set(prefix + key, value)),
    delete: (key) => inTime(persistence.delete(prefix + key)),
    entries: async (rest) =>
      (await inTime(persistence.entries(prefix + rest))).map(
        ([key, value]) => [key.slice(prefix.length), value] as const,
      ),
    deleteAll: (rest) => inTime(persistence.deleteAll(prefix + rest)),
  };
}
