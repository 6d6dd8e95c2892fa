import { setImmediate } from 'node:timers/promises';
import { ParleyError } from '@parley/contract';
import { asServiceError } from './db/errors.ts';

export interface BatchLoaderOptions<A, B> {
  /** Answers what is asked by one statement, in the same order. */
  readonly read: (asked: readonly A[]) => Promise<readonly B[]>;
  /** Few enough that one statement is soon done. One is always read, however large. */
  readonly most: number;
  /** How much of `most` something takes; one when left out. */
  readonly sizeOf?: (asked: A) => number;
}

interface Waiting<A, B> {
  readonly asked: A;
  readonly answer: PromiseWithResolvers<B>;
}

/**
 * Reads what many ask for, one statement at a time: those who ask while it is under way share the next one. When something
 * concerns thousands of people at once, sends find the database free between two statements, instead of one for each of
 * those people before them; and many are read for a part of what it costs to read them one by one.
 */
export class BatchLoader<A, B> {
  readonly #options: BatchLoaderOptions<A, B>;
  #waiting: Waiting<A, B>[] = [];
  #running = false;

  constructor(options: BatchLoaderOptions<A, B>) {
    this.#options = options;
  }

  /** @throws what reading does, for all who share the statement, and for all who wait where the database cannot be reached */
  load(asked: A): Promise<B> {
    const answer = Promise.withResolvers<B>();
    this.#waiting.push({ asked, answer });
    if (!this.#running) void this.#run();
    return answer.promise;
  }

  async #run(): Promise<void> {
    this.#running = true;
    // What is asked for in this turn shares the first statement.
    await setImmediate();
    while (this.#waiting.length > 0) {
      const batch = this.#take();
      try {
        const found = await this.#options.read(batch.map(({ asked }) => asked));
        if (found.length !== batch.length)
          throw new Error('what was read does not answer what was asked for');
        for (const [index, one] of found.entries()) batch[index]?.answer.resolve(one);
      } catch (error) {
        for (const { answer } of [...batch, ...this.#alike(error)]) answer.reject(error);
      }
    }
    this.#running = false;
  }

  /** Those to whom the same would happen, one statement after another, each as long as it takes to give up on a silent database. */
  #alike(error: unknown): readonly Waiting<A, B>[] {
    const fault = asServiceError(error);
    if (!(fault instanceof ParleyError && fault.code === 'UNAVAILABLE')) return [];
    const waiting = this.#waiting;
    this.#waiting = [];
    return waiting;
  }

  #take(): readonly Waiting<A, B>[] {
    const { most, sizeOf = () => 1 } = this.#options;
    let size = 0;
    const beyond = this.#waiting.findIndex(({ asked }, index) => {
      size += sizeOf(asked);
      return index > 0 && size > most;
    });
    const batch = beyond === -1 ? this.#waiting : this.#waiting.slice(0, beyond);
    this.#waiting = this.#waiting.slice(batch.length);
    return batch;
  }
}
