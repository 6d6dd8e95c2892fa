import { ParleyError } from '@parley/contract';
import { BatchLoader } from '../batch-loader.ts';
import type { Bus } from '../bus/bus.ts';
import type { Database } from '../db/database.ts';
import { asServiceError } from '../db/errors.ts';
import { parsePayload } from '../feeds/events.ts';
import { isSession, livingNames } from '../keys/in-use.ts';
import type { Log } from '../log.ts';
import { touchSessions } from './queries.ts';

const channel = 'sessions';
/** Sessions asked about in one statement, of those that are in use. */
const pageSize = 5_000;
/** The same for those that somebody comes with, and waits. */
const arriving = 128;
/** How far behind a session's last use may be that is kept with it, in milliseconds. */
const touchMs = 5 * 60_000;

/**
 * The sessions in use on this process, and the API keys with whom they are used for, by name. The database says which of
 * them live: asked in batches, now and then; the bus only makes an end known faster.
 */
export class Sessions {
  readonly #db: Database;
  readonly #bus: Bus;
  readonly #log: Log;
  readonly #everyMs: number;
  readonly #held = new Map<string, Set<() => void>>();
  /** Until when a session that was found alive is taken to be. */
  readonly #alive = new Map<string, number>();
  /** Sessions used here since the last sweep. */
  readonly #used = new Set<string>();
  /** When this process last kept the use of a session. */
  readonly #touched = new Map<string, number>();
  /** Whether each lives: after a restart thousands come at once. */
  readonly #checks: BatchLoader<string, boolean>;
  /** Counts ends, so that what was read before one is not kept after it. */
  #ends = 0;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(db: Database, bus: Bus, log: Log, everyMs: number) {
    this.#db = db;
    this.#bus = bus;
    this.#log = log;
    this.#everyMs = everyMs;
    const read = async (names: readonly string[]) => {
      const living = await livingNames(db, names);
      return names.map((name) => living.has(name));
    };
    this.#checks = new BatchLoader({ read, most: arriving });
    this.#schedule();
  }

  async listen(): Promise<void> {
    await this.#bus.subscribe([channel], this.#onEnded);
  }

  /** @throws UNAUTHENTICATED when the session has ended, UNAVAILABLE */
  async check(sessionId: string): Promise<void> {
    if (!(await this.lives(sessionId)))
      throw new ParleyError('UNAUTHENTICATED', 'unable to sign in; the session has ended');
    this.#used.add(sessionId);
  }

  /** @throws UNAVAILABLE */
  async lives(name: string): Promise<boolean> {
    if ((this.#alive.get(name) ?? 0) > Date.now()) return true;
    const ends = this.#ends;
    const lives = await this.#checks.load(name).catch((error: unknown) => {
      throw asServiceError(error);
    });
    if (lives && ends === this.#ends) this.#alive.set(name, Date.now() + this.#everyMs);
    return lives;
  }

  hold(sessionId: string, onEnded: () => void): () => void {
    const listeners = this.#held.get(sessionId) ?? new Set();
    // Each hold is its own, also when two give the same callback.
    const listener = () => onEnded();
    this.#held.set(sessionId, listeners.add(listener));
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0 && this.#held.get(sessionId) === listeners) this.#held.delete(sessionId);
    };
  }

  /** Tells every process that sessions have ended. */
  announceEnd(sessionIds: readonly string[]): void {
    if (sessionIds.length === 0) return;
    this.#end(sessionIds);
    this.#bus.publish(channel, JSON.stringify(sessionIds));
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#bus.unsubscribe([channel], this.#onEnded);
  }

  readonly #onEnded = (_channel: string, payload: string): void => {
    const ids = parsePayload(payload);
    if (Array.isArray(ids)) this.#end(ids.filter((id) => typeof id === 'string'));
  };

  #end(sessionIds: readonly string[]): void {
    if (sessionIds.length > 0) this.#ends += 1;
    for (const id of sessionIds) {
      this.#alive.delete(id);
      const listeners = this.#held.get(id);
      this.#held.delete(id);
      for (const listener of listeners ?? []) listener();
    }
  }

  #schedule(): void {
    this.#timer = setTimeout(() => {
      void this.#sweep().finally(() => {
        if (!this.#closed) this.#schedule();
      });
    }, this.#everyMs);
  }

  async #sweep(): Promise<void> {
    const now = Date.now();
    for (const [id, until] of this.#alive) if (until <= now) this.#alive.delete(id);
    const held = [...this.#held.keys()];
    try {
      for (let from = 0; from < held.length; from += pageSize) {
        const page = held.slice(from, from + pageSize);
        const live = await livingNames(this.#db, page);
        this.#end(page.filter((id) => !live.has(id)));
        for (const name of live) if (isSession(name)) this.#used.add(name);
      }
      await this.#touch(now);
    } catch (error) {
      this.#log.warn({ err: error }, 'unable to check sessions');
    }
  }

  /** Keeps that sessions are in use: all of them together, and each now and then only. */
  async #touch(now: number): Promise<void> {
    for (const [id, at] of this.#touched) if (at <= now - touchMs) this.#touched.delete(id);
    const due = [...this.#used].filter((id) => !this.#touched.has(id));
    this.#used.clear();
    for (let from = 0; from < due.length; from += pageSize) {
      const page = due.slice(from, from + pageSize);
      await touchSessions(this.#db, page);
      for (const id of page) this.#touched.set(id, now);
    }
  }
}
