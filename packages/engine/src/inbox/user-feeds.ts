import { Turns } from '@parley/contract';
import { BatchLoader } from '../batch-loader.ts';
import { type Held, inboxesOf, inboxesSince, type KnownUpTo, readInboxes } from './queries.ts';
import { UserFeed, type UserFeedParts } from './user-feed.ts';

/** Inboxes opened at a time: after a restart thousands of people come at once. As many are read by one statement, at most. */
const startsAtOnce = 64;
/** People whose changes are read by one statement. */
const changedAtOnce = 128;
/** Conversations that are read by one statement, for whomever: what comes of it holds up this process for some milliseconds. */
const heldAtOnce = 512;

/** The feeds of the people connected to this process, shared by all their devices. */
export class UserFeeds {
  readonly #feeds = new Map<string, UserFeed>();
  readonly #parts: UserFeedParts;

  constructor(parts: Omit<UserFeedParts, 'starts' | 'reads'>) {
    const { db } = parts;
    const reads = {
      start: new BatchLoader({
        read: (ids: readonly string[]) => readInboxes(db, ids),
        most: startsAtOnce,
      }),
      since: new BatchLoader({
        read: (people: readonly KnownUpTo[]) => inboxesSince(db, people),
        most: changedAtOnce,
      }),
      held: new BatchLoader({
        read: (asked: readonly Held[]) => inboxesOf(db, asked),
        most: heldAtOnce,
        sizeOf: ({ conversationIds }) => conversationIds.length,
      }),
    };
    this.#parts = { ...parts, starts: new Turns(startsAtOnce), reads };
  }

  get size(): number {
    return this.#feeds.size;
  }

  started(): UserFeed[] {
    return [...this.#feeds.values()].filter((feed) => feed.live);
  }

  find(userId: string): UserFeed | null {
    return this.#feeds.get(userId) ?? null;
  }

  /** The feed of a person, which closes when its last stream leaves. */
  open(userId: string): UserFeed {
    const known = this.#feeds.get(userId);
    if (known !== undefined) return known;
    const feed = new UserFeed(userId, this.#parts, () => this.#feeds.delete(userId));
    this.#feeds.set(userId, feed);
    return feed;
  }

  close(): void {
    for (const feed of this.#feeds.values()) feed.close();
  }
}
