import type { SettingsSet, StoredSettings } from '@parley/contract';
import type { Connection } from '../connection/connection.ts';
import type { Sync } from '../sync/sync.ts';

/**
 * What one sets for a conversation, for oneself alone. It stands in the conversation as `settings`, absent while all of it is as
 * at first. Every call throws NOT_MEMBER, UNAUTHENTICATED and UNAVAILABLE.
 */
export class Settings {
  readonly #connection: Connection;
  readonly #sync: Sync;

  constructor(connection: Connection, sync: Sync) {
    this.#connection = connection;
    this.#sync = sync;
  }

  /**
   * Mutes, archives, pins or hides a conversation, or takes that back; what is left out stays as it is.
   * @throws CONFLICT when ten are pinned already; INVALID_INPUT
   */
  async set(input: SettingsSet): Promise<StoredSettings> {
    const stored = await this.#connection.call((trpc, options) => trpc.settings.set.mutate(input, options), {
      repeatable: true,
    });
    takeStored(this.#sync, stored);
    return stored;
  }
}

/** Takes in settings that an answer brought before their event comes. */
export function takeStored(sync: Sync, stored: StoredSettings): void {
  const { conversationId, epoch, ...settings } = stored;
  sync.step({ type: 'settings', epoch, conversationId, settings });
}
