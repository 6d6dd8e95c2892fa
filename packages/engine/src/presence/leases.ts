import { newId } from '@parley/contract';
import type { Bus } from '../bus/bus.ts';
import type { Database } from '../db/database.ts';
import type { Log } from '../log.ts';
import { retryDelay } from '../retry-delay.ts';
import { publishPresence } from './channel.ts';
import { HeldPerson } from './held-person.ts';
import { endLeases, type Holder, renewHolder, retireHolder, saveLeases, sweepHolders } from './queries.ts';

export interface PresencePeriods {
  /** For how long a process's sign of life is good, in milliseconds. It gives another after a third of it. */
  readonly leaseMs: number;
  /** For how long somebody who has left counts as there, in milliseconds. */
  readonly graceMs: number;
}

/** Comings and goings that are written together come within so long, in milliseconds. */
const gatherMs = 50;
/** Leases in one statement. */
const pageSize = 1_000;

/**
 * The people connected to this process, as leases that the other processes can look at. Written when somebody comes or
 * goes, many at a time; what is renewed is the one sign of life of the process that all of them hang on.
 */
export class PresenceLeases {
  readonly #db: Database;
  readonly #bus: Bus;
  readonly #log: Log;
  readonly #holder: Holder;
  readonly #graceMs: number;
  readonly #people = new Map<string, HeldPerson>();
  /** Those of whom something may have to be written. */
  #changed = new Set<string>();
  /** Those who have left, the first one first, until their grace is over. */
  readonly #leaving = new Map<string, number>();
  #timer: NodeJS.Timeout | undefined;
  /** When it is due. */
  #at = Infinity;
  #renewal: NodeJS.Timeout | undefined;
  #work: Promise<void> = Promise.resolve();
  #failures = 0;
  #closed = false;

  constructor({ db, bus, log }: { db: Database; bus: Bus; log: Log }, periods: PresencePeriods) {
    this.#db = db;
    this.#bus = bus;
    this.#log = log;
    this.#holder = { id: newId(), leaseMs: periods.leaseMs };
    this.#graceMs = periods.graceMs;
  }

  /** One more client of a person is connected here. */
  arrived(userId: string): void {
    this.#person(userId).clients += 1;
    this.#leaving.delete(userId);
    this.#change(userId);
  }

  /** One client less. */
  left(userId: string): void {
    const person = this.#person(userId);
    person.clients -= 1;
    if (person.clients > 0) return this.#change(userId);
    person.leftAt = performance.now();
    this.#leaving.set(userId, person.leftAt);
    this.#schedule(this.#graceMs);
  }

  /** A client of a person says that nobody looks; what it returns takes that back. */
  idle(userId: string): () => void {
    this.#person(userId).idle += 1;
    this.#change(userId);
    return () => {
      this.#person(userId).idle -= 1;
      this.#change(userId);
    };
  }

  /** Leaves the leases to expire after the grace, as those people are moving to other processes. */
  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    clearTimeout(this.#renewal);
    await this.#work;
    if (this.#renewal === undefined) return;
    await retireHolder(this.#db, this.#holder.id, this.#graceMs).catch((error: unknown) =>
      this.#log.debug({ err: error }, 'presence not withdrawn'),
    );
  }

  #person(userId: string): HeldPerson {
    const known = this.#people.get(userId);
    if (known !== undefined) return known;
    const person = new HeldPerson();
    this.#people.set(userId, person);
    return person;
  }

  #change(userId: string): void {
    this.#changed.add(userId);
    this.#schedule(gatherMs);
  }

  #schedule(inMs: number): void {
    const at = performance.now() + inMs;
    if (this.#closed || at >= this.#at) return;
    this.#at = at;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#at = Infinity;
      this.#work = this.#work.then(() => this.#write());
    }, inMs);
  }

  async #write(): Promise<void> {
    const now = performance.now();
    for (const [userId, leftAt] of this.#leaving) {
      if (now - leftAt < this.#graceMs) break;
      this.#leaving.delete(userId);
      this.#changed.add(userId);
    }
    const changed = [...this.#changed];
    this.#changed = new Set();
    try {
      while (changed.length > 0) {
        await this.#writePage(changed.slice(0, pageSize), now);
        changed.splice(0, pageSize);
      }
      this.#failures = 0;
    } catch (error) {
      if (this.#closed) return;
      if (this.#failures === 0)
        this.#log.warn({ err: error }, 'unable to write who is present; trying again');
      for (const userId of changed) this.#changed.add(userId);
      this.#schedule(retryDelay(this.#failures));
      this.#failures += 1;
    }
    const [next] = this.#leaving.values();
    if (next !== undefined) this.#schedule(Math.max(gatherMs, next + this.#graceMs - performance.now()));
  }

  async #writePage(userIds: readonly string[], now: number): Promise<void> {
    const wanted = userIds.map((userId) => {
      const person = this.#person(userId);
      return { userId, person, to: person.wanted(now, this.#graceMs) };
    });
    const differing = wanted.filter(({ person, to }) => person.written !== to);
    const ended = differing.filter(({ to }) => to === 'none').map(({ userId }) => userId);
    const saved = differing.filter(({ to }) => to !== 'none');
    if (saved.length > 0) {
      this.#renewal ??= this.#renewLater();
      const rows = saved.map(({ userId, to }) => ({ user_id: userId, away: to === 'away' }));
      if (await saveLeases(this.#db, this.#holder, rows)) this.#writeAll();
    }
    if (ended.length > 0) await endLeases(this.#db, this.#holder, ended, this.#graceMs);
    for (const { person, to } of differing) person.written = to;
    for (const { userId, person } of wanted) if (person.empty) this.#people.delete(userId);
    publishPresence(
      this.#bus,
      differing.map(({ userId }) => userId),
    );
  }

  #renewLater(): NodeJS.Timeout {
    return setTimeout(() => {
      this.#work = this.#work.then(() => this.#renew());
    }, this.#holder.leaseMs / 3);
  }

  async #renew(): Promise<void> {
    try {
      if (await renewHolder(this.#db, this.#holder)) this.#writeAll();
      publishPresence(this.#bus, await sweepHolders(this.#db, this.#holder.leaseMs));
    } catch (error) {
      this.#log.warn({ err: error }, 'unable to renew who is present');
    }
    if (!this.#closed) this.#renewal = this.#renewLater();
  }

  /** This process was taken for dead, or the database was restored: nothing of what was written is there. */
  #writeAll(): void {
    for (const [userId, person] of this.#people) {
      if (person.written === 'none') continue;
      person.written = 'none';
      this.#change(userId);
    }
  }
}
