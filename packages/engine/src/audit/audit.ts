import type { Database } from '../db/database.ts';
import type { Log } from '../log.ts';
import type { AuditEvent } from './events.ts';
import { insertAuditEvents } from './queries.ts';

/** Keeps what an operator wants to know after the fact: a row in the database, and a line in the log. */
export class Audit {
  readonly #log: Log;

  constructor(log: Log) {
    this.#log = log;
  }

  /** For what is a statement of its own: keeps the events, then logs them. */
  async record(db: Database, ...events: readonly AuditEvent[]): Promise<void> {
    await this.store(db, ...events);
    this.tell(...events);
  }

  /** Keeps the events with what they tell of, in its transaction; `tell` is for after the commit. */
  store(db: Database, ...events: readonly AuditEvent[]): Promise<void> {
    return insertAuditEvents(db, events);
  }

  /** Logs events that were kept. */
  tell(...events: readonly AuditEvent[]): void {
    for (const event of events) this.#log.info({ audit: event }, 'audit');
  }
}
