import type { AppRouter } from '@parley/contract/router';
import {
  createTRPCClient,
  type Operation,
  type OperationResultObserver,
  TRPCClientError,
  type TRPCLink,
} from '@trpc/client';
import { observable } from '@trpc/server/observable';
import type { SessionKeeper } from '../auth/session.ts';
import { isObject } from '../is-object.ts';
import type { WritableStore } from '../store.ts';
import type { Addresses } from './addresses.ts';
import type { Call, Trpc } from './calls.ts';
import type { Channel } from './channel.ts';
import { toParleyError } from './errors.ts';
import { followEvents } from './events-request.ts';
import { Http } from './http.ts';
import { Probe } from './probe.ts';
import type { ConnectionState } from './state.ts';

export interface EventChannelOptions {
  readonly addresses: Addresses;
  /** Tried from time to time; undefined where there is none. */
  readonly WebSocket: typeof WebSocket | undefined;
  readonly session: SessionKeeper;
  readonly state: WritableStore<ConnectionState>;
  /** The server cannot be reached this way either. */
  readonly onUnreachable: () => void;
  /** A WebSocket gets through by now. */
  readonly onWebSocket: () => void;
}

type Follower = OperationResultObserver<AppRouter, unknown>;

/** The way for networks that let no WebSocket through: calls over HTTP, and the inbox as server-sent events. */
export class EventChannel implements Channel {
  readonly trpc: Trpc;
  readonly #options: EventChannelOptions;
  readonly #http: Http;
  readonly #probe: Probe | undefined;
  readonly #followers = new Set<Follower>();
  #closed = false;

  constructor(options: EventChannelOptions) {
    this.#options = options;
    const { addresses, WebSocket } = options;
    this.#http = new Http(addresses.http);
    this.trpc = createTRPCClient<AppRouter>({ links: [this.#eventsLink()] });
    if (WebSocket !== undefined) {
      this.#probe = new Probe(addresses.webSocket, WebSocket, options.onWebSocket);
    }
  }

  async call<T>(call: Call<T>, ms: number): Promise<T> {
    const { session } = this.#options;
    await session.fresh();
    return this.#http.call(call, session.accessToken, ms);
  }

  /** Whoever follows comes back by itself. */
  retryNow(): void {}

  close(): void {
    this.#closed = true;
    this.#probe?.close();
    this.#http.close();
    for (const follower of this.#followers) follower.complete();
  }

  /** Serves subscriptions, each at an address of its own. */
  #eventsLink(): TRPCLink<AppRouter> {
    return () =>
      ({ op }) =>
        observable((observer) => {
          const stop = new AbortController();
          const { signal } = stop;
          this.#followers.add(observer);
          if (op.path === 'inbox.watch') void this.#follow(observer, signal);
          else void this.#followAside(observer, signal, this.#addressOf(op));
          return () => {
            this.#followers.delete(observer);
            stop.abort();
          };
        });
  }

  #addressOf({ path, input }: Operation): string {
    const { at } = this.#options.addresses;
    const { conversationId, userIds } = isObject(input) ? input : {};
    if (path === 'receipts.watch') return at(`conversations/${String(conversationId)}/receipts/events`);
    if (path === 'typing.watch') return at(`conversations/${String(conversationId)}/typing/events`);
    if (path === 'presence.away') return at('presence/away/events');
    return at(`presence/events?userIds=${String(userIds)}`);
  }

  /** What may be lost: how it goes says nothing of the connection. */
  async #followAside(observer: Follower, signal: AbortSignal, url: string): Promise<void> {
    const { session } = this.#options;
    try {
      await session.fresh();
      await followEvents({
        url,
        accessToken: session.accessToken,
        signal,
        onStarted: () => observer.next({ result: { type: 'started' } }),
        onData: (data) => observer.next({ result: { type: 'data', data } }),
      });
      observer.complete();
    } catch (thrown) {
      if (!signal.aborted) observer.error(TRPCClientError.from(toParleyError(thrown)));
    }
  }

  async #follow(observer: Follower, signal: AbortSignal): Promise<void> {
    const { session, addresses, state, onUnreachable } = this.#options;
    let proven = false;
    if (state.getSnapshot().status === 'idle') this.#show('connecting');
    try {
      await session.fresh();
      await followEvents({
        url: addresses.events,
        accessToken: session.accessToken,
        signal,
        onStarted: () => observer.next({ result: { type: 'started' } }),
        onData: (data) => {
          proven = true;
          this.#show('online');
          observer.next({ result: { type: 'data', data } });
        },
      });
      this.#show('offline');
      observer.complete();
    } catch (thrown) {
      this.#show(signal.aborted ? 'idle' : 'offline');
      if (signal.aborted) return;
      const error = toParleyError(thrown);
      observer.error(TRPCClientError.from(error));
      const reached = proven || !error.retryable || error.code === 'LIMITED';
      if (!reached && !this.#closed) onUnreachable();
    }
  }

  #show(status: ConnectionState['status']): void {
    if (!this.#closed) this.#options.state.set({ status, retryAt: null });
  }
}
