import { setTimeout } from 'node:timers/promises';
import type { Audit } from '../audit/audit.ts';
import type { Bus } from '../bus/bus.ts';
import type { Database } from '../db/database.ts';
import { inTransaction } from '../db/transaction.ts';
import type { Log } from '../log.ts';
import { publishPresence } from '../presence/channel.ts';
import { beginDeletion } from './begin-deletion.ts';
import { erase } from './erase.ts';
import { claimErasure, type DeletedMessages, dropClaim, keepClaim } from './queries.ts';

/** How long a deletion stays with the process that is at it once nothing is heard of it, in milliseconds. */
const claimMs = 60_000;
const renewMs = claimMs / 3;

export interface DeletionParts {
  readonly db: Database;
  readonly bus: Bus;
  readonly log: Log;
  readonly audit: Audit;
}

/**
 * Deletes accounts: what names the person at once, the rest in the background. How far it is stands in the database, so
 * that any process carries on what another one left.
 */
export class Deletions implements AsyncDisposable {
  readonly #parts: DeletionParts;
  readonly #messages: DeletedMessages;
  readonly #closing = new AbortController();
  #wake = Promise.withResolvers<void>();
  readonly #running: Promise<void>;

  /** @param everyMs between two looks for what others left */
  constructor(parts: DeletionParts, options: { messages: DeletedMessages; everyMs: number }) {
    this.#parts = parts;
    this.#messages = options.messages;
    this.#running = this.#run(options.everyMs);
  }

  /** Begins the deletion of one's own account. @returns the sessions it ended */
  async begin(userId: string): Promise<readonly string[]> {
    const { db, bus, audit } = this.#parts;
    const begun = await inTransaction(db, (trx) => beginDeletion(trx, userId, this.#messages, userId));
    this.#wake.resolve();
    if (begun === null) return [];
    audit.tell(begun.event);
    publishPresence(bus, [userId]);
    return begun.endedSessions;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort();
    this.#wake.resolve();
    await this.#running;
  }

  async #run(everyMs: number): Promise<void> {
    const { signal } = this.#closing;
    while (!signal.aborted) {
      const timer = new AbortController();
      const later = setTimeout(everyMs, undefined, { signal: timer.signal, ref: false }).catch(() => {});
      await Promise.race([this.#wake.promise, later]);
      timer.abort();
      // Before it is looked, so that what begins meanwhile is looked for again.
      this.#wake = Promise.withResolvers();
      try {
        while (!signal.aborted && (await this.#eraseOne()));
      } catch (error) {
        if (!signal.aborted)
          this.#parts.log.warn({ err: error }, 'unable to carry on a deletion; trying again');
      }
    }
  }

  /** @returns whether there was one */
  async #eraseOne(): Promise<boolean> {
    const { db, bus, audit } = this.#parts;
    const erasure = await claimErasure(db, claimMs);
    if (erasure === undefined) return false;
    let claimed = Date.now();
    const beforeStep = async (): Promise<void> => {
      this.#closing.signal.throwIfAborted();
      if (Date.now() - claimed < renewMs) return;
      await keepClaim(db, erasure.id, claimMs);
      claimed = Date.now();
    };
    try {
      await erase({ db, bus, audit, beforeStep }, erasure);
    } catch (error) {
      // Somebody else may go on at once; when even this fails, they may a minute later.
      await dropClaim(db, erasure.id).catch(() => {});
      throw error;
    }
    return true;
  }
}
