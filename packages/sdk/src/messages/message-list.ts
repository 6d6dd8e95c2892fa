import { type ErrorCode, type Message, ParleyError, type WatchEvent } from '@parley/contract';
import { retryDelayMs } from '../connection/backoff.ts';
import type { Connection } from '../connection/connection.ts';
import { wait } from '../connection/wait.ts';
import { LiveStore } from '../live-store.ts';
import type { Outbox, OutgoingMessage } from './outbox.ts';
import { applyChanges, applyPage, awaitPage, emptyTimeline, giveUpPage, type Timeline } from './timeline.ts';

const PAGE_ROWS = 50;

/** An open conversation's messages, as shown. */
export interface MessageListSnapshot {
  /** `gone`: one is not, or no longer, a member. */
  readonly status: 'loading' | 'ready' | 'gone';
  /** By position, the latest stretch without holes. */
  readonly messages: readonly Message[];
  /** One's own messages on their way, to be shown after the others. */
  readonly outgoing: readonly OutgoingMessage[];
  readonly hasOlder: boolean;
  readonly loadingOlder: boolean;
}

/** Errors that asking again does not change. */
const final: ReadonlySet<ErrorCode> = new Set(['NOT_MEMBER', 'NOT_FOUND', 'FORBIDDEN', 'INVALID_INPUT']);

const loading: MessageListSnapshot = {
  status: 'loading',
  messages: [],
  outgoing: [],
  hasOlder: false,
  loadingOlder: false,
};

/** The live messages of one conversation. Live while somebody is subscribed; keeps what it holds in between. */
export class MessageList extends LiveStore<MessageListSnapshot> {
  readonly conversationId: string;
  readonly #connection: Connection;
  readonly #outbox: Outbox;
  #timeline: Timeline = emptyTimeline;
  #gone = false;
  #olderPage: Promise<void> | undefined;
  #lastEventId: string | undefined;
  /** Aborted when what is awaited would come too late: after a reset, or nobody being there. */
  #stop = new AbortController();
  #loading = false;
  #unwatch: (() => void) | undefined;
  #unsubscribe: (() => void) | undefined;

  constructor(connection: Connection, outbox: Outbox, conversationId: string) {
    super(loading);
    this.#connection = connection;
    this.#outbox = outbox;
    this.conversationId = conversationId;
  }

  /**
   * Loads the page before the first message; does nothing when there is none.
   * @throws ParleyError
   */
  loadOlder(): Promise<void> {
    const before = this.#timeline.rows[0]?.position;
    if (before === undefined || !this.#timeline.hasOlder) return Promise.resolve();
    this.#olderPage ??= this.#loadOlder(before, this.#stop.signal).finally(() => {
      this.#olderPage = undefined;
      this.#show();
    });
    this.#show();
    return this.#olderPage;
  }

  /** Takes in rows that came as answers rather than events. */
  apply(messages: readonly Message[]): void {
    this.#outbox.confirm(messages);
    this.#timeline = applyChanges(this.#timeline, messages);
    this.#show();
  }

  protected override start(): void {
    if (this.#gone) this.#forget();
    this.#unsubscribe = this.#outbox.subscribe(() => this.#show());
    this.#unwatch = this.#connection.watch<{ id: string; data: WatchEvent }>({
      open: (trpc, observer) =>
        trpc.messages.watch.subscribe(
          { conversationId: this.conversationId, lastEventId: this.#lastEventId },
          observer,
        ),
      onData: ({ id, data }) => this.#onEvent(id, data),
      onError: (error) => this.#onError(error),
      onLost: () => this.#forget(),
    });
    this.#show();
  }

  protected override stop(): void {
    this.#unwatch?.();
    this.#unsubscribe?.();
    this.#abandon('unable to load messages; the conversation was closed');
  }

  #onEvent(id: string, event: WatchEvent): void {
    this.#lastEventId = id;
    if (event.type === 'changes') {
      this.apply(event.rows.flatMap((row) => (row.type === 'message' ? [row.message] : [])));
      return;
    }
    const known = this.#timeline.epoch;
    if (event.type === 'reset' || (known !== null && known !== event.epoch)) this.#restart();
    if (this.#timeline.epoch === null) void this.#load(this.#stop.signal);
  }

  /** Whether to subscribe again. */
  #onError(error: ParleyError): boolean {
    if (final.has(error.code)) {
      this.#gone = true;
      this.#show();
    }
    return !this.#gone;
  }

  async #load(stop: AbortSignal): Promise<void> {
    if (this.#loading) return;
    this.#loading = true;
    this.#timeline = awaitPage(this.#timeline);
    for (let attempt = 0; !stop.aborted; attempt += 1) {
      try {
        const page = await this.#page();
        if (stop.aborted) break;
        this.#timeline = applyPage(this.#timeline, page);
        break;
      } catch (error) {
        if (stop.aborted || (error instanceof ParleyError && !this.#onError(error))) break;
        await wait(retryDelayMs(attempt + 2), stop).catch(() => {});
      }
    }
    if (stop.aborted) return;
    this.#loading = false;
    this.#show();
  }

  async #loadOlder(before: number, stop: AbortSignal): Promise<void> {
    this.#timeline = awaitPage(this.#timeline);
    try {
      const page = await this.#page(before);
      if (!stop.aborted) this.#timeline = applyPage(this.#timeline, page);
    } catch (error) {
      if (stop.aborted) return;
      this.#timeline = giveUpPage(this.#timeline);
      throw error;
    }
  }

  #page(before?: number) {
    const { conversationId } = this;
    const input = { conversationId, limit: PAGE_ROWS, ...(before === undefined ? {} : { before }) };
    return this.#connection.call((trpc, options) => trpc.messages.list.query(input, options), {
      repeatable: true,
    });
  }

  /** Drops what is held; events go on. */
  #restart(): void {
    this.#abandon('unable to load messages; they are fetched anew');
    this.#timeline = emptyTimeline;
    this.#show();
  }

  /** Drops what is held and where the events were. */
  #forget(): void {
    this.#gone = false;
    this.#lastEventId = undefined;
    this.#restart();
  }

  /** Lets go of the pages awaited. */
  #abandon(message: string): void {
    this.#stop.abort(new ParleyError('UNAVAILABLE', message));
    this.#stop = new AbortController();
    this.#loading = false;
    this.#timeline = giveUpPage(this.#timeline);
  }

  #show(): void {
    const { rows, hasOlder, epoch } = this.#timeline;
    const before = this.getSnapshot();
    const next: MessageListSnapshot = {
      status: this.#gone ? 'gone' : epoch === null ? 'loading' : 'ready',
      messages: rows,
      outgoing: this.#outgoing(before.outgoing),
      hasOlder,
      loadingOlder: this.#olderPage !== undefined,
    };
    const same =
      next.status === before.status &&
      next.messages === before.messages &&
      next.outgoing === before.outgoing &&
      next.hasOlder === before.hasOlder &&
      next.loadingOlder === before.loadingOlder;
    if (!same) this.publish(next);
  }

  #outgoing(before: readonly OutgoingMessage[]): readonly OutgoingMessage[] {
    const mine = this.#outbox
      .getSnapshot()
      .filter((message) => message.conversationId === this.conversationId);
    return mine.length === before.length && mine.every((message, i) => message === before[i]) ? before : mine;
  }
}
