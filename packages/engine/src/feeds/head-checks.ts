import type { Bus } from '../bus/bus.ts';
import type { Database } from '../db/database.ts';
import type { UserFeed } from '../inbox/user-feed.ts';
import type { UserFeeds } from '../inbox/user-feeds.ts';
import { differingInboxes } from '../inbox/queries.ts';
import type { Log } from '../log.ts';
import type { Meter } from '../meter.ts';
import type { ConversationFeed } from './conversation-feed.ts';
import type { ConversationFeeds } from './conversation-feeds.ts';
import { differingHeads } from './queries.ts';
import { Rotation } from './rotation.ts';

/** Heads compared in one statement. */
const pageSize = 5_000;
/** Between two checks while the bus is down, in milliseconds. */
const withoutBusMs = 1_000;
/** Between two looks at whether a check is due, in milliseconds: so soon it is noticed that the bus is down. */
const tickMs = 250;

/**
 * Compares the heads of all feeds with the database's, now and then and whenever the bus is connected again: this is
 * what repairs a lost publish. While the bus is not connected it is what events travel by: every second those are
 * compared that are lively, and of the others as many as one statement takes, in turn.
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
  readonly #quiet = new Rotation();
  readonly #people = new Rotation();
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | null = null;
  /** When the latest check began, and the latest one of everything. */
  #last = Date.now();
  #lastWhole = Date.now();
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
    await this.#begin(true);
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#stopListening();
    await this.#running;
  }

  #schedule(): void {
    this.#timer = setTimeout(
      () => {
        void this.#tick().finally(() => {
          if (!this.#closed) this.#schedule();
        });
      },
      Math.min(tickMs, this.#everyMs),
    );
  }

  async #tick(): Promise<void> {
    const now = Date.now();
    if (now - this.#lastWhole >= this.#everyMs) await this.#begin(true);
    else if (!this.#bus.connected && now - this.#last >= withoutBusMs) await this.#begin(false);
  }

  async #begin(whole: boolean): Promise<void> {
    this.#running ??= this.#check(whole).finally(() => (this.#running = null));
    await this.#running;
  }

  async #check(whole: boolean): Promise<void> {
    this.#last = Date.now();
    if (whole) this.#lastWhole = this.#last;
    const conversations = this.#conversations.started();
    const people = this.#users.started();
    try {
      await this.#checkConversations(whole ? conversations : this.#urgent(conversations));
      await this.#checkUsers(whole ? people : this.#people.take(people, pageSize));
    } catch (error) {
      this.#log.warn({ err: error }, 'unable to check heads');
    }
  }

  #urgent(feeds: readonly ConversationFeed[]): readonly ConversationFeed[] {
    if (feeds.length <= pageSize) return feeds;
    const { lively = [], quiet = [] } = Object.groupBy(feeds, (feed) => (feed.lively ? 'lively' : 'quiet'));
    return [...lively, ...this.#quiet.take(quiet, pageSize)];
  }

  async #checkConversations(checked: readonly ConversationFeed[]): Promise<void> {
    for (const [epoch, feeds] of Map.groupBy(checked, (feed) => feed.epoch)) {
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

  async #checkUsers(checked: readonly UserFeed[]): Promise<void> {
    for (const [epoch, feeds] of Map.groupBy(checked, (feed) => feed.epoch)) {
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
