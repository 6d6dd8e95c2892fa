import type { Block } from '@parley/contract';
import type { Session } from '../auth/session.ts';
import type { Connection } from '../connection/connection.ts';
import { OwnList } from '../own-list.ts';
import type { Store } from '../store.ts';
import type { Sync } from '../sync/sync.ts';

/** Whom one has blocked, as shown. */
export interface BlockListSnapshot {
  readonly status: 'loading' | 'ready';
  /** By user id. */
  readonly blocks: readonly Block[];
  readonly userIds: ReadonlySet<string>;
}

export const loadingBlocks: BlockListSnapshot = { status: 'loading', blocks: [], userIds: new Set() };

/** Whom the signed-in person has blocked. */
export class BlockList extends OwnList<BlockListSnapshot> {
  readonly #connection: Connection;

  constructor(connection: Connection, sync: Sync, session: Store<Session | null>) {
    super(sync, session, loadingBlocks, 'blocks');
    this.#connection = connection;
  }

  protected override async fetch(signal: AbortSignal): Promise<BlockListSnapshot> {
    const blocks: Block[] = [];
    let after: string | undefined;
    do {
      const input = after === undefined ? {} : { after };
      const page = await this.#connection.call((trpc, options) => trpc.blocks.list.query(input, options), {
        repeatable: true,
      });
      blocks.push(...page.blocks);
      after = page.nextAfter ?? undefined;
    } while (after !== undefined && !signal.aborted);
    return { status: 'ready', blocks, userIds: new Set(blocks.map(({ user }) => user.id)) };
  }
}
