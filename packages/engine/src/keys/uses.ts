import type { Audit } from '../audit/audit.ts';
import type { Database } from '../db/database.ts';
import type { Log } from '../log.ts';
import { noteUses } from './queries.ts';

/** A use is noted once in this time, of each key and address, in milliseconds. */
const onceInMs = 60_000;

/** Keeps when keys were used last, and from where: together now and then, as some are used all the time. */
export class KeyUses {
  readonly #db: Database;
  readonly #audit: Audit;
  readonly #log: Log;
  readonly #timer: NodeJS.Timeout;
  /** When a use was last noted, by key and address. */
  readonly #noted = new Map<string, number>();
  #waiting: { readonly keyId: string; readonly address: string; readonly at: Date }[] = [];
  #writing: Promise<void> = Promise.resolve();

  constructor(db: Database, audit: Audit, log: Log, everyMs: number) {
    this.#db = db;
    this.#audit = audit;
    this.#log = log;
    this.#timer = setInterval(() => void this.#write(), everyMs);
  }

  note(keyId: string, address: string): void {
    const name = `${keyId} ${address}`;
    const now = Date.now();
    if (now - (this.#noted.get(name) ?? 0) < onceInMs) return;
    this.#noted.set(name, now);
    this.#waiting.push({ keyId, address, at: new Date(now) });
  }

  /** Writes what waits. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#write();
  }

  #write(): Promise<void> {
    this.#writing = this.#writing.then(() => this.#writeWaiting());
    return this.#writing;
  }

  async #writeWaiting(): Promise<void> {
    const old = Date.now() - onceInMs;
    for (const [name, at] of this.#noted) if (at < old) this.#noted.delete(name);
    const uses = this.#waiting;
    this.#waiting = [];
    if (uses.length === 0) return;
    const events = uses.map(({ keyId, address }) => ({ kind: 'key-used', keyId, address }) as const);
    try {
      await noteUses(this.#db, new Map(uses.map(({ keyId, at }) => [keyId, at])));
      await this.#audit.record(this.#db, ...events);
    } catch (error) {
      // The next minute's uses are noted again.
      this.#log.warn({ err: error }, 'unable to note the use of API keys');
    }
  }
}
