import type { Database } from '../db/database.ts';
import type { Log } from '../log.ts';

/** Does something now and then for as long as it is not disposed, and something else at the end. Owns its database. */
export class Heartbeat implements AsyncDisposable {
  readonly #db: Database;
  readonly #log: Log;
  readonly #everyMs: number;
  readonly #work: { beat(): Promise<void>; end(): Promise<void> };
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> = Promise.resolve();
  #failing = false;
  #closed = false;

  constructor(
    db: Database,
    log: Log,
    everyMs: number,
    work: { beat(): Promise<void>; end(): Promise<void> },
  ) {
    this.#db = db;
    this.#log = log;
    this.#everyMs = everyMs;
    this.#work = work;
    this.#schedule();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    await this.#running;
    // With the database gone, the row expires by itself.
    await this.#work
      .end()
      .catch((error: unknown) => this.#log.debug({ err: error }, 'heartbeat not withdrawn'));
    await this.#db.destroy();
  }

  #schedule(): void {
    if (this.#closed) return;
    this.#timer = setTimeout(() => {
      this.#running = this.#beat().finally(() => this.#schedule());
    }, this.#everyMs);
  }

  async #beat(): Promise<void> {
    try {
      await this.#work.beat();
      this.#failing = false;
    } catch (error) {
      if (!this.#failing) this.#log.warn({ err: error }, 'unable to leave a sign of life in the database');
      this.#failing = true;
    }
  }
}
