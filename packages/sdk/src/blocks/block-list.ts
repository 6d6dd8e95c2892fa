import type { Block } from '@parley/contract';
import type { Session } from '../auth/session.ts';
import { retryDelayMs } from '../connection/backoff.ts';
import type { Connection } from '../connection/connection.ts';
import { wait } from '../connection/wait.ts';
import { LiveStore } from '../live-store.ts';
import type { Store } from '../store.ts';
import type { Sync } from '../sync/sync.ts';

/** Whom one has blocked, as shown. */
export interface BlockListSnapshot {
  readonly status: 'loading' | 'ready';
  /** By user id. */
  readonly blocks: readonly Block[];
  readonly userIds: ReadonlySet<string>;
}

const loading: BlockListSnapshot = { status: 'loading', blocks: [], userIds: new Set() };

/** Whom the signed-in person has blocked: read whole, again whenever the inbox says that it may be another list. */
export class BlockList extends LiveStore<BlockListSnapshot> {
  readonly #connection: Connection;
  readonly #sync: Sync;
  readonly #session: Store<Session | null>;
  #stop = new AbortController();
  #unfollow: (() => void) | undefined;
  /** How often it was heard that the list may be another one, and whether it is being read. */
  #heard = 0;
  #reading = false;

  constructor(connection: Connection, sync: Sync, session: Store<Session | null>) {
    super(loading);
    this.#connection = connection;
    this.#sync = sync;
    this.#session = session;
    sync.onBlocks(() => this.refresh());
  }

  /** Reads the list again, if somebody looks at it. */
  refresh(): void {
    this.#heard += 1;
    if (this.#reading || !this.live || this.#session.getSnapshot() === null) return;
    this.#reading = true;
    const { signal } = this.#stop;
    void this.#read(signal).finally(() => {
      if (!signal.aborted) this.#reading = false;
    });
  }

  /** Forgets everything of the person who was signed in. */
  clear(): void {
    this.#abandon();
    this.publish(loading);
    this.refresh();
  }

  protected override start(): void {
    this.#unfollow = this.#sync.subscribe(() => {});
    this.refresh();
  }

  protected override stop(): void {
    this.#unfollow?.();
    this.#abandon();
  }

  async #read(signal: AbortSignal): Promise<void> {
    for (let attempt = 0; ; attempt += 1) {
      const heard = this.#heard;
      try {
        const blocks = await this.#pages(signal);
        if (signal.aborted) return;
        this.publish({ status: 'ready', blocks, userIds: new Set(blocks.map(({ user }) => user.id)) });
        if (heard === this.#heard) return;
      } catch {
        await wait(retryDelayMs(attempt), signal).catch(() => {});
      }
      if (signal.aborted) return;
    }
  }

  async #pages(signal: AbortSignal): Promise<Block[]> {
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
    return blocks;
  }

  #abandon(): void {
    this.#stop.abort();
    this.#stop = new AbortController();
    this.#reading = false;
  }
}
