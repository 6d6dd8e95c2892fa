import type { Bus } from '../bus/bus.ts';
import type { Database } from '../db/database.ts';
import type { UserFeeds } from '../inbox/user-feeds.ts';
import { differingInboxes } from '../inbox/queries.ts';
import type { Log } from '../log.ts';
import type { Meter } from '../meter.ts';
import type { ConversationFeeds } from './conversation-feeds.ts';
import { differingHeads } from './queries.ts';

/** Heads compared in one statement. */
const pageSize = 5_000;
/** Between two checks while the bus is down, in milliseconds. */
const withoutBusMs = 1_000;

/**
 * Compares the heads of all feeds with the database's, now and then, whenever the bus is connected again, and every
 * second while it is not: this is what repairs a lost publish.
 */
export class HeadChecks {
  readonly #db: Database;
  readonly #bus: Bus;
  readonly #log: Log;
  readonly #meter: Meter;
  readonly #conversations: ConversationFeeds;
  readonly #users: UserFeeds;
  readonly #everyMs: number;
  readonly #stopListening: () => void;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | null = null;
  #last = Date.now();
  #closed = false;

  constructor(
    parts: {
      db: Database;
      bus: Bus;
      log: Log;
      meter: Meter;
      conversations: ConversationFeeds;
      users: UserFeeds;
    },
    everyMs: number,
  ) {
    this.#db = parts.db;
    this.#bus = parts.bus;
    this.#log = parts.log;
    this.#meter = parts.meter;
    this.#conversations = parts.conversations;
    this.#users = parts.users;
    this.#everyMs = everyMs;
    this.#stopListening = this.#bus.onReconnect(() => void this.run());
    this.#schedule();
  }

  /** Checks everything once; a check under way is waited for, and followed by another. */
  async run(): Promise<void> {
    await this.#running;
    if (this.#closed) return;
    this.#running ??= this.#check().finally(() => (this.#running = null));
    await this.#running;
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#stopListening();
    await this.#running;
  }

  #schedule(): void {
    const tick = Math.min(withoutBusMs, this.#everyMs);
    this.#timer = setTimeout(() => {
      const due = !this.#bus.connected || Date.now() - this.#last >= this.#everyMs;
      void (due ? this.run() : Promise.resolve()).finally(() => {
        if (!this.#closed) this.#schedule();
      });
    }, tick);
  }

  async #check(): Promise<void> {
    this.#last = Date.now();
    try {
      await this.#checkConversations();
      await this.#checkUsers();
    } catch (error) {
      this.#log.warn({ err: error }, 'unable to check heads');
    }
  }

  async #checkConversations(): Promise<void> {
    for (const [epoch, feeds] of Map.groupBy(this.#conversations.started(), (feed) => feed.epoch)) {
      for (const page of pagesOf(feeds)) {
        const heads = page.map((feed) => ({ id: feed.conversationId, head: feed.head }));
        for (const found of await differingHeads(this.#db, epoch, heads)) {
          const feed = this.#conversations.find(found.id);
          // A busy feed has moved on while it was compared.
          if (feed === null || (feed.epoch === found.epoch && feed.head >= found.last_seq)) continue;
          this.#meter.headRepair('conversation');
          this.#log.debug(
            { conversationId: found.id, lastSeq: found.last_seq },
            'feed is behind the database',
          );
          feed.onDiffers(found.last_seq);
        }
      }
    }
  }

  async #checkUsers(): Promise<void> {
    for (const [epoch, feeds] of Map.groupBy(this.#users.started(), (feed) => feed.epoch)) {
      for (const page of pagesOf(feeds)) {
        const known = page.map((feed) => ({ id: feed.userId, inboxSeq: feed.inboxSeq }));
        for (const { id } of await differingInboxes(this.#db, epoch, known)) {
          this.#meter.headRepair('inbox');
          this.#users.find(id)?.onDiffers();
        }
      }
    }
  }
}

function* pagesOf<T>(items: readonly T[]): Generator<readonly T[]> {
  for (let from = 0; from < items.length; from += pageSize) yield items.slice(from, from + pageSize);
}
