import { ParleyError } from '@parley/contract';
import { asServiceError, isRowFault, isTransient } from '../db/errors.ts';
import type { OutgoingMessage, SendOutcome } from './queries.ts';

/** Stores one batch; `skipLocked` leaves out, as `busy`, what somebody else holds. */
export type SendBatch = (batch: readonly OutgoingMessage[], skipLocked: boolean) => Promise<SendOutcome[]>;

/** What became of a message in the end. */
export type Sent = Exclude<SendOutcome, { outcome: 'busy' }>;

interface Waiting {
  readonly message: OutgoingMessage;
  readonly deadline: number;
  resolve(sent: Sent): void;
  reject(error: unknown): void;
}

interface Lane {
  readonly skipLocked: boolean;
  waiting: Waiting[];
  running: boolean;
}

/** How long a message may wait to be stored before its caller is told UNAVAILABLE, in milliseconds. */
const patience = 10_000;
const deadlocksBorne = 4;
/** Characters of content in one statement at most, unless a single message has more. */
const batchCharacters = 2_000_000;

/**
 * Groups sends: while one batch is being committed the next one collects, in order of arrival. One lane serves all
 * conversations and skips the rows somebody else holds; those conversations get a lane of their own, which waits, until
 * it runs empty. So one locked room delays nobody else, and within a room order stays that of arrival.
 */
export class SendQueue {
  readonly #send: SendBatch;
  readonly #batchSize: number;
  readonly #main: Lane = { skipLocked: true, waiting: [], running: false };
  readonly #held = new Map<string, Lane>();
  readonly #running = new Set<Promise<void>>();

  /** @param batchSize messages per statement at most */
  constructor(send: SendBatch, batchSize = 1024) {
    this.#send = send;
    this.#batchSize = batchSize;
  }

  /**
   * Stores a message.
   * @throws UNAVAILABLE when the database is away or too slow; whether it was stored is then unknown
   */
  send(message: OutgoingMessage): Promise<Sent> {
    return new Promise((resolve, reject) => {
      const waiting = { message, deadline: Date.now() + patience, resolve, reject };
      this.#enter(this.#held.get(message.conversationId) ?? this.#main, [waiting]);
    });
  }

  /** Resolves when nothing is under way any more. */
  async idle(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running);
  }

  #enter(lane: Lane, arrivals: readonly Waiting[]): void {
    lane.waiting.push(...arrivals);
    if (lane.running) return;
    lane.running = true;
    const run = this.#run(lane).finally(() => this.#running.delete(run));
    this.#running.add(run);
  }

  async #run(lane: Lane): Promise<void> {
    // What arrives in the same tick shares the first batch.
    await Promise.resolve();
    while (lane.waiting.length > 0) {
      const batch = this.#take(lane);
      const now = Date.now();
      const late = batch.filter(({ deadline }) => deadline <= now);
      for (const waiting of late) waiting.reject(tooSlow());
      const busy = await this.#store(
        lane,
        batch.filter(({ deadline }) => deadline > now),
      );
      this.#setAside(lane, busy);
    }
    lane.running = false;
    for (const [conversationId, held] of this.#held) if (held === lane) this.#held.delete(conversationId);
  }

  #take(lane: Lane): Waiting[] {
    let characters = 0;
    let count = 0;
    for (const { message } of lane.waiting) {
      characters += message.content.length;
      if (count === this.#batchSize || (count > 0 && characters > batchCharacters)) break;
      count += 1;
    }
    return lane.waiting.splice(0, count);
  }

  /** @returns what is busy */
  async #store(lane: Lane, batch: readonly Waiting[], deadlocks = 0): Promise<readonly Waiting[]> {
    if (batch.length === 0) return [];
    let outcomes: SendOutcome[];
    try {
      outcomes = await this.#send(
        batch.map(({ message }) => message),
        lane.skipLocked,
      );
    } catch (error) {
      if (isTransient(error) && deadlocks < deadlocksBorne) return this.#store(lane, batch, deadlocks + 1);
      if (isRowFault(error) && batch.length > 1) return this.#split(lane, batch);
      for (const waiting of batch) waiting.reject(asServiceError(error));
      return [];
    }
    const busy: Waiting[] = [];
    for (const outcome of outcomes) {
      const waiting = batch[outcome.index];
      if (waiting === undefined) continue;
      if (outcome.outcome === 'busy') busy.push(waiting);
      else waiting.resolve(outcome);
    }
    return busy;
  }

  /** Halves a batch that failed for one row's sake, until that row fails alone. */
  async #split(lane: Lane, batch: readonly Waiting[]): Promise<readonly Waiting[]> {
    const middle = Math.ceil(batch.length / 2);
    const busy = await this.#store(lane, batch.slice(0, middle));
    // What follows a busy one in its conversation must not overtake it.
    const held = new Set(busy.map(({ message }) => message.conversationId));
    const isBehind = ({ message }: Waiting) => held.has(message.conversationId);
    const rest = batch.slice(middle);
    const more = await this.#store(
      lane,
      rest.filter((waiting) => !isBehind(waiting)),
    );
    return [...busy, ...rest.filter(isBehind), ...more];
  }

  /** Gives each held conversation a lane of its own, with all that waits for it, in order. */
  #setAside(lane: Lane, busy: readonly Waiting[]): void {
    if (busy.length === 0) return;
    if (!lane.skipLocked) {
      lane.waiting.unshift(...busy);
      return;
    }
    const ids = new Set(busy.map(({ message }) => message.conversationId));
    const behind = lane.waiting.filter(({ message }) => ids.has(message.conversationId));
    if (behind.length > 0) {
      lane.waiting = lane.waiting.filter(({ message }) => !ids.has(message.conversationId));
    }
    for (const id of ids) {
      const own: Lane = { skipLocked: false, waiting: [], running: false };
      this.#held.set(id, own);
      this.#enter(
        own,
        [...busy, ...behind].filter(({ message }) => message.conversationId === id),
      );
    }
  }
}

function tooSlow(): ParleyError {
  return new ParleyError('UNAVAILABLE', 'unable to send the message; the database did not take it in time');
}
