/**
 * Decides which tab sends: the one that holds a lock of the browser, which passes to another tab when it is closed or
 * dies. Where nothing is shared, or there are no locks, everyone sends for themselves.
 */
export class Writer {
  readonly #release = Promise.withResolvers<void>();
  readonly #giveUp = new AbortController();
  readonly #shared: boolean;
  #writing = false;

  /** @param onWriting called once this tab is the one that sends, soon or never */
  constructor(name: string | null, onWriting: () => void) {
    const begin = () => {
      if (this.#giveUp.signal.aborted) return;
      this.#writing = true;
      onWriting();
    };
    this.#shared = name !== null && typeof navigator !== 'undefined' && 'locks' in navigator;
    if (name === null || !this.#shared) {
      queueMicrotask(begin);
      return;
    }
    navigator.locks
      .request(name, { signal: this.#giveUp.signal }, () => {
        begin();
        return this.#release.promise;
      })
      // Given up, or refused by the browser, as in a sandboxed frame: as where there are no locks.
      .catch(begin);
  }

  get writing(): boolean {
    return this.#writing;
  }

  /** Leaves sending to the other tabs, if there can be any. */
  handOver(): void {
    if (this.#shared) this.close();
  }

  close(): void {
    this.#writing = false;
    this.#giveUp.abort();
    this.#release.resolve();
  }
}
