import type { Database } from '../db/database.ts';
import type { Log } from '../log.ts';
import { retryDelay } from '../retry-delay.ts';
import { indexBatch } from './index-batch.ts';
import { type IndexState, indexStatesAfter, indexStatesOf } from './queries.ts';

/** Changes gather for so long before they are indexed, in milliseconds: a batch costs little more than one message. */
const gatherMs = 200;
/** Conversations looked at in one statement. */
const atOnce = 250;
const sweptAtOnce = 500;
/** Conversations known to lag at most. Others are found by a later sweep. */
const mostKnown = 10_000;
/** How long to rest after a batch, in times of what it took: once for each hundred messages stored in a second, within bounds. */
const rest = { perSends: 100, least: 0.5, most: 20 };
const firstId = '00000000-0000-0000-0000-000000000000';

/**
 * Follows the messages behind those who send, and never in their way: what this process changed is indexed a moment later, in
 * batches that leave most of the time to sends when there are many. A sweep over all conversations, a few at a time, finds
 * what was written by others, before a crash, or before there was an index. Any number of processes do this at once.
 */
export class SearchIndexer {
  readonly #db: Database;
  readonly #log: Log;
  readonly #sweepMs: number;
  /** Conversations just changed here, and others that lag. */
  readonly #fresh = new Set<string>();
  readonly #behind = new Set<string>();
  /** Messages changed here since the last batch began, and when that was. */
  #noted = 0;
  #notedFrom = performance.now();
  #sweptTo = firstId;
  #sweepAt = 0;
  #timer: NodeJS.Timeout | undefined;
  #turn: Promise<void> = Promise.resolve();
  /** Whether there is nothing to do but to wait for the next sweep. */
  #idle = true;
  #failures = 0;
  #closed = false;

  /** @param sweepMs between two sweeps, in milliseconds */
  constructor(db: Database, log: Log, sweepMs: number) {
    this.#db = db;
    this.#log = log;
    this.#sweepMs = sweepMs;
    this.#plan(0);
  }

  /** Says that a message of the conversation was stored, edited or deleted. */
  changed(conversationId: string): void {
    this.#noted += 1;
    if (this.#fresh.size < mostKnown) this.#fresh.add(conversationId);
    if (this.#idle && !this.#closed) {
      this.#idle = false;
      this.#plan(gatherMs);
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    await this.#turn;
  }

  #plan(ms: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#turn = this.#run();
    }, ms);
  }

  async #run(): Promise<void> {
    this.#idle = false;
    let pause: number;
    try {
      pause = await this.#work();
      this.#failures = 0;
    } catch (error) {
      if (this.#failures === 0) this.#log.warn({ err: error }, 'unable to index messages for search');
      pause = retryDelay(this.#failures);
      this.#failures += 1;
    }
    if (this.#closed) return;
    this.#idle = this.#failures === 0 && this.#fresh.size + this.#behind.size === 0;
    this.#plan(this.#idle ? Math.max(0, this.#sweepAt - performance.now()) : pause);
  }

  /** One batch, and one step of a sweep when it is due. @returns how long to rest from it, in milliseconds */
  async #work(): Promise<number> {
    const from = performance.now();
    const perSecond = (this.#noted / Math.max(1, from - this.#notedFrom)) * 1_000;
    this.#noted = 0;
    this.#notedFrom = from;
    await this.#index();
    const took = performance.now() - from;
    if (this.#behind.size < sweptAtOnce && from >= this.#sweepAt) await this.#sweep();
    const times = Math.min(rest.most, Math.max(rest.least, perSecond / rest.perSends));
    return Math.max(took * times, this.#behind.size > 0 ? 0 : gatherMs);
  }

  /** What was changed here comes first, and what lags has the rest of the batch. */
  async #index(): Promise<void> {
    const ids = [...this.#fresh, ...this.#behind].slice(0, atOnce);
    if (ids.length === 0) return;
    for (const id of ids) {
      this.#fresh.delete(id);
      this.#behind.delete(id);
    }
    try {
      const states = new Map((await indexStatesOf(this.#db, ids)).map((state) => [state.id, state]));
      const lagging = ids.flatMap((id) => states.get(id) ?? []).filter(lags);
      if (lagging.length === 0) return;
      for (const id of await indexBatch(this.#db, lagging)) this.#behind.add(id);
    } catch (error) {
      for (const id of ids) this.#behind.add(id);
      throw error;
    }
  }

  async #sweep(): Promise<void> {
    const from = performance.now();
    const states = await indexStatesAfter(this.#db, this.#sweptTo, sweptAtOnce);
    for (const state of states) if (lags(state)) this.#behind.add(state.id);
    const isLast = states.length < sweptAtOnce;
    this.#sweptTo = (isLast ? undefined : states.at(-1)?.id) ?? firstId;
    const now = performance.now();
    this.#sweepAt = now + (isLast ? this.#sweepMs : (now - from) * rest.most);
  }
}

function lags({ last_seq: lastSeq, indexed_seq: indexedSeq }: IndexState): boolean {
  return lastSeq > indexedSeq;
}
