import { type Conversation, type InboxEvent, ParleyError, type ReadState, unreadOf } from '@parley/contract';
import type { Session } from '../auth/session.ts';
import { retryDelayMs } from '../connection/backoff.ts';
import type { Connection } from '../connection/connection.ts';
import { wait } from '../connection/wait.ts';
import { LiveStore } from '../live-store.ts';
import type { Store } from '../store.ts';
import {
  adopt,
  applyFetched,
  applyInboxEvents,
  applyRead,
  beginFetch,
  beginInbox,
  emptyInbox,
  endFetch,
  failFetch,
  type Inbox,
  wantedOf,
} from './inbox.ts';

const PAGE_ROWS = 50;
const FETCHES_AT_ONCE = 4;

/** One's conversations, as shown. */
export interface ConversationListSnapshot {
  readonly status: 'loading' | 'ready';
  /** By latest activity, as far as they are loaded. */
  readonly conversations: readonly Conversation[];
  /** Messages unread in all conversations, loaded or not. */
  readonly unread: number;
  /** Whether `loadMore` brings more. */
  readonly hasMore: boolean;
}

const loading: ConversationListSnapshot = { status: 'loading', conversations: [], unread: 0, hasMore: false };

/** The signed-in person's conversations, live while somebody is subscribed. */
export class ConversationList extends LiveStore<ConversationListSnapshot> {
  readonly #connection: Connection;
  readonly #session: Store<Session | null>;
  #inbox = emptyInbox('');
  #cursor: string | null = null;
  #listed = false;
  #listing: Promise<void> | undefined;
  #fetches = 0;
  #stop = new AbortController();
  #unwatch: (() => void) | undefined;

  constructor(connection: Connection, session: Store<Session | null>) {
    super(loading);
    this.#connection = connection;
    this.#session = session;
  }

  /**
   * Loads the next page of conversations; does nothing when there is none.
   * @throws ParleyError
   */
  loadMore(): Promise<void> {
    if (this.#cursor === null) return Promise.resolve();
    return this.#list(this.#cursor);
  }

  /** Takes in what an answer says about a conversation; `made` when it may not be announced yet. */
  apply(conversation: Conversation, made = false): void {
    this.#change(made ? adopt(this.#inbox, conversation) : applyFetched(this.#inbox, [conversation]));
  }

  applyRead(conversationId: string, read: ReadState): void {
    this.#change(applyRead(this.#inbox, conversationId, read));
  }

  /** Forgets everything, and starts anew for whoever is signed in now if somebody is subscribed. */
  reset(): void {
    const { live } = this;
    if (live) this.stop();
    this.#inbox = emptyInbox('');
    this.#forgetList();
    this.publish(loading);
    if (live) this.start();
  }

  protected override start(): void {
    const viewerId = this.#session.getSnapshot()?.user.id;
    if (viewerId === undefined) return;
    if (this.#inbox.viewerId !== viewerId) this.#inbox = emptyInbox(viewerId);
    this.#unwatch = this.#connection.watch<readonly InboxEvent[]>({
      open: (trpc, observer) => trpc.inbox.watch.subscribe(undefined, observer),
      onStarted: () => this.#change(beginInbox(this.#inbox)),
      onData: (events) => this.#onEvents(events),
      onError: () => true,
      onLost: () => {
        this.#inbox = emptyInbox(viewerId);
        this.#forgetList();
      },
    });
  }

  protected override stop(): void {
    this.#unwatch?.();
    this.#unwatch = undefined;
    this.#abandon();
  }

  #onEvents(events: readonly InboxEvent[]): void {
    const { generation } = this.#inbox;
    this.#inbox = applyInboxEvents(this.#inbox, events);
    if (this.#inbox.generation !== generation) {
      this.#abandon();
      if (this.#inbox.entries === null) this.#forgetList();
      else void this.#listFirst(this.#stop.signal);
    }
    this.#change(this.#inbox);
  }

  /** Fetches the first page until it comes: what is shown starts from there. */
  async #listFirst(stop: AbortSignal): Promise<void> {
    for (let attempt = 2; !stop.aborted; attempt += 1) {
      try {
        await this.#list(undefined);
        return;
      } catch {
        await wait(retryDelayMs(attempt), stop).catch(() => {});
      }
    }
  }

  #list(cursor: string | undefined): Promise<void> {
    this.#listing ??= this.#listPage(cursor, this.#stop.signal);
    return this.#listing;
  }

  async #listPage(cursor: string | undefined, stop: AbortSignal): Promise<void> {
    const input = { limit: PAGE_ROWS, ...(cursor === undefined ? {} : { cursor }) };
    try {
      const page = await this.#connection.call(
        (trpc, options) => trpc.conversations.list.query(input, options),
        { repeatable: true },
      );
      if (stop.aborted) return;
      this.#cursor = page.nextCursor;
      this.#listed = true;
      this.#inbox = applyFetched(this.#inbox, page.conversations);
    } finally {
      if (!stop.aborted) {
        this.#listing = undefined;
        this.#change(this.#inbox);
      }
    }
  }

  /** Shows a new state and fetches what it wants. */
  #change(inbox: Inbox): void {
    this.#inbox = inbox;
    // A page under way brings most of what is wanted.
    if (this.#listing === undefined && this.#listed && this.live) {
      const running = [...(this.#inbox.entries?.values() ?? [])].filter(
        (entry) => entry.fetch !== null,
      ).length;
      for (const id of wantedOf(this.#inbox).slice(0, FETCHES_AT_ONCE - running)) {
        this.#fetches += 1;
        this.#inbox = beginFetch(this.#inbox, id, this.#fetches);
        void this.#fetch(id, this.#fetches, this.#stop.signal);
      }
    }
    this.#show();
  }

  async #fetch(conversationId: string, fetch: number, stop: AbortSignal): Promise<void> {
    try {
      const conversation = await this.#connection.call(
        (trpc, options) => trpc.conversations.get.query({ conversationId }, options),
        { repeatable: true },
      );
      if (!stop.aborted) this.#change(endFetch(this.#inbox, conversation, fetch));
    } catch (error) {
      const again = !(error instanceof ParleyError) || error.code !== 'NOT_MEMBER';
      if (again) await wait(retryDelayMs(4), stop).catch(() => {});
      if (!stop.aborted) this.#change(failFetch(this.#inbox, conversationId, fetch, again));
    }
  }

  /** Lets go of what is being fetched. */
  #abandon(): void {
    this.#stop.abort(new ParleyError('UNAVAILABLE', 'unable to load conversations; they are fetched anew'));
    this.#stop = new AbortController();
    this.#listing = undefined;
  }

  #forgetList(): void {
    this.#cursor = null;
    this.#listed = false;
  }

  #show(): void {
    const entries = [...(this.#inbox.entries?.values() ?? [])];
    const before = this.getSnapshot();
    const next: ConversationListSnapshot = {
      status: this.#listed && this.#inbox.entries !== null ? 'ready' : 'loading',
      conversations: same(
        before.conversations,
        byActivity(entries.flatMap((entry) => entry.conversation ?? [])),
      ),
      unread: entries.reduce((sum, entry) => sum + unreadOf(entry.read), 0),
      hasMore: this.#cursor !== null,
    };
    const changed =
      next.status !== before.status ||
      next.conversations !== before.conversations ||
      next.unread !== before.unread ||
      next.hasMore !== before.hasMore;
    if (changed) this.publish(next);
  }
}

function byActivity(conversations: Conversation[]): Conversation[] {
  const time = ({ lastMessage, createdAt }: Conversation) => lastMessage?.createdAt ?? createdAt;
  return conversations.sort((a, b) => time(b).localeCompare(time(a)) || b.id.localeCompare(a.id));
}

/** The array before, when it holds the same. */
function same<T>(before: readonly T[], after: readonly T[]): readonly T[] {
  return before.length === after.length && after.every((item, i) => item === before[i]) ? before : after;
}
