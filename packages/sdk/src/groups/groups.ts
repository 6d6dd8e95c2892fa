import type {
  Conversation,
  ConversationRef,
  GroupSearch,
  PublicGroup,
  PublicGroupPage,
} from '@parley/contract';
import type { Connection } from '../connection/connection.ts';
import type { Paged } from '../paged.ts';
import type { Sync } from '../sync/sync.ts';

/** A search as a caller gives it: 20 at a time unless told. */
export type GroupSearchInput = Paged<GroupSearch>;

/** Groups that anybody may find and join. Every call throws UNAUTHENTICATED and UNAVAILABLE. */
export class Groups {
  readonly #connection: Connection;
  readonly #sync: Sync;

  constructor(connection: Connection, sync: Sync) {
    this.#connection = connection;
    this.#sync = sync;
  }

  /**
   * Public groups by the words of their titles and descriptions, those with the most members first.
   * @throws INVALID_INPUT
   */
  search(input: GroupSearchInput): Promise<PublicGroupPage> {
    return this.#connection.call((trpc, options) => trpc.groups.search.query(input, options), {
      repeatable: true,
    });
  }

  /** @throws NOT_FOUND when there is no such public group */
  get(input: ConversationRef): Promise<PublicGroup> {
    return this.#connection.call((trpc, options) => trpc.groups.get.query(input, options), {
      repeatable: true,
    });
  }

  /**
   * Joins a public group; from then on it is in the list.
   * @throws NOT_FOUND; FORBIDDEN when somebody has removed one from it; CONFLICT when it is full
   */
  async join(input: ConversationRef): Promise<Conversation> {
    const conversation = await this.#connection.call(
      (trpc, options) => trpc.groups.join.mutate(input, options),
      { repeatable: true },
    );
    this.#sync.step({ type: 'made', conversation });
    return conversation;
  }
}
