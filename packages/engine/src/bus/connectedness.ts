import type { Log } from '../log.ts';

/** Whether a bus is connected, as it was last told: in the log, and to those who wait for a reconnect. */
export class Connectedness {
  readonly #log: Log;
  readonly #listeners = new Set<() => void>();
  #told: boolean | null = null;

  constructor(log: Log) {
    this.#log = log;
  }

  /** Tells of it if it is a change. */
  tell(connected: boolean): void {
    if (this.#told === connected) return;
    this.#told = connected;
    if (connected) {
      this.#log.info({}, 'bus connected');
      for (const listener of this.#listeners) listener();
    } else this.#log.warn({}, 'bus not connected; events travel by the database until it is');
  }

  onReconnect(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
