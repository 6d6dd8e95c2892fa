import { limits, ParleyError } from '@parley/contract';
import type { Bus } from '../bus/bus.ts';
import type { Database } from '../db/database.ts';
import { asServiceError } from '../db/errors.ts';
import { inTime } from '../in-time.ts';
import type { Log } from '../log.ts';
import { retryDelay } from '../retry-delay.ts';
import { parseReceipts, receiptsChannel, roomOf } from './channel.ts';
import { parsePrivacy, privacyChannel } from './privacy.ts';
import { readRooms, type RoomRow } from './queries.ts';
import type { ReceiptsWatcher } from './receipts-watcher.ts';
import { ReceiptRoom } from './room.ts';

/** Between two looks at the rooms in which something waits to be told, in milliseconds. */
const tickMs = 250;
/** For the bus to acknowledge, in milliseconds. */
const joinMs = 10_000;
/** After something was said in a room it is read so much later, in milliseconds: then those who are there have read it. */
const settleMs = 1_000;
/** Rooms read in one statement; one statement at a time. */
const roomsRead = 50;

/**
 * The conversations whose receipts somebody on this process follows. What moves them is told on the bus, and may be lost;
 * they are also read, when something was said there or somebody came or went, when it may be other people who share their
 * receipts, and when the bus is back.
 */
export class ReceiptRooms {
  readonly #db: Database;
  readonly #bus: Bus;
  readonly #log: Log;
  readonly #rooms = new Map<string, ReceiptRoom<ReceiptsWatcher>>();
  readonly #watchers = new Set<ReceiptsWatcher>();
  readonly #lively = new Set<ReceiptRoom<ReceiptsWatcher>>();
  readonly #stopListening: () => void;
  #ticking: NodeJS.Timeout | undefined;
  #settling: NodeJS.Timeout | undefined;
  #retry: NodeJS.Timeout | undefined;
  /** To be read once what was said there has settled. */
  readonly #unsettled = new Set<string>();
  /** To be read now, and who waits for it. */
  readonly #stale = new Map<string, PromiseWithResolvers<void>[]>();
  #reading = false;
  #failures = 0;

  constructor({ db, bus, log }: { db: Database; bus: Bus; log: Log }) {
    this.#db = db;
    this.#bus = bus;
    this.#log = log;
    this.#stopListening = bus.onReconnect(() => this.#readAnew([...this.#rooms.keys()]));
  }

  get size(): number {
    return this.#rooms.size;
  }

  listen(): Promise<void> {
    return this.#bus.subscribe([privacyChannel], this.#onPrivacy);
  }

  /**
   * Tells a watcher how far everybody is, and goes on doing so until it leaves.
   * @throws UNAVAILABLE; CONFLICT when the conversation has too many members
   */
  async join(conversationId: string, watcher: ReceiptsWatcher): Promise<void> {
    if (watcher.stream.closed) return;
    const room = this.#rooms.get(conversationId) ?? new ReceiptRoom<ReceiptsWatcher>();
    this.#rooms.set(conversationId, room);
    room.watchers.add(watcher);
    this.#watchers.add(watcher);
    const acknowledged = this.#bus.subscribe([receiptsChannel(conversationId)], this.#onWords);
    await inTime(acknowledged, joinMs, 'watch receipts');
    if (room.loaded) room.greet(watcher);
    else await inTime(this.#read(conversationId), joinMs, 'watch receipts');
  }

  /** Tells a watcher anew how far everybody is. */
  greet(conversationId: string, watcher: ReceiptsWatcher): void {
    this.#rooms.get(conversationId)?.greet(watcher);
  }

  /** Something was said in a conversation, or somebody came or went. */
  stale(conversationId: string): void {
    this.#unsettled.add(conversationId);
    this.#settling ??= setTimeout(() => {
      this.#settling = undefined;
      const ids = [...this.#unsettled].filter((id) => this.#rooms.has(id));
      this.#unsettled.clear();
      this.#readAnew(ids);
    }, settleMs);
  }

  leave(conversationId: string, watcher: ReceiptsWatcher): void {
    this.#watchers.delete(watcher);
    const room = this.#rooms.get(conversationId);
    if (room?.watchers.delete(watcher) !== true || room.watchers.size > 0) return;
    this.#rooms.delete(conversationId);
    this.#lively.delete(room);
    this.#bus.unsubscribe([receiptsChannel(conversationId)], this.#onWords);
  }

  close(): void {
    for (const timer of [this.#ticking, this.#settling, this.#retry]) clearTimeout(timer);
    this.#stopListening();
    this.#bus.unsubscribe([privacyChannel], this.#onPrivacy);
    for (const watcher of [...this.#watchers]) watcher.closed();
  }

  readonly #onWords = (channel: string, payload: string): void => {
    const id = roomOf(channel);
    const room = this.#rooms.get(id);
    const said = parseReceipts(payload);
    if (room === undefined || said === null) return;
    if (!room.hear(said, performance.now())) this.#readAnew([id]);
    this.#tickLater(room);
  };

  readonly #onPrivacy = (_channel: string, payload: string): void => {
    const userId = parsePrivacy(payload);
    if (userId === null) return;
    this.#readAnew([...this.#rooms].flatMap(([id, room]) => (room.concerns(userId) ? id : [])));
  };

  #tickLater(lively: ReceiptRoom<ReceiptsWatcher>): void {
    if (lively.lively) this.#lively.add(lively);
    if (this.#lively.size === 0) return;
    this.#ticking ??= setTimeout(() => {
      this.#ticking = undefined;
      const now = performance.now();
      for (const room of this.#lively) {
        room.tick(now);
        if (!room.lively) this.#lively.delete(room);
      }
      for (const room of this.#lively) this.#tickLater(room);
    }, tickMs);
  }

  #readAnew(ids: readonly string[]): void {
    for (const id of ids) if (!this.#stale.has(id)) this.#stale.set(id, []);
    if (this.#stale.size > 0) void this.#readStale();
  }

  #read(id: string): Promise<void> {
    const waiter = Promise.withResolvers<void>();
    this.#stale.set(id, [...(this.#stale.get(id) ?? []), waiter]);
    void this.#readStale();
    return waiter.promise;
  }

  /** One statement at a time: what is heard meanwhile is read by the next. */
  async #readStale(): Promise<void> {
    if (this.#reading) return;
    this.#reading = true;
    while (this.#stale.size > 0) {
      const batch = new Map([...this.#stale].slice(0, roomsRead));
      for (const id of batch.keys()) this.#stale.delete(id);
      try {
        const rows = await readRooms(this.#db, [...batch.keys()]);
        this.#failures = 0;
        for (const [id, waiters] of batch) this.#take(id, rows.get(id), waiters);
      } catch (error) {
        for (const waiter of [...batch.values()].flat()) waiter.reject(asServiceError(error));
        this.#later([...batch.keys()], error);
        break;
      }
    }
    this.#reading = false;
  }

  /** What could not be read is tried again for those who follow already. */
  #later(ids: readonly string[], error: unknown): void {
    const followed = ids.filter((id) => this.#rooms.get(id)?.loaded === true);
    if (followed.length === 0) return;
    if (this.#failures === 0) this.#log.warn({ err: error }, 'unable to read receipts; trying again');
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => this.#readAnew([...this.#rooms.keys()]), retryDelay(this.#failures));
    this.#failures += 1;
  }

  #take(id: string, row: RoomRow | undefined, waiters: readonly PromiseWithResolvers<void>[]): void {
    const room = this.#rooms.get(id);
    if (room !== undefined && row !== undefined) {
      if (row.members > limits.receiptsWatched) {
        for (const waiter of waiters) waiter.reject(tooMany());
        for (const watcher of [...room.watchers]) watcher.end(tooMany());
        return;
      }
      room.take(row, performance.now());
      this.#tickLater(room);
    }
    for (const waiter of waiters) waiter.resolve();
  }
}

function tooMany(): ParleyError {
  return new ParleyError(
    'CONFLICT',
    `unable to watch receipts; the conversation has more than ${limits.receiptsWatched} members, ask for those of a message`,
  );
}
