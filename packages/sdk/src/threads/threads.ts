import type {
  FollowedPage,
  ThreadList,
  ThreadMark,
  ThreadMarkRead,
  ThreadPage,
  ThreadRef,
  ThreadsFollowed,
  ThreadState,
} from '@parley/contract';
import { retryDelayMs } from '../connection/backoff.ts';
import type { Connection } from '../connection/connection.ts';
import { wait } from '../connection/wait.ts';
import { OpenLists } from '../open-lists.ts';
import type { Paged } from '../paged.ts';
import type { Outbox } from '../outbox/outbox.ts';
import { WritableStore } from '../store.ts';
import { isReady } from '../sync/is-ready.ts';
import type { SyncInput } from '../sync/state.ts';
import type { Sync } from '../sync/sync.ts';
import { FollowedList } from './followed-list.ts';
import { askPage, emptyFollows, type Follows, hearOf, takePage, takeState } from './follows.ts';
import { ThreadReplies } from './thread-list.ts';

/** A page of replies: the latest 50 unless told. */
export type ThreadListPage = Paged<ThreadList>;

/** A page of the threads one follows: the first 50 unless told. */
export type FollowedListPage = Partial<ThreadsFollowed>;

/**
 * Threads: replies that hang on a message, apart from the timeline. They are sent, edited and deleted by `messages`. Every call
 * throws UNAUTHENTICATED, UNAVAILABLE, NOT_MEMBER, and NOT_FOUND or CONFLICT where there can be no thread.
 */
export class Threads {
  /** The threads one follows, live, with unread numbers. */
  readonly followed: FollowedList;
  readonly #connection: Connection;
  readonly #sync: Sync;
  readonly #follows: WritableStore<Follows>;
  readonly #open: OpenLists<ThreadReplies>;
  #stop = new AbortController();
  #loading: Promise<void> | undefined;
  #more: Promise<void> | undefined;

  constructor(connection: Connection, sync: Sync, outbox: Outbox) {
    this.#connection = connection;
    this.#sync = sync;
    this.#follows = new WritableStore(emptyFollows(sync.getSnapshot().viewerId));
    this.followed = new FollowedList(sync, this.#follows, {
      want: () => this.#load(),
      more: () => (this.#more ??= this.#loadMore().finally(() => (this.#more = undefined))),
    });
    this.#open = new OpenLists(
      (key) => new ThreadReplies(sync, outbox, this.#follows, refOf(key)),
      (key) => sync.step({ type: 'close-thread', ...refOf(key) }),
    );
    sync.onInput((input) => this.#hear(input));
  }

  /** A thread's live replies; the same store for the same thread. Live while somebody is subscribed. */
  open({ conversationId, rootId }: ThreadRef): ThreadReplies {
    return this.#open.open(`${conversationId} ${rootId}`);
  }

  /** One page of a thread. */
  list(input: ThreadListPage): Promise<ThreadPage> {
    return this.#connection.call((trpc, options) => trpc.threads.list.query(input, options), {
      repeatable: true,
    });
  }

  /** One page of the threads one follows that have replies, by latest reply. */
  listFollowed(input: FollowedListPage = {}): Promise<FollowedPage> {
    return this.#connection.call((trpc, options) => trpc.threads.followed.query(input, options), {
      repeatable: true,
    });
  }

  /** Follows a thread from now on. One also follows what one begins or replies to. */
  async follow(input: ThreadRef): Promise<ThreadState> {
    return this.#take(
      await this.#connection.call((trpc, options) => trpc.threads.follow.mutate(input, options), {
        repeatable: true,
      }),
    );
  }

  /** Follows a thread no more, until one replies in it. */
  async unfollow(input: ThreadRef): Promise<ThreadState> {
    return this.#take(
      await this.#connection.call((trpc, options) => trpc.threads.unfollow.mutate(input, options), {
        repeatable: true,
      }),
    );
  }

  /** Moves what one has read of a thread up: to a position, to so many replies, or to the latest. */
  async markRead(input: ThreadMarkRead): Promise<ThreadState> {
    return this.#take(
      await this.#connection.call((trpc, options) => trpc.threads.markRead.mutate(input, options), {
        repeatable: true,
      }),
    );
  }

  /** Forgets everything of the person who was signed in. */
  clear(): void {
    this.#abandon();
    this.#open.clear();
  }

  /** Begins anew for whoever is signed in now. */
  restart(): void {
    this.#follows.set(emptyFollows(this.#sync.getSnapshot().viewerId));
  }

  close(): void {
    this.#abandon();
  }

  #take({ epoch, ...state }: ThreadMark): ThreadState {
    this.#follows.set(takeState(this.#follows.getSnapshot(), epoch, state));
    return state;
  }

  #hear(input: SyncInput): void {
    const before = this.#follows.getSnapshot();
    if (input.type === 'thread-page') {
      this.#follows.set(takeState(before, input.page.epoch, input.page.state));
    } else if (input.type === 'inbox') {
      this.#follows.set(input.events.reduce(hearOf, before));
      if (input.events.some(isReady)) this.#refresh();
      this.#load();
    }
  }

  /** What was done on another device meanwhile is not in the rows of a thread. */
  #refresh(): void {
    const { signal } = this.#stop;
    this.#open.each((thread) => {
      const { conversationId, rootId, live } = thread;
      if (!live || thread.getSnapshot().state === null) return;
      this.list({ conversationId, rootId, limit: 1 }).then(
        ({ epoch, state }) => {
          if (!signal.aborted) this.#take({ ...state, epoch });
        },
        // The next `ready` has it asked for again.
        () => {},
      );
    });
  }

  /** Has the first page brought when it is needed and not under way. */
  #load(): void {
    const { stale, epoch } = this.#follows.getSnapshot();
    if (!this.followed.live || !stale || epoch === null || this.#loading !== undefined) return;
    const loading = this.#loadFirst(this.#stop.signal).finally(() => {
      if (this.#loading === loading) this.#loading = undefined;
      this.#load();
    });
    this.#loading = loading;
  }

  /** Asks for the first page until it comes; what is told meanwhile is merged with it. */
  async #loadFirst(signal: AbortSignal): Promise<void> {
    for (let attempt = 0; !signal.aborted; attempt += 1) {
      this.#follows.set(askPage(this.#follows.getSnapshot()));
      try {
        const page = await this.listFollowed();
        if (!signal.aborted) this.#follows.set(takePage(this.#follows.getSnapshot(), page, null));
        return;
      } catch {
        await wait(retryDelayMs(attempt + 2), signal).catch(() => {});
      }
    }
  }

  async #loadMore(): Promise<void> {
    const { cursor, begun } = this.#follows.getSnapshot();
    const { signal } = this.#stop;
    if (cursor === null) return;
    const page = await this.listFollowed({ cursor });
    if (!signal.aborted) this.#follows.set(takePage(this.#follows.getSnapshot(), page, begun));
  }

  #abandon(): void {
    this.#stop.abort();
    this.#stop = new AbortController();
    this.#loading = undefined;
    this.#more = undefined;
  }
}

function refOf(key: string): ThreadRef {
  const [conversationId = '', rootId = ''] = key.split(' ');
  return { conversationId, rootId };
}
