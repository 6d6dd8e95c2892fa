import { ParleyError, Turns } from '@parley/contract';
import { notMember } from '../access.ts';
import type { Bus } from '../bus/bus.ts';
import type { Database } from '../db/database.ts';
import { asServiceError } from '../db/errors.ts';
import { inTime } from '../in-time.ts';
import type { Log } from '../log.ts';
import { type Meter, silentMeter } from '../meter.ts';
import { ConversationFeed } from './conversation-feed.ts';
import { conversationChannel, conversationOf, parseEvents } from './events.ts';
import { type ChangeEvent, type FeedSnapshot, startFeed } from './feed.ts';
import { readGap, readHeads } from './queries.ts';

interface Entry {
  readonly feed: Promise<ConversationFeed>;
  started: ConversationFeed | null;
  /** Events that came before the first snapshot. */
  early: ChangeEvent[];
  holds: number;
}

/** Rows a gap may have to be sent on; a larger one is announced only, and clients fetch it. */
const gapRows = 500;
/** Gaps read at a time: when the bus is back there may be one in every feed, and others need the database as well. */
const gapReads = 3;
/** For a feed to start: the bus has acknowledged, and the database has said where it stands. In milliseconds. */
const openMs = 10_000;

/** The feeds of this process: one per conversation that somebody here follows, shared by all who do. */
export class ConversationFeeds {
  readonly #db: Database;
  readonly #bus: Bus;
  readonly #log: Log;
  readonly #meter: Meter;
  readonly #entries = new Map<string, Entry>();
  readonly #turns = new Turns(gapReads);

  constructor(db: Database, bus: Bus, log: Log, meter: Meter = silentMeter) {
    this.#meter = meter;
    this.#db = db;
    this.#bus = bus;
    this.#log = log;
  }

  /** How many conversations are followed. */
  get size(): number {
    return this.#entries.size;
  }

  /** The feeds that have started, with where they stand. */
  started(): ConversationFeed[] {
    return [...this.#entries.values()].flatMap(({ started }) => started ?? []);
  }

  find(conversationId: string): ConversationFeed | null {
    return this.#entries.get(conversationId)?.started ?? null;
  }

  /**
   * The feeds of conversations, started where they were not, and held until `release`.
   * @throws NOT_MEMBER when one of them does not exist, UNAVAILABLE; then none is held
   */
  async open(conversationIds: readonly string[]): Promise<ConversationFeed[]> {
    const missing = conversationIds.filter((id) => !this.#entries.has(id));
    if (missing.length > 0) this.#start(missing);
    const entries = conversationIds.flatMap((id) => this.#entries.get(id) ?? []);
    for (const entry of entries) entry.holds += 1;
    try {
      return await inTime(Promise.all(entries.map(({ feed }) => feed)), openMs, 'open the conversation');
    } catch (error) {
      conversationIds.forEach((id) => this.release(id));
      throw asServiceError(error);
    }
  }

  /** Gives up one hold; the last one closes the feed. */
  release(conversationId: string): void {
    const entry = this.#entries.get(conversationId);
    if (entry === undefined) return;
    entry.holds -= 1;
    if (entry.holds > 0) return;
    this.#entries.delete(conversationId);
    entry.started?.close();
    this.#bus.unsubscribe([conversationChannel(conversationId)], this.#onPayload);
  }

  close(): void {
    for (const entry of this.#entries.values()) entry.started?.close();
    this.#bus.unsubscribe([...this.#entries.keys()].map(conversationChannel), this.#onPayload);
    this.#entries.clear();
  }

  /** Listens first, and reads where the conversations stand only when the bus has acknowledged it (rule 2). */
  #start(conversationIds: readonly string[]): void {
    const heads = this.#bus
      .subscribe(conversationIds.map(conversationChannel), this.#onPayload)
      .then(() => readHeads(this.#db, conversationIds))
      .then((rows) => new Map(rows.map((row) => [row.id, row])));
    for (const id of conversationIds) {
      const feed = heads.then((rows) => {
        const head = rows.get(id);
        if (head === undefined) throw notMember();
        // Nobody waited for it any more.
        if (this.#entries.get(id) !== entry)
          throw new ParleyError('UNAVAILABLE', 'unable to open the conversation; it was closed meanwhile');
        const { epoch, last_seq: lastSeq, member_version: memberVersion } = head;
        const step = startFeed({ epoch, lastSeq, memberVersion }, entry.early);
        entry.early = [];
        entry.started = new ConversationFeed(
          id,
          step,
          (above, users) => this.#readGap(id, above, users),
          this.#log,
        );
        return entry.started;
      });
      const entry: Entry = { feed, started: null, early: [], holds: 0 };
      this.#entries.set(id, entry);
    }
  }

  #readGap(id: string, above: number, userIds: readonly string[]): Promise<FeedSnapshot | undefined> {
    this.#meter.gapRead();
    return this.#turns.take(() => readGap(this.#db, id, above, userIds, gapRows));
  }

  readonly #onPayload = (channel: string, payload: string): void => {
    const entry = this.#entries.get(conversationOf(channel));
    if (entry === undefined) return;
    const events = parseEvents(payload);
    if (entry.started === null) entry.early.push(...events);
    else entry.started.onEvents(events);
  };
}
