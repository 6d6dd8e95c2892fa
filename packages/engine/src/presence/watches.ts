import { type LiveStream, ParleyError, type PresenceEvent, type Viewer } from '@parley/contract';
import type { Bus } from '../bus/bus.ts';
import type { Database } from '../db/database.ts';
import { asServiceError } from '../db/errors.ts';
import { inTime } from '../in-time.ts';
import type { Log } from '../log.ts';
import type { Silences } from '../people/silences.ts';
import { acquainted } from './acquainted.ts';
import { parsePeople, presenceChannel } from './channel.ts';
import { PresenceWatch } from './presence-watch.ts';
import { readPresences } from './queries.ts';
import { presenceOf } from './rows.ts';
import { WatchedPerson } from './watched-person.ts';

/** People read in one statement. */
const pageSize = 5_000;
/** News that is read together comes within so long, in milliseconds. */
const gatherMs = 20;
/** Between two looks at everybody watched while the bus is down, in milliseconds. */
const withoutBusMs = 2_000;
/** For a watch to begin, in milliseconds. */
const startMs = 10_000;

export interface WatchPeriods {
  /** Between two looks at everybody watched, in milliseconds. */
  readonly everyMs: number;
  /** After which it is found out again, once there is news, whether somebody may still watch, in milliseconds. */
  readonly recheckMs: number;
}

interface PresenceWatchesParts {
  readonly db: Database;
  readonly bus: Bus;
  readonly log: Log;
  readonly silences: Silences;
}

/**
 * The people watched from this process, and the streams that watch them. The bus only says of whom there may be news; what
 * it is is read. Now and then everybody watched is looked at: that finds a lost word, and leases that expired because their
 * holder died.
 */
export class PresenceWatches {
  readonly #db: Database;
  readonly #bus: Bus;
  readonly #log: Log;
  readonly #silences: Silences;
  readonly #everyMs: number;
  readonly #recheckMs: number;
  readonly #people = new Map<string, WatchedPerson>();
  readonly #watches = new Set<PresenceWatch>();
  readonly #stopListening: () => void;
  #stale = new Set<string>();
  #gathering: NodeJS.Timeout | undefined;
  #check: NodeJS.Timeout | undefined;
  #lookedAt = 0;
  #reads = 0;
  #failing = false;
  #closed = false;

  constructor({ db, bus, log, silences }: PresenceWatchesParts, periods: WatchPeriods) {
    this.#db = db;
    this.#bus = bus;
    this.#log = log;
    this.#silences = silences;
    this.#everyMs = periods.everyMs;
    this.#recheckMs = periods.recheckMs;
    this.#stopListening = bus.onReconnect(() => this.#look([...this.#people.keys()]));
  }

  /** How many people are watched. */
  get size(): number {
    return this.#people.size;
  }

  /** @throws UNAVAILABLE */
  async watch(viewer: Viewer, userIds: readonly string[]): Promise<LiveStream<PresenceEvent>> {
    const watch = new PresenceWatch(viewer.userId, this.#recheckMs, (closed) => {
      release();
      this.#watches.delete(closed);
      this.#drop(closed, closed.userIds);
    });
    const release = this.#silences.hold(viewer.userId, (otherId) => this.#silence(watch, otherId));
    this.#watches.add(watch);
    try {
      await inTime(this.#begin(watch, userIds), startMs, 'watch who is present');
    } catch (error) {
      watch.stream.end();
      throw asServiceError(error);
    }
    return watch.stream;
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#gathering);
    clearTimeout(this.#check);
    this.#stopListening();
    for (const { stream } of [...this.#watches]) stream.end(goneAway());
  }

  /** Listens first, and reads how people stand only when the bus has acknowledged it. */
  async #begin(watch: PresenceWatch, userIds: readonly string[]): Promise<void> {
    const allowed = await this.#allowed(watch, userIds);
    if (watch.stream.closed) return;
    watch.userIds = allowed;
    for (const userId of allowed) this.#person(userId).watches.add(watch);
    await this.#bus.subscribe([presenceChannel], this.#onWord);
    await this.#read([...watch.userIds]);
    watch.begin([...watch.userIds].flatMap((userId) => this.#people.get(userId)?.presence ?? []));
    this.#check ??= this.#checkLater();
  }

  async #allowed(watch: PresenceWatch, userIds: Iterable<string>): Promise<Set<string>> {
    const allowed = await acquainted(this.#db, watch.viewerId, [...userIds]);
    // Of whom it was heard meanwhile.
    return new Set([...allowed].filter((userId) => !watch.silenced.has(userId)));
  }

  #silence(watch: PresenceWatch, otherId: string): void {
    watch.silenced.add(otherId);
    if (!watch.userIds.has(otherId)) return;
    watch.userIds = new Set([...watch.userIds].filter((userId) => userId !== otherId));
    this.#drop(watch, [otherId]);
    watch.hide(otherId);
  }

  #person(userId: string): WatchedPerson {
    const known = this.#people.get(userId);
    if (known !== undefined) return known;
    const person = new WatchedPerson();
    this.#people.set(userId, person);
    return person;
  }

  #drop(watch: PresenceWatch, userIds: Iterable<string>): void {
    for (const userId of userIds) {
      const person = this.#people.get(userId);
      if (person?.watches.delete(watch) === true && person.watches.size === 0) this.#people.delete(userId);
    }
    if (this.#people.size === 0) this.#bus.unsubscribe([presenceChannel], this.#onWord);
  }

  readonly #onWord = (_channel: string, payload: string): void => {
    for (const userId of parsePeople(payload)) if (this.#people.has(userId)) this.#stale.add(userId);
    if (this.#stale.size === 0) return;
    this.#gathering ??= setTimeout(() => {
      this.#gathering = undefined;
      const stale = [...this.#stale];
      this.#stale = new Set();
      this.#look(stale);
    }, gatherMs);
  };

  #checkLater(): NodeJS.Timeout {
    return setTimeout(
      () => {
        const due = this.#bus.connected ? this.#everyMs : withoutBusMs;
        if (performance.now() - this.#lookedAt >= due) this.#look([...this.#people.keys()]);
        this.#check = this.#closed || this.#people.size === 0 ? undefined : this.#checkLater();
      },
      Math.min(this.#everyMs, withoutBusMs),
    );
  }

  /** Reads how people stand, and tells those who watch them. What fails is done with the next look at everybody. */
  #look(userIds: readonly string[]): void {
    if (userIds.length === 0) return;
    if (userIds.length === this.#people.size) this.#lookedAt = performance.now();
    this.#read(userIds).then(
      () => (this.#failing = false),
      (error: unknown) => {
        if (!this.#failing && !this.#closed) this.#log.warn({ err: error }, 'unable to see who is present');
        this.#failing = true;
      },
    );
  }

  async #read(userIds: readonly string[]): Promise<void> {
    this.#reads += 1;
    const asOf = this.#reads;
    for (let from = 0; from < userIds.length; from += pageSize) {
      for (const row of await readPresences(this.#db, userIds.slice(from, from + pageSize))) {
        const person = this.#people.get(row.id);
        if (person?.learn(presenceOf(row), asOf) === true) this.#tell(row.id, person);
      }
    }
  }

  #tell(userId: string, person: WatchedPerson): void {
    for (const watch of [...person.watches]) if (watch.tell(userId, person.items)) void this.#recheck(watch);
  }

  /** Some time has passed: whoever shares no conversation with the viewer any more is watched no longer. */
  async #recheck(watch: PresenceWatch): Promise<void> {
    try {
      const allowed = await this.#allowed(watch, watch.userIds);
      if (watch.stream.closed) return;
      const strangers = [...watch.userIds].filter((userId) => !allowed.has(userId));
      this.#drop(watch, strangers);
      watch.userIds = allowed;
      // What was last said of them would stand for ever.
      for (const userId of strangers) watch.hide(userId);
      watch.checked(true);
      for (const userId of watch.waiting) {
        if (allowed.has(userId)) watch.stream.send(this.#people.get(userId)?.items ?? []);
      }
      watch.waiting.clear();
    } catch (error) {
      watch.checked(false);
      this.#log.warn({ err: error }, 'unable to see who may watch');
    }
  }
}

function goneAway(): ParleyError {
  return new ParleyError('UNAVAILABLE', 'unable to go on with who is present; connect again');
}
