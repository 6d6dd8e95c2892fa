import {
  type ErrorCode,
  type InboxEvent,
  type Message,
  ParleyError,
  type StoredMessage,
} from '@parley/contract';
import type { Session } from '../auth/session.ts';
import { retryDelayMs } from '../connection/backoff.ts';
import type { Connection } from '../connection/connection.ts';
import { wait } from '../connection/wait.ts';
import { LiveStore } from '../live-store.ts';
import type { Store } from '../store.ts';
import { Fetches } from './fetches.ts';
import { isReady } from './is-ready.ts';
import { ownMessages } from './own-messages.ts';
import { receivedIn } from './received.ts';
import { emptySync, type SyncEffect, type SyncInput, type SyncState } from './state.ts';
import { stepSync } from './step.ts';

type PageEffect = Extract<SyncEffect, { type: 'fetch-page' | 'fetch-members' | 'fetch-thread' }>;

/** Errors of a call that asking again does not change. */
const final: ReadonlySet<ErrorCode> = new Set([
  'NOT_MEMBER',
  'NOT_FOUND',
  'FORBIDDEN',
  'CONFLICT',
  'INVALID_INPUT',
]);

/** Lists of one's own that are read again when an event says so, and of whom one may learn whether they are there. */
type News = 'blocks' | 'saved' | 'acquaintances';
/** What says that a list may be another one. Of what one has saved one sees what is in one's conversations. */
const tells: Readonly<Record<News, ReadonlySet<InboxEvent['type']>>> = {
  blocks: new Set(['blocks']),
  saved: new Set(['saved', 'gained', 'lost']),
  acquaintances: new Set(['blocks', 'gained']),
};
/** What was missed before a `ready` is not told; who is there is asked for anew with every connection anyway. */
const missed: ReadonlySet<News> = new Set(['blocks', 'saved']);

/**
 * Everything the signed-in person holds, live while somebody is subscribed: the state machine with what it acts on, one
 * subscription and calls.
 */
export class Sync extends LiveStore<SyncState> {
  readonly #connection: Connection;
  readonly #session: Store<Session | null>;
  readonly #fetches: Fetches;
  /** Pages somebody has asked for. */
  readonly #pages = new Map<string, Promise<void>>();
  #stop = new AbortController();
  #unwatch: (() => void) | undefined;
  #listing: Promise<void> | undefined;
  #cursor: string | null = null;
  #listed = false;
  #onOwn: (messages: readonly Message[]) => void = () => {};
  #onChange: () => void = () => {};
  #onInput: (input: SyncInput) => void = () => {};
  #onReceived: (received: ReadonlyMap<string, number>) => void = () => {};
  readonly #onNews = new Map<News, () => void>();
  #onEvents: (events: readonly InboxEvent[]) => void = () => {};

  constructor(connection: Connection, session: Store<Session | null>) {
    super(emptySync(session.getSnapshot()?.user.id ?? ''));
    this.#connection = connection;
    this.#session = session;
    this.#fetches = new Fetches(connection);
  }

  /** Whether the first page of the list has come, or the cache, since everything was begun anew. */
  get listed(): boolean {
    return this.#listed;
  }

  get hasMore(): boolean {
    return this.#cursor !== null;
  }

  /** Calls back with every message of the viewer's own that comes in, once it is shown. */
  listen(onOwn: (messages: readonly Message[]) => void): void {
    this.#onOwn = onOwn;
  }

  /** Calls back after every step. Unlike a subscription, it does not make this live; there is one at a time. */
  follow(onChange: () => void): void {
    this.#onChange = onChange;
  }

  /** Calls back whenever that may be another than before; there is one at a time for each. */
  onNews(of: News, onNews: () => void): void {
    this.#onNews.set(of, onNews);
  }

  /** Calls back with all that comes in, once it is shown; there is one at a time. */
  onInput(onInput: (input: SyncInput) => void): void {
    this.#onInput = onInput;
  }

  /** Calls back with how far messages of others came in, by conversation; there is one at a time. */
  onReceived(onReceived: (received: ReadonlyMap<string, number>) => void): void {
    this.#onReceived = onReceived;
  }

  /** Calls back with what the inbox tells, once it is shown; there is one at a time. */
  onEvents(onEvents: (events: readonly InboxEvent[]) => void): void {
    this.#onEvents = onEvents;
  }

  /** Takes in a message that an answer brought, before its event comes. */
  takeRow(message: StoredMessage): void {
    this.step({ type: 'rows', epoch: message.epoch, messages: [message] });
  }

  /** Hands something to the state machine, and does what follows. */
  step(input: SyncInput): void {
    const [state, effects] = stepSync(this.getSnapshot(), input);
    if (state.cached) this.#listed = true;
    this.publish(state);
    this.#onChange();
    const own = ownMessages(input, state.viewerId);
    if (own.length > 0) this.#onOwn(own);
    this.#onInput(input);
    const received = receivedIn(input, state);
    if (received.size > 0) this.#onReceived(received);
    for (const effect of effects) this.#perform(effect);
  }

  /**
   * The next page of the conversation list; does nothing when there is none.
   * @throws ParleyError
   */
  loadMore(): Promise<void> {
    if (this.#cursor === null) return this.#listing ?? Promise.resolve();
    return this.#listing ?? this.#list(this.#cursor, this.getSnapshot().generation, this.#stop.signal);
  }

  /**
   * Another page: of messages before the first one shown, after the last one, or around a position, of replies before the first
   * one, or of members behind the last one. Does nothing when there is none, or it is held. Resolves once those have come as
   * well that follow by themselves.
   * @throws ParleyError
   */
  async ask(
    input: Extract<SyncInput, { type: 'older' | 'newer' | 'jump' | 'older-replies' | 'more-members' }>,
  ): Promise<void> {
    const key = keyOf(input.type, input);
    // Another jump is to another place.
    if (input.type === 'jump') this.#pages.delete(key);
    if (!this.#pages.has(key)) this.step(input);
    for (let page = this.#pages.get(key); page !== undefined; page = this.#pages.get(key)) await page;
  }

  /** Forgets everything, and starts anew for whoever is signed in now if somebody is subscribed. */
  reset(): void {
    const { live } = this;
    if (live) this.stop();
    const { open, openMembers, openThreads } = this.getSnapshot();
    const looks = { open, openMembers, openThreads };
    this.#forgetList();
    this.publish({ ...emptySync(this.#session.getSnapshot()?.user.id ?? ''), ...looks });
    if (live) this.start();
  }

  protected override start(): void {
    if (this.#session.getSnapshot() === null) return;
    this.#unwatch = this.#connection.watch<readonly InboxEvent[]>({
      open: (trpc, observer) => trpc.inbox.watch.subscribe(undefined, observer),
      onStarted: () => this.step({ type: 'subscribed' }),
      onData: (events) => {
        this.step({ type: 'inbox', events });
        this.#onEvents(events);
        for (const [of, onNews] of this.#onNews)
          if (events.some((event) => (isReady(event) && missed.has(of)) || tells[of].has(event.type)))
            onNews();
      },
      onError: () => true,
      onLost: () => {
        this.#forgetList();
        this.step({ type: 'reset' });
      },
    });
  }

  protected override stop(): void {
    this.#unwatch?.();
    this.#unwatch = undefined;
    this.#abandon();
    this.step({ type: 'stopped' });
  }

  #perform(effect: SyncEffect): void {
    const { signal } = this.#stop;
    switch (effect.type) {
      case 'fetch-list':
        void this.#listFirst(effect.generation, signal);
        break;
      case 'fetch-page':
      case 'fetch-members':
      case 'fetch-thread':
        this.#fetchPage(effect, signal);
        break;
      case 'pause':
        void this.#pause(effect.conversationId, signal);
        break;
      case 'resubscribe':
        void this.#resubscribe(signal);
        break;
      case 'fetch-conversation':
      case 'fetch-changes':
        void this.#fetch(effect, signal);
        break;
    }
  }

  async #fetch(
    effect: Extract<SyncEffect, { type: 'fetch-conversation' | 'fetch-changes' }>,
    signal: AbortSignal,
  ): Promise<void> {
    try {
      const answer = await this.#fetches.answer(effect);
      if (!signal.aborted) this.step(answer);
    } catch (error) {
      const { conversationId, call } = effect;
      if (!signal.aborted) this.step({ type: 'call-failed', conversationId, call, final: isFinal(error) });
    }
  }

  #fetchPage(effect: PageEffect, signal: AbortSignal): void {
    const key = askedAs(effect);
    const asked = this.#page(effect)
      .then(
        (answer) => {
          if (!signal.aborted) this.step(answer);
        },
        (error: unknown) => {
          if (signal.aborted) return;
          this.step(failureOf(effect, isFinal(error)));
          throw error;
        },
      )
      .finally(() => {
        if (key !== null && this.#pages.get(key) === asked) this.#pages.delete(key);
      });
    // The state machine has heard of a failure; the promise is for whoever asked for another page.
    asked.catch(() => {});
    if (key !== null) this.#pages.set(key, asked);
  }

  async #page(effect: PageEffect): Promise<SyncInput> {
    const { conversationId, call } = effect;
    switch (effect.type) {
      case 'fetch-page': {
        const page = await this.#fetches.page(conversationId, effect.place);
        return { type: 'page', conversationId, call, page };
      }
      case 'fetch-members': {
        const page = await this.#fetches.members(conversationId, effect.after);
        return { type: 'members', conversationId, call, page };
      }
      case 'fetch-thread': {
        const page = await this.#fetches.thread(effect, effect.place);
        return { type: 'thread-page', conversationId, rootId: effect.rootId, call, page };
      }
    }
  }

  async #pause(conversationId: string, signal: AbortSignal): Promise<void> {
    await wait(retryDelayMs(4), signal).catch(() => {});
    if (!signal.aborted) this.step({ type: 'retry', conversationId });
  }

  async #resubscribe(signal: AbortSignal): Promise<void> {
    this.#forgetList();
    this.#unwatch?.();
    this.#unwatch = undefined;
    await wait(retryDelayMs(4), signal).catch(() => {});
    if (!signal.aborted && this.#unwatch === undefined) this.start();
  }

  /** Fetches the first page until it comes: what is shown starts from there. */
  async #listFirst(generation: number, signal: AbortSignal): Promise<void> {
    const current = () => !signal.aborted && generation === this.getSnapshot().generation;
    for (let attempt = 2; current(); attempt += 1) {
      try {
        await this.#list(undefined, generation, signal);
        return;
      } catch {
        await wait(retryDelayMs(attempt), signal).catch(() => {});
      }
    }
  }

  #list(cursor: string | undefined, generation: number, signal: AbortSignal): Promise<void> {
    const listing = this.#listPage(cursor, generation, signal).finally(() => {
      if (this.#listing === listing) this.#listing = undefined;
    });
    this.#listing = listing;
    return listing;
  }

  async #listPage(cursor: string | undefined, generation: number, signal: AbortSignal): Promise<void> {
    this.step({ type: 'listing' });
    try {
      const page = await this.#fetches.list(cursor, this.getSnapshot().inboxSeq !== null);
      if (signal.aborted || generation !== this.getSnapshot().generation) return;
      this.#cursor = page.nextCursor;
      this.#listed = true;
      this.step({ type: 'listed', generation, conversations: page.conversations });
    } catch (error) {
      if (!signal.aborted) this.step({ type: 'list-failed', generation });
      throw error;
    }
  }

  /** Lets go of what is being fetched. */
  #abandon(): void {
    this.#stop.abort(new ParleyError('UNAVAILABLE', 'unable to load; nobody waits for it any more'));
    this.#stop = new AbortController();
    this.#pages.clear();
    this.#listing = undefined;
  }

  #forgetList(): void {
    this.#cursor = null;
    this.#listed = false;
  }
}

/** Under which name somebody waits for a page; null for those that nobody asked for. */
function askedAs(effect: PageEffect): string | null {
  switch (effect.type) {
    case 'fetch-members':
      return effect.after === '' ? null : keyOf('more-members', effect);
    case 'fetch-thread':
      return effect.place.type === 'latest' ? null : keyOf('older-replies', effect);
    case 'fetch-page': {
      const asked = { latest: null, before: 'older', after: 'newer', around: 'jump' } as const;
      const type = asked[effect.place.type];
      return type === null ? null : keyOf(type, effect);
    }
  }
}

function keyOf(
  type: string,
  { conversationId, rootId = '' }: { readonly conversationId: string; readonly rootId?: string },
): string {
  return `${type} ${conversationId} ${rootId}`;
}

function failureOf(effect: PageEffect, isFinalOne: boolean): SyncInput {
  const { conversationId, call } = effect;
  const failed = { conversationId, call, final: isFinalOne };
  switch (effect.type) {
    case 'fetch-page':
      return { type: 'page-failed', ...failed };
    case 'fetch-members':
      return { type: 'members-failed', ...failed };
    case 'fetch-thread':
      return { type: 'thread-failed', ...failed, rootId: effect.rootId };
  }
}

function isFinal(error: unknown): boolean {
  return error instanceof ParleyError && final.has(error.code);
}
