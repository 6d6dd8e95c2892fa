import type { MentionList, MentionPage } from '@parley/contract';
import type { BlockList } from '../blocks/block-list.ts';
import type { Connection } from '../connection/connection.ts';
import type { Paged } from '../paged.ts';
import type { Sync } from '../sync/sync.ts';
import { UnreadMentionNumbers } from './unread-mention-numbers.ts';

/** A page of mentions: 50 unless told. */
export type MentionListPage = Paged<MentionList>;

/** What mentions oneself, without what people wrote whom one has blocked. Every call throws UNAUTHENTICATED and UNAVAILABLE. */
export class Mentions {
  /** How many unread messages mention oneself, in all and in each conversation, live while somebody is subscribed. */
  readonly unread: UnreadMentionNumbers;
  readonly #connection: Connection;

  constructor(connection: Connection, sync: Sync, blocks: BlockList) {
    this.#connection = connection;
    this.unread = new UnreadMentionNumbers(sync, blocks);
  }

  /** Messages that mention oneself, the latest first. Pass `nextCursor` as `cursor` for more. @throws INVALID_INPUT */
  list(input: MentionListPage = {}): Promise<MentionPage> {
    return this.#connection.call((trpc, options) => trpc.mentions.list.query(input, options), {
      repeatable: true,
    });
  }
}
