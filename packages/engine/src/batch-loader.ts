import { setImmediate } from 'node:timers/promises';
import type { InboxChanges, KnownUpTo } from './queries.ts';

/** Reads what changed for many people, by person; nothing for whom there is no account. */
export type ReadInboxes = (people: readonly KnownUpTo[]) => Promise<ReadonlyMap<string, InboxChanges>>;

interface Asked {
  readonly since: number;
  readonly answer: PromiseWithResolvers<InboxChanges | undefined>;
}

/** Few enough that one statement is soon done. */
const batchPeople = 128;

/**
 * Reads what changed in inboxes, one statement at a time: those who ask while it is under way share the next one. When
 * something concerns thousands of people at once, sends find the database free between two statements, instead of one
 * for each of those people before them.
 */
export class InboxReads {
  readonly #read: ReadInboxes;
  readonly #asked = new Map<string, Asked>();
  #running = false;

  constructor(read: ReadInboxes) {
    this.#read = read;
  }

  /**
   * What changed for a person after `since`, or after an earlier place: whoever left and came back may be asked for still.
   * Undefined for whom there is no account.
   * @throws what reading does
   */
  since({ userId, since }: KnownUpTo): Promise<InboxChanges | undefined> {
    const known = this.#asked.get(userId);
    const answer = known?.answer ?? Promise.withResolvers<InboxChanges | undefined>();
    this.#asked.set(userId, { since: Math.min(since, known?.since ?? since), answer });
    if (!this.#running) void this.#run();
    return answer.promise;
  }

  async #run(): Promise<void> {
    this.#running = true;
    // What is heard in this turn shares the first statement.
    await setImmediate();
    while (this.#asked.size > 0) {
      const batch = [...this.#asked].slice(0, batchPeople);
      for (const [userId] of batch) this.#asked.delete(userId);
      try {
        const found = await this.#read(batch.map(([userId, { since }]) => ({ userId, since })));
        for (const [userId, { answer }] of batch) answer.resolve(found.get(userId));
      } catch (error) {
        for (const [, { answer }] of batch) answer.reject(error);
      }
    }
    this.#running = false;
  }
}
