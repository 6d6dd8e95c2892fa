import type { Found, FoundMessagePage, MessageSearch, SearchAll } from '@parley/contract';
import type { Connection } from '../connection/connection.ts';
import type { Paged } from '../paged.ts';

/** A search of messages as a caller gives it: by relevance, and 20 at a time, unless told. */
export type MessageSearchInput = Omit<MessageSearch, 'limit' | 'sort'> &
  Partial<Pick<MessageSearch, 'limit' | 'sort'>>;

/** A search of everything as a caller gives it: 5 of each kind unless told. */
export type SearchAllInput = Paged<SearchAll>;

/** Finding things by words. Every call throws UNAUTHENTICATED, UNAVAILABLE and INVALID_INPUT. */
export class Search {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /**
   * Messages of one's conversations with all of the words, "phrases in quotes" and none of the -words; a last word without
   * a space behind it may go on. Pass `nextCursor` as `cursor` for more; a page may have fewer than `limit`.
   */
  messages(input: MessageSearchInput): Promise<FoundMessagePage> {
    return this.#connection.call((trpc, options) => trpc.search.messages.query(input, options), {
      repeatable: true,
    });
  }

  /** The first few people, conversations and messages, for one search box. */
  all(input: SearchAllInput): Promise<Found> {
    return this.#connection.call((trpc, options) => trpc.search.all.query(input, options), {
      repeatable: true,
    });
  }
}
