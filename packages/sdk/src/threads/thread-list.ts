import type { Message, ThreadRef, ThreadState } from '@parley/contract';
import { DerivedStore, sameItems, sameProperties } from '../derived-store.ts';
import { outgoingAfter } from '../messages/outgoing.ts';
import type { Outbox } from '../outbox/outbox.ts';
import type { OutgoingMessage } from '../outbox/queue.ts';
import { type ShownMessage, shownMessage } from '../reactions/own.ts';
import type { Store } from '../store.ts';
import type { Sync } from '../sync/sync.ts';
import { type Follows, threadKey } from './follows.ts';
import { shownReplies, type Thread } from './thread.ts';

/** An open thread, as shown. */
export interface ThreadSnapshot {
  /** `gone`: there is none, one may not see it, or is not, or no longer, a member. */
  readonly status: 'loading' | 'ready' | 'gone';
  /** What the thread hangs on; null while it is loading. */
  readonly root: ShownMessage | null;
  /** By position, the latest stretch without holes. */
  readonly replies: readonly ShownMessage[];
  /** One's own replies on their way, to be shown after the others. */
  readonly outgoing: readonly OutgoingMessage[];
  readonly hasOlder: boolean;
  readonly loadingOlder: boolean;
  /** How one stands with it; null while that is not known. */
  readonly state: ThreadState | null;
}

export const loadingThread: ThreadSnapshot = {
  status: 'loading',
  root: null,
  replies: [],
  outgoing: [],
  hasOlder: false,
  loadingOlder: false,
  state: null,
};

/** The replies of one thread. Live while somebody is subscribed; keeps what it holds in between. */
export class ThreadReplies extends DerivedStore<ThreadSnapshot> {
  readonly conversationId: string;
  readonly rootId: string;
  readonly #sync: Sync;
  readonly #outbox: Outbox;
  readonly #follows: Store<Follows>;

  constructor(sync: Sync, outbox: Outbox, follows: Store<Follows>, { conversationId, rootId }: ThreadRef) {
    super(loadingThread, [sync, outbox, follows]);
    this.#sync = sync;
    this.#outbox = outbox;
    this.#follows = follows;
    this.conversationId = conversationId;
    this.rootId = rootId;
  }

  /**
   * Loads the page before the first reply; does nothing when there is none.
   * @throws ParleyError
   */
  readonly loadOlder = (): Promise<void> => this.#sync.ask({ type: 'older-replies', ...this.#ref });

  protected override onFirst(): void {
    this.#sync.step({ type: 'open-thread', ...this.#ref });
  }

  protected override derive(before: ThreadSnapshot): ThreadSnapshot {
    const { entries, viewerId, cached } = this.#sync.getSnapshot();
    const entry = entries?.get(this.conversationId);
    const thread = entry?.threads.get(this.rootId);
    const gone = entries !== null && !cached && (entry === undefined || entry.held === 'refused');
    const loaded = thread?.replies.loaded === true;
    const own = entry?.own ?? {};
    const show = (row: Message) => shownMessage(row, own[row.position], viewerId);
    const rows = thread === undefined ? [] : shownReplies(thread);
    return sameProperties(before, {
      status: gone || thread?.gone === true ? 'gone' : loaded ? 'ready' : 'loading',
      root: thread?.root == null ? null : show(thread.root),
      replies: sameItems(before.replies, rows.map(show)),
      outgoing: sameItems(before.outgoing, this.#outgoing(thread, rows, viewerId)),
      hasOlder: thread?.replies.hasOlder ?? false,
      loadingOlder: thread?.replies.awaited?.place.type === 'before',
      state: this.#follows.getSnapshot().states.get(threadKey(this.conversationId, this.rootId)) ?? null,
    });
  }

  get #ref(): ThreadRef {
    return { conversationId: this.conversationId, rootId: this.rootId };
  }

  #outgoing(thread: Thread | undefined, shown: readonly Message[], viewerId: string): OutgoingMessage[] {
    const waiting = (thread?.replies.rows ?? [])
      .slice(shown.length)
      .filter(({ senderId }) => senderId === viewerId);
    const queued = this.#outbox
      .getSnapshot()
      .filter(
        ({ conversationId, extras }) =>
          conversationId === this.conversationId && extras.thread === this.rootId,
      );
    return outgoingAfter(shown, waiting, queued);
  }
}
