import { inTime } from './in-time.ts';
import type { Persistence } from './persistence.ts';

const STORE = 'values';

/**
 * Keeps values in the browser's IndexedDB, where all tabs of the origin see them. Each operation rejects when the
 * browser refuses it (a private window, no space left) or does not answer within five seconds.
 * @param name the database's name
 */
export function indexedDbPersistence(name = 'parley'): Persistence {
  let opened: Promise<IDBDatabase> | undefined;
  const open = () => {
    opened ??= openDatabase(name).catch((error: unknown) => {
      opened = undefined;
      throw error;
    });
    return opened;
  };
  const run = async <T>(mode: IDBTransactionMode, work: (store: IDBObjectStore) => IDBRequest<T>) => {
    const transaction = (await open()).transaction(STORE, mode);
    return settled(work(transaction.objectStore(STORE)), transaction);
  };
  return {
    shared: true,
    get: (key) => run('readonly', (store) => store.get(key)),
    async set(key, value) {
      await run('readwrite', (store) => store.put(value, key));
    },
    delete: (key) => run('readwrite', (store) => store.delete(key)),
    async entries(prefix) {
      const transaction = (await open()).transaction(STORE, 'readonly');
      const store = transaction.objectStore(STORE);
      const keys = store.getAllKeys(range(prefix));
      const values: unknown[] = await settled(store.getAll(range(prefix)), transaction);
      return keys.result.map((key, index) => [typeof key === 'string' ? key : '', values[index]] as const);
    },
    deleteAll: (prefix) => run('readwrite', (store) => store.delete(range(prefix))),
  };
}

function range(prefix: string): IDBKeyRange {
  return IDBKeyRange.bound(prefix, `${prefix}\uffff`);
}

function openDatabase(name: string): Promise<IDBDatabase> {
  const request = indexedDB.open(name, 1);
  request.addEventListener('upgradeneeded', () => request.result.createObjectStore(STORE));
  return inTime(
    new Promise((resolve, reject) => {
      request.addEventListener('success', () => resolve(request.result));
      request.addEventListener('error', () => reject(request.error ?? new Error('unable to open IndexedDB')));
    }),
  );
}

/** Resolves once the transaction is done, so that what was written is kept. */
function settled<T>(request: IDBRequest<T>, transaction: IDBTransaction): Promise<T> {
  return inTime(
    new Promise((resolve, reject) => {
      const fail = () => reject(transaction.error ?? new Error('unable to use IndexedDB; it gave no reason'));
      transaction.addEventListener('complete', () => resolve(request.result));
      transaction.addEventListener('error', fail);
      transaction.addEventListener('abort', fail);
    }),
  );
}
