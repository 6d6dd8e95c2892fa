import type { Bus } from '../bus/bus.ts';
import type { Database } from '../db/database.ts';
import type { ConversationFeeds } from '../feeds/conversation-feeds.ts';
import type { Log } from '../log.ts';
import { UserFeed } from './user-feed.ts';

/** The feeds of the people connected to this process, shared by all their devices. */
export class UserFeeds {
  readonly #feeds = new Map<string, UserFeed>();
  readonly #parts: { db: Database; bus: Bus; log: Log; conversations: ConversationFeeds };

  constructor(parts: { db: Database; bus: Bus; log: Log; conversations: ConversationFeeds }) {
    this.#parts = parts;
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
