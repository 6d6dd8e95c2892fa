import type { Message, ReactionList, ReactionPage, ReactionRef } from '@parley/contract';
import type { Connection } from '../connection/connection.ts';
import type { Paged } from '../paged.ts';
import type { Sync } from '../sync/sync.ts';

/** A page of who reacted: 50 unless told. */
export type ReactionListInput = Paged<ReactionList>;

/**
 * Reactions. In a message list each message has them with `own`. Every call throws NOT_MEMBER, NOT_FOUND, UNAUTHENTICATED and
 * UNAVAILABLE.
 */
export class Reactions {
  readonly #connection: Connection;
  readonly #sync: Sync;

  constructor(connection: Connection, sync: Sync) {
    this.#connection = connection;
    this.#sync = sync;
  }

  /**
   * Reacts to a message; doing it again changes nothing.
   * @throws INVALID_INPUT for what is not one emoji; FORBIDDEN; CONFLICT for a deleted message, and for an emoji too many
   */
  async add(input: ReactionRef): Promise<Message> {
    const message = await this.#connection.call(
      (trpc, options) => trpc.reactions.add.mutate(input, options),
      { repeatable: true },
    );
    this.#sync.takeRow(message);
    return message;
  }

  /**
   * Takes one's own reaction back; does nothing where there is none.
   * @throws as `add`
   */
  async remove(input: ReactionRef): Promise<Message> {
    const message = await this.#connection.call(
      (trpc, options) => trpc.reactions.remove.mutate(input, options),
      { repeatable: true },
    );
    this.#sync.takeRow(message);
    return message;
  }

  /** Who reacted, emoji by emoji. Pass `nextCursor` as `cursor` for more. */
  list(input: ReactionListInput): Promise<ReactionPage> {
    return this.#connection.call((trpc, options) => trpc.reactions.list.query(input, options), {
      repeatable: true,
    });
  }
}
