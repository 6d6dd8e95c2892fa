import { parseRecord, type SessionRecord, type SessionStorage } from './session-record.ts';

const LOCK_WAIT_MS = 20_000;

/** Keeps a session's record where all tabs of a browser see it, or in memory when no storage is given. */
export class SessionVault {
  readonly #storage: SessionStorage | undefined;
  readonly #key: string;
  readonly #onStorage: (event: StorageEvent) => void;
  #record: SessionRecord | null;

  /** @param onChange called when another tab changed the record */
  constructor(storage: SessionStorage | undefined, key: string, onChange: () => void) {
    this.#storage = storage;
    this.#key = key;
    this.#record = parseRecord(storage?.getItem(key) ?? null);
    this.#onStorage = (event) => {
      // `key` is null when everything was cleared.
      if (event.key === key || event.key === null) onChange();
    };
    if (storage !== undefined && typeof window !== 'undefined') {
      window.addEventListener('storage', this.#onStorage);
    }
  }

  read(): SessionRecord | null {
    if (this.#storage !== undefined) this.#record = parseRecord(this.#storage.getItem(this.#key));
    return this.#record;
  }

  write(record: SessionRecord | null): void {
    this.#record = record;
    if (record === null) this.#storage?.removeItem(this.#key);
    else this.#storage?.setItem(this.#key, JSON.stringify(record));
  }

  /** Runs `job` while no other tab runs one, where the browser has locks. */
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
    } finally {
      clearTimeout(timer);
    }
  }

  close(): void {
    if (typeof window !== 'undefined') window.removeEventListener('storage', this.#onStorage);
  }
}
