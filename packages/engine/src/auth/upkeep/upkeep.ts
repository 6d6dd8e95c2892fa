import type { Database } from '../../db/database.ts';
import type { Log } from '../../log.ts';
import { deleteMailedTokensOver, deleteSessionsOver } from './queries.ts';

const everyMs = 3_600_000;
/** How long a session that is over is kept, in milliseconds: so long a late use of its tokens can be told from nonsense. */
const keptMs = 7 * 86_400_000;
const pageSize = 500;

/** Deletes what signing in left behind: sessions that are over, with their refresh tokens, and mailed tokens. */
export class Upkeep implements AsyncDisposable {
  readonly #db: Database;
  readonly #log: Log;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;
  #running: Promise<void>;

  constructor(db: Database, log: Log) {
    this.#db = db;
    this.#log = log;
    this.#running = this.#run();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    await this.#running;
  }

  async #run(): Promise<void> {
    const before = new Date(Date.now() - keptMs);
    try {
      let deleted = pageSize;
      while (deleted === pageSize && !this.#closed) {
        deleted = await deleteSessionsOver(this.#db, before, pageSize);
      }
      await deleteMailedTokensOver(this.#db, new Date());
    } catch (error) {
      if (!this.#closed) this.#log.warn({ err: error }, 'unable to delete old sessions');
    }
    if (this.#closed) return;
    // Servers that started together do not meet again.
    const ms = everyMs * (0.5 + Math.random());
    this.#timer = setTimeout(() => {
      this.#running = this.#run();
    }, ms);
  }
}
