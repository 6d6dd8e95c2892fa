import type { MessageRef, SavedMessage } from '@parley/contract';
import type { Session } from '../auth/session.ts';
import type { Connection } from '../connection/connection.ts';
import type { Store } from '../store.ts';
import type { Sync } from '../sync/sync.ts';
import { SavedMessageList } from './saved-list.ts';

/** Messages that one keeps for oneself. Every call throws UNAUTHENTICATED and UNAVAILABLE. */
export class Saved {
  /** What one has saved, live while somebody is subscribed: also what another device does. */
  readonly list: SavedMessageList;
  readonly #connection: Connection;

  constructor(connection: Connection, sync: Sync, session: Store<Session | null>) {
    this.#connection = connection;
    this.list = new SavedMessageList(connection, sync, session);
  }

  /** @throws NOT_MEMBER, NOT_FOUND; FORBIDDEN for system entries; CONFLICT for a deleted message, and for one too many */
  async add(input: MessageRef): Promise<SavedMessage> {
    const saved = await this.#connection.call((trpc, options) => trpc.saved.add.mutate(input, options), {
      repeatable: true,
    });
    this.list.refresh();
    return saved;
  }

  /** Forgets it; does nothing for what is not saved. */
  async remove(input: MessageRef): Promise<void> {
    await this.#connection.call((trpc, options) => trpc.saved.remove.mutate(input, options), {
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
