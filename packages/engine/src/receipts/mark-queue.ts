import { setImmediate, setTimeout } from 'node:timers/promises';
import { ParleyError, Turns } from '@parley/contract';
import { asServiceError, isTransient } from '../db/errors.ts';
import type { SendLanes } from '../messages/send-queue.ts';
import type { Mark, MarkRow } from './queries.ts';

/** Stores one batch, of which each member has one mark; `skipLocked` leaves out, as `busy`, what somebody else holds. */
export type StoreMarks = (marks: readonly Mark[], skipLocked: boolean) => Promise<readonly MarkRow[]>;

/** What became of a mark in the end. */
export type Marked = MarkRow & { readonly outcome: Exclude<MarkRow['outcome'], 'busy'> };

interface Waiting {
  mark: Mark;
  readonly deadline: number;
  busy: number;
  readonly callers: {
    readonly resolve: (marked: Marked) => void;
    readonly reject: (error: unknown) => void;
  }[];
}

/** Enough that what a statement costs by itself is shared by many, and few enough that whoever sends waits for it not long. */
const batchMarks = 256;
/** For how long to collect after a batch, in milliseconds: for each mark in it, at most. The more come, the larger batches get. */
const pause = { perMarkMs: 1, mostMs: 100, busyMs: 10 };
/** How often what is held by others is passed over before it is waited for. */
const busyBorne = 5;
const deadlocksBorne = 4;
/** How long a mark may wait to be stored before its caller is told UNAVAILABLE, in milliseconds. */
const patienceMs = 10_000;

/**
 * Groups marks of many people, as `SendQueue` groups sends: while one batch is being committed the next one collects, and
 * after a large one for a while longer. Marks of one member are one, of the farthest. What somebody else holds is tried again with the
 * next batch, and in the end waited for by itself, so that it delays nobody else.
 */
export class MarkQueue {
  readonly #store: StoreMarks;
  readonly #lanes: SendLanes;
  readonly #turns: Turns;
  readonly #waiting = new Map<string, Waiting>();
  readonly #running = new Set<Promise<void>>();
  #awake = false;

  /** @param lanes with a lane per conversation no statement mixes conversations, and so many are under way at most */
  constructor(store: StoreMarks, { lanes, atOnce }: { readonly lanes: SendLanes; readonly atOnce: number }) {
    this.#store = store;
    this.#lanes = lanes;
    this.#turns = new Turns(atOnce);
  }

  /**
   * Marks how far somebody has got or read a conversation.
   * @throws UNAVAILABLE when the database is away or too slow
   */
  mark(mark: Mark): Promise<Marked> {
    return new Promise((resolve, reject) => {
      const deadline = Date.now() + patienceMs;
      this.#enter({ mark, deadline, busy: 0, callers: [{ resolve, reject }] });
    });
  }

  /** Resolves when nothing is under way any more. */
  async idle(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running);
  }

  #enter(arrived: Waiting): void {
    const key = keyOf(arrived.mark);
    const known = this.#waiting.get(key);
    if (known === undefined) this.#waiting.set(key, arrived);
    else {
      known.mark = farthest(known.mark, arrived.mark);
      // Whoever marks all the time must not put off for ever that it is waited for.
      known.busy = Math.max(known.busy, arrived.busy);
      known.callers.push(...arrived.callers);
    }
    if (this.#awake) return;
    this.#awake = true;
    this.#start(() => this.#run());
  }

  #start(work: () => Promise<void>): void {
    const run = work().finally(() => this.#running.delete(run));
    this.#running.add(run);
  }

  /** What arrives in this turn, on any socket, shares the first batch. */
  async #run(): Promise<void> {
    await setImmediate();
    while (this.#waiting.size > 0) {
      const batch = this.#take();
      const busy = await this.#storeAll(batch);
      for (const waiting of busy) this.#again(waiting);
      const collectMs = Math.min(batch.length * pause.perMarkMs, pause.mostMs);
      await setTimeout(Math.max(collectMs, busy.length > 0 ? pause.busyMs : 0));
    }
    this.#awake = false;
  }

  #take(): Waiting[] {
    const batch: Waiting[] = [];
    const now = Date.now();
    for (const [key, waiting] of this.#waiting) {
      if (batch.length === batchMarks) break;
      this.#waiting.delete(key);
      if (waiting.deadline > now) batch.push(waiting);
      else refuse(waiting, tooSlow());
    }
    return batch;
  }

  async #storeAll(batch: readonly Waiting[]): Promise<readonly Waiting[]> {
    if (this.#lanes === 'shared') return this.#storeBatch(batch, true);
    const byConversation = Map.groupBy(batch, ({ mark }) => mark.conversationId);
    const busy = [...byConversation.values()].map((part) =>
      this.#turns.take(() => this.#storeBatch(part, true)),
    );
    return (await Promise.all(busy)).flat();
  }

  /** What has been busy for long is waited for, one at a time and beside the others. */
  #again(waiting: Waiting): void {
    waiting.busy += 1;
    if (waiting.busy < busyBorne) this.#enter(waiting);
    else this.#start(() => this.#waitFor(waiting));
  }

  async #waitFor(waiting: Waiting): Promise<void> {
    const busy = await this.#turns.take(() => this.#storeBatch([waiting], false));
    for (const each of busy) this.#enter(each);
  }

  /** @returns what is busy */
  async #storeBatch(
    batch: readonly Waiting[],
    skipLocked: boolean,
    deadlocks = 0,
  ): Promise<readonly Waiting[]> {
    if (batch.length === 0) return [];
    let rows: readonly MarkRow[];
    try {
      rows = await this.#store(
        batch.map(({ mark }) => mark),
        skipLocked,
      );
    } catch (error) {
      if (isTransient(error) && deadlocks < deadlocksBorne)
        return this.#storeBatch(batch, skipLocked, deadlocks + 1);
      for (const waiting of batch) refuse(waiting, asServiceError(error));
      return [];
    }
    const byKey = new Map(
      rows.map((row) => [keyOf({ conversationId: row.conversation_id, userId: row.user_id }), row]),
    );
    return batch.filter((waiting) => {
      const row = byKey.get(keyOf(waiting.mark));
      if (row === undefined) throw new Error('the database did not answer for a mark');
      if (!isDecided(row)) return true;
      for (const { resolve } of waiting.callers) resolve(row);
      return false;
    });
  }
}

function keyOf({ conversationId, userId }: Pick<Mark, 'conversationId' | 'userId'>): string {
  return `${conversationId} ${userId}`;
}

function farthest(a: Mark, b: Mark): Mark {
  return { ...a, delivered: Math.max(a.delivered, b.delivered), read: Math.max(a.read, b.read) };
}

function isDecided(row: MarkRow): row is Marked {
  return row.outcome !== 'busy';
}

function refuse({ callers }: Waiting, error: unknown): void {
  for (const { reject } of callers) reject(error);
}

function tooSlow(): ParleyError {
  return new ParleyError('UNAVAILABLE', 'unable to mark it; the database did not take it in time');
}
