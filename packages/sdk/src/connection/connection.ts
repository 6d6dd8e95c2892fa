import { ParleyError } from '@parley/contract';
import type { SessionKeeper } from '../auth/session.ts';
import { type Store, WritableStore } from '../store.ts';
import type { Addresses } from './addresses.ts';
import { retryDelayMs } from './backoff.ts';
import type { Call } from './calls.ts';
import type { Channel } from './channel.ts';
import { EventChannel } from './event-channel.ts';
import { ReconnectGate } from './gate.ts';
import type { Http } from './http.ts';
import { Socket } from './socket.ts';
import { type ConnectionState, idleState } from './state.ts';
import { wait } from './wait.ts';
import { Watch, type WatchOptions } from './watch.ts';

const CALL_WITHIN_MS = 15_000;

export interface ConnectionOptions {
  readonly http: Http;
  readonly addresses: Addresses;
  /** Undefined where there is none. */
  readonly WebSocket: typeof WebSocket | undefined;
  readonly session: SessionKeeper;
}

export interface CallOptions {
  /** The call may be made twice without harm: it is repeated when the connection fails, until its deadline. */
  readonly repeatable?: boolean;
  /** Goes over HTTP with these credentials, or none, whoever is signed in. */
  readonly as?: string | null;
}

/**
 * The way to the server: over HTTP for those who are not signed in; for those who are, everything over one WebSocket, or
 * over HTTP and server-sent events while no WebSocket gets through.
 */
export class Connection {
  readonly #options: ConnectionOptions;
  readonly #state = new WritableStore(idleState);
  readonly #watches = new Set<{ restart(): void; stop(): void }>();
  readonly #stopSession: () => void;
  readonly #closed = new AbortController();
  #channel: Channel | undefined;
  #userId: string | undefined;

  constructor(options: ConnectionOptions) {
    this.#options = options;
    this.#userId = options.session.state.getSnapshot()?.user.id;
    this.#stopSession = options.session.state.subscribe(() => this.#onSession());
  }

  get state(): Store<ConnectionState> {
    return this.#state;
  }

  /** Whether everything shares one WebSocket; otherwise each subscription takes a connection of its own. */
  readonly overWebSocket = (): boolean => this.#channel instanceof Socket;

  /** Tries to reconnect at once instead of waiting. Does nothing when online. */
  readonly retryNow = (): void => this.#channel?.retryNow();

  /** @throws ParleyError, within 15 s */
  async call<T>(call: Call<T>, { repeatable = false, as }: CallOptions = {}): Promise<T> {
    const until = Date.now() + CALL_WITHIN_MS;
    let renewed = false;
    for (let attempt = 0; ; attempt += 1) {
      this.#closed.signal.throwIfAborted();
      const { session } = this.#options;
      let token: string | null = null;
      try {
        const begins = as === undefined ? session.begins() : undefined;
        if (begins !== undefined) {
          await begins;
          this.#closed.signal.throwIfAborted();
        }
        if (as === undefined) token = session.accessToken;
        const ms = Math.max(1, until - Date.now());
        return await (token === null
          ? this.#options.http.call(call, as ?? null, ms)
          : this.#open().call(call, ms));
      } catch (thrown) {
        if (!(thrown instanceof ParleyError)) throw thrown;
        if (thrown.code === 'OUTDATED') this.#end(thrown);
        if (thrown.code === 'UNAUTHENTICATED' && !renewed && token !== null) {
          renewed = true;
          if (await this.#renew(token)) continue;
        }
        const delay = (thrown.retryAfterMs ?? 0) + retryDelayMs(attempt);
        if (!repeatable || !thrown.retryable || Date.now() + delay >= until) throw thrown;
        await wait(delay, this.#closed.signal);
      }
    }
  }

  /** Subscribes, and subscribes again whenever the subscription ends. Returns what stops it. */
  watch<T>(options: WatchOptions<T>): () => void {
    if (this.#closed.signal.aborted) return () => {};
    const onError = (error: ParleyError) => {
      const token = this.#options.session.accessToken;
      if (error.code === 'OUTDATED') this.#end(error);
      if (error.code === 'UNAUTHENTICATED' && token !== null) void this.#renew(token);
      return options.onError(error);
    };
    const watch = new Watch<T>({ ...options, onError }, () => this.#open().trpc);
    this.#watches.add(watch);
    return () => {
      watch.stop();
      this.#watches.delete(watch);
    };
  }

  /** Subscribes as `watch` does, if somebody is signed in. */
  watchSignedIn<T>(options: WatchOptions<T>): () => void {
    return this.#userId === undefined ? () => {} : this.watch(options);
  }

  close(): void {
    this.#end(new ParleyError('UNAVAILABLE', 'unable to answer; the client is closed'));
  }

  /** Nothing is tried any more: every call fails with this. */
  #end(error: ParleyError): void {
    if (this.#closed.signal.aborted) return;
    this.#stopSession();
    for (const watch of this.#watches) watch.stop();
    this.#watches.clear();
    this.#closed.abort(error);
    this.#dropChannel();
    if (error.code === 'OUTDATED') this.#state.set({ status: 'outdated', retryAt: null });
  }

  #open(): Channel {
    this.#channel ??= this.#overWebSocket(null);
    return this.#channel;
  }

  /** @param attempt attempts to connect made before, when there were any */
  #overWebSocket(attempt: number | null): Channel {
    const { addresses, WebSocket, session } = this.#options;
    if (WebSocket === undefined) return this.#overHttp(null);
    const gate = new ReconnectGate((retryAt) => {
      this.#state.set({ ...this.#state.getSnapshot(), retryAt });
    }, attempt);
    return new Socket({
      ...{ url: addresses.webSocket, WebSocket, session, gate, state: this.#state },
      onStateLost: () => {
        for (const watch of [...this.#watches]) watch.restart();
      },
      onOutdated: () => this.#end(new ParleyError('OUTDATED', 'unable to go on; this client is too old')),
      onSilent: () => this.#change(this.#overHttp(gate.attempt)),
    });
  }

  #overHttp(attempt: number | null): Channel {
    const { addresses, WebSocket, session } = this.#options;
    return new EventChannel({
      ...{ addresses, WebSocket, session, state: this.#state },
      onUnreachable: () => this.#change(this.#overWebSocket(attempt)),
      onWebSocket: () => this.#change(this.#overWebSocket(null)),
    });
  }

  /** What is subscribed to follows: its subscription completes, and is made again. */
  #change(channel: Channel): void {
    const before = this.#channel;
    this.#channel = channel;
    before?.close();
  }

  /** Whether there is a new access token in place of the one that was refused. */
  async #renew(refused: string): Promise<boolean> {
    const { session } = this.#options;
    session.invalidate(refused);
    return session.fresh().then(
      () => true,
      () => false,
    );
  }

  #onSession(): void {
    const userId = this.#options.session.state.getSnapshot()?.user.id;
    if (userId === this.#userId) return;
    this.#userId = userId;
    this.#dropChannel();
  }

  #dropChannel(): void {
    const channel = this.#channel;
    this.#channel = undefined;
    channel?.close();
    this.#state.set(idleState);
  }
}
