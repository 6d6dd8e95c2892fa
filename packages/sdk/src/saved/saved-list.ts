import type { SavedMessage } from '@parley/contract';
import type { Session } from '../auth/session.ts';
import type { Connection } from '../connection/connection.ts';
import { OwnList } from '../own-list.ts';
import type { Store } from '../store.ts';
import type { Sync } from '../sync/sync.ts';

/** What one has saved, as shown. */
export interface SavedListSnapshot {
  readonly status: 'loading' | 'ready';
  /** The latest first, each as it was when the list was read. */
  readonly saved: readonly SavedMessage[];
  /** Which messages those are. */
  readonly messageIds: ReadonlySet<string>;
}

export const loadingSaved: SavedListSnapshot = { status: 'loading', saved: [], messageIds: new Set() };

/** What the signed-in person has saved and may still see, all of it. */
export class SavedMessageList extends OwnList<SavedListSnapshot> {
  readonly #connection: Connection;

  constructor(connection: Connection, sync: Sync, session: Store<Session | null>) {
    super(sync, session, loadingSaved, 'saved');
    this.#connection = connection;
  }

  protected override async fetch(signal: AbortSignal): Promise<SavedListSnapshot> {
    const saved: SavedMessage[] = [];
    let cursor: string | undefined;
    do {
      const input = { limit: 100, ...(cursor === undefined ? {} : { cursor }) };
      const page = await this.#connection.call((trpc, options) => trpc.saved.list.query(input, options), {
        repeatable: true,
      });
      saved.push(...page.saved);
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined && !signal.aborted);
    return { status: 'ready', saved, messageIds: new Set(saved.map(({ message }) => message.id)) };
  }
}
