import type { Message, MessageRef, MessageView, PinList } from '@parley/contract';
import type { Connection } from '../connection/connection.ts';
import type { Sync } from '../sync/sync.ts';

/** Pinned messages. In a message list each has `pinned`. Every call throws NOT_MEMBER, UNAUTHENTICATED and UNAVAILABLE. */
export class Pins {
  readonly #connection: Connection;
  readonly #sync: Sync;

  constructor(connection: Connection, sync: Sync) {
    this.#connection = connection;
    this.#sync = sync;
  }

  /** @throws NOT_FOUND; FORBIDDEN to whoever may not; CONFLICT for a deleted message, and for a pin too many */
  async add(input: MessageRef): Promise<Message> {
    const message = await this.#connection.call((trpc, options) => trpc.pins.add.mutate(input, options), {
      repeatable: true,
    });
    this.#sync.takeRow(message);
    return message;
  }

  /** @throws NOT_FOUND; FORBIDDEN to whoever may not */
  async remove(input: MessageRef): Promise<Message> {
    const message = await this.#connection.call((trpc, options) => trpc.pins.remove.mutate(input, options), {
      repeatable: true,
    });
    this.#sync.takeRow(message);
    return message;
  }

  /** Those of a conversation, the one pinned last first. */
  async list(input: PinList): Promise<readonly MessageView[]> {
    const { messages } = await this.#connection.call(
      (trpc, options) => trpc.pins.list.query(input, options),
      { repeatable: true },
    );
    return messages;
  }
}
