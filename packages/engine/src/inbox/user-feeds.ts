import { Turns } from '@parley/contract';
import { InboxReads } from './inbox-reads.ts';
import { inboxesSince } from './queries.ts';
import { UserFeed, type UserFeedParts } from './user-feed.ts';

/** Inboxes read at a time: after a restart thousands of people come at once, and sends need the database as well. */
const startsAtOnce = 4;

/** The feeds of the people connected to this process, shared by all their devices. */
export class UserFeeds {
  readonly #feeds = new Map<string, UserFeed>();
  readonly #parts: UserFeedParts;

  constructor(parts: Omit<UserFeedParts, 'starts' | 'reads'>) {
    const reads = new InboxReads((people) => inboxesSince(parts.db, people));
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
