import { ParleyError } from '@parley/contract';
import { parseRecord, type SessionRecord, type SessionStorage } from './session-record.ts';

const LOCK_WAIT_MS = 20_000;

/** Keeps a session's record where all tabs of a browser see it, or in memory when no storage is given. */
export class SessionVault {
  readonly #storage: SessionStorage | undefined;
  readonly #key: string;
  readonly #onStorage: (event: StorageEvent) => void;
  #record: SessionRecord | null;
  /** The storage took the latest record, or another tab has changed it since. */
  #stored = true;

  /** @param onChange called when another tab changed the record */
  constructor(storage: SessionStorage | undefined, key: string, onChange: () => void) {
    this.#storage = storage;
    this.#key = key;
    this.#record = parseRecord(storage?.getItem(key) ?? null);
    this.#onStorage = (event) => {
      // `key` is null when everything was cleared.
      if (event.key !== key && event.key !== null) return;
      this.#stored = true;
      onChange();
    };
    if (storage !== undefined && typeof window !== 'undefined') {
      window.addEventListener('storage', this.#onStorage);
    }
  }

  read(): SessionRecord | null {
    if (this.#storage !== undefined && this.#stored)
      this.#record = parseRecord(this.#storage.getItem(this.#key));
    return this.#record;
  }

  /** A record that the storage has no room for lives as long as the page. */
  write(record: SessionRecord | null): void {
    this.#record = record;
    this.#stored = true;
    if (record === null) this.#storage?.removeItem(this.#key);
    else if (this.#storage !== undefined)
      this.#stored = stores(this.#storage, this.#key, JSON.stringify(record));
  }

  /**
   * Runs `job` while no other tab runs one, where the browser has locks.
   * @throws UNAVAILABLE when another one takes too long: it may be a tab that the browser has frozen
   */
  async alone<T>(job: () => Promise<T>): Promise<T> {
    if (this.#storage === undefined || typeof navigator === 'undefined' || !('locks' in navigator))
      return job();
    const giveUp = new AbortController();
    const timer = setTimeout(() => giveUp.abort(), LOCK_WAIT_MS);
    try {
      return await navigator.locks.request(this.#key, { signal: giveUp.signal }, () => {
        clearTimeout(timer);
        return job();
      });
    } catch (error) {
      if (!giveUp.signal.aborted) throw error;
      throw new ParleyError(
        'UNAVAILABLE',
        'unable to renew the session; another tab is at it, and does not get done',
        {
          cause: error,
        },
      );
    } finally {
      clearTimeout(timer);
    }
  }

  close(): void {
    if (typeof window !== 'undefined') window.removeEventListener('storage', this.#onStorage);
  }
}

/** What is there already makes room first: it is no good any more, and another tab would use it. */
function stores(storage: SessionStorage, key: string, text: string): boolean {
  try {
    storage.setItem(key, text);
    return true;
  } catch {
    storage.removeItem(key);
  }
  try {
    storage.setItem(key, text);
    return true;
  } catch {
    return false;
  }
}
