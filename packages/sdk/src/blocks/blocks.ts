import type { BlockRef } from '@parley/contract';
import type { Session } from '../auth/session.ts';
import type { Connection } from '../connection/connection.ts';
import type { Store } from '../store.ts';
import type { Sync } from '../sync/sync.ts';
import { BlockList } from './block-list.ts';

/**
 * Blocking people, who are not told. In groups their messages still come, for a frontend to fold: `isBlocked` says which.
 * Every call throws UNAUTHENTICATED and UNAVAILABLE.
 */
export class Blocks {
  /** Whom one has blocked, live while somebody is subscribed: also what another device does. */
  readonly list: BlockList;
  readonly #connection: Connection;

  constructor(connection: Connection, sync: Sync, session: Store<Session | null>) {
    this.#connection = connection;
    this.list = new BlockList(connection, sync, session);
  }

  /** Whether one has blocked somebody, as far as `list` knows: it has to be live. */
  isBlocked(userId: string): boolean {
    return this.list.getSnapshot().userIds.has(userId);
  }

  /** @throws NOT_FOUND when there is no such account; INVALID_INPUT for oneself */
  async add(input: BlockRef): Promise<void> {
    await this.#connection.call((trpc, options) => trpc.blocks.add.mutate(input, options), {
      repeatable: true,
    });
    this.list.refresh();
  }

  async remove(input: BlockRef): Promise<void> {
    await this.#connection.call((trpc, options) => trpc.blocks.remove.mutate(input, options), {
      repeatable: true,
    });
    this.list.refresh();
  }

  /** Forgets everything of the person who was signed in. */
  clear(): void {
    this.list.clear();
  }

  close(): void {
    this.list.close();
  }
}
