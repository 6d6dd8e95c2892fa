import type { Persistence } from './persistence.ts';

const STORE = 'values';

/**
 * Keeps values in the browser's IndexedDB, where all tabs of the origin see them. Each operation rejects when the
 * browser refuses it (a private window, no space left).
 * @param name the database's name
 */
export function indexedDbPersistence(name = 'parley'): Persistence {
  let opened: Promise<IDBDatabase> | undefined;
  const forget = () => {
    opened = undefined;
  };
  const open = () => {
    opened ??= openDatabase(name, forget).catch((error: unknown) => {
      forget();
      throw error;
    });
    return opened;
  };
  const write = async <T>(work: (store: IDBObjectStore) => IDBRequest<T>) => {
    const transaction = (await open()).transaction(STORE, 'readwrite');
    const request = work(transaction.objectStore(STORE));
    // Left to itself, it commits only once the page has heard of the request: a page closed before then loses it.
    transaction.commit();
    return settled(request, transaction);
  };
  return {
    shared: true,
    async set(key, value) {
      await write((store) => store.put(value, key));
    },
    delete: (key) => write((store) => store.delete(key)),
    async entries(prefix) {
      const transaction = (await open()).transaction(STORE, 'readonly');
      const store = transaction.objectStore(STORE);
      const keys = store.getAllKeys(range(prefix));
      const values: unknown[] = await settled(store.getAll(range(prefix)), transaction);
      return keys.result.map((key, index) => [typeof key === 'string' ? key : '', values[index]] as const);
    },
    deleteAll: (prefix) => write((store) => store.delete(range(prefix))),
  };
}

function range(prefix: string): IDBKeyRange {
  return IDBKeyRange.bound(prefix, `${prefix}\uffff`);
}

/** @param onGone called once the connection is of no use: the browser closed it, or somebody deletes the database */
function openDatabase(name: string, onGone: () => void): Promise<IDBDatabase> {
  const request = indexedDB.open(name, 1);
  request.addEventListener('upgradeneeded', () => request.result.createObjectStore(STORE));
  return new Promise((resolve, reject) => {
    request.addEventListener('success', () => {
      const database = request.result;
      database.addEventListener('close', onGone);
      database.addEventListener('versionchange', () => {
        database.close();
        onGone();
      });
      resolve(database);
    });
    request.addEventListener('error', () => reject(request.error ?? new Error('unable to open IndexedDB')));
  });
}

/** Resolves once the transaction is done, so that what was written is kept. */
function settled<T>(request: IDBRequest<T>, transaction: IDBTransaction): Promise<T> {
  return new Promise((resolve, reject) => {
    const fail = () => reject(transaction.error ?? new Error('unable to use IndexedDB; it gave no reason'));
    transaction.addEventListener('complete', () => resolve(request.result));
    transaction.addEventListener('error', fail);
    transaction.addEventListener('abort', fail);
  });
}
