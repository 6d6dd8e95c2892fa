import { ParleyError } from '@parley/contract';
import type { SessionKeeper } from '../auth/session.ts';
import { type Store, WritableStore } from '../store.ts';
import { retryDelayMs } from './backoff.ts';
import type { Call } from './calls.ts';
import type { Http } from './http.ts';
import { Socket } from './socket.ts';
import { type ConnectionState, idleState } from './state.ts';
import { wait } from './wait.ts';
import { Watch, type WatchOptions } from './watch.ts';

const CALL_WITHIN_MS = 15_000;

export interface ConnectionOptions {
  readonly http: Http;
  readonly webSocketUrl: string;
  readonly WebSocket: typeof WebSocket;
  readonly session: SessionKeeper;
}

export interface CallOptions {
  /** The call may be made twice without harm: it is repeated when the connection fails, until its deadline. */
  readonly repeatable?: boolean;
  /** Goes over HTTP with these credentials, or none, whoever is signed in. */
  readonly as?: string | null;
}

/** The way to the server: everything over one WebSocket while somebody is signed in, over HTTP otherwise. */
export class Connection {
  readonly #options: ConnectionOptions;
  readonly #state = new WritableStore(idleState);
  readonly #watches = new Set<{ restart(): void; stop(): void }>();
  readonly #stopSession: () => void;
  readonly #closed = new AbortController();
  #socket: Socket | undefined;
  #userId: string | undefined;

  constructor(options: ConnectionOptions) {
    this.#options = options;
    this.#userId = options.session.state.getSnapshot()?.user.id;
    this.#stopSession = options.session.state.subscribe(() => this.#onSession());
  }

  get state(): Store<ConnectionState> {
    return this.#state;
  }

  /** Tries to reconnect at once instead of waiting. Does nothing when online. */
  readonly retryNow = (): void => this.#socket?.retryNow();

  /** @throws ParleyError, within 15 s */
  async call<T>(call: Call<T>, { repeatable = false, as }: CallOptions = {}): Promise<T> {
    const until = Date.now() + CALL_WITHIN_MS;
    let renewed = false;
    for (let attempt = 0; ; attempt += 1) {
      this.#closed.signal.throwIfAborted();
      const token = as === undefined ? this.#options.session.accessToken : null;
      const ms = Math.max(1, until - Date.now());
      try {
        return await (token === null
          ? this.#options.http.call(call, as ?? null, ms)
          : this.#open().call(call, ms));
      } catch (thrown) {
        if (!(thrown instanceof ParleyError)) throw thrown;
        if (thrown.code === 'UNAUTHENTICATED' && !renewed && token !== null) {
          renewed = true;
          if (await this.#renew(token)) continue;
        }
        const delay = retryDelayMs(attempt);
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

  close(): void {
    this.#stopSession();
    for (const watch of this.#watches) watch.stop();
    this.#watches.clear();
    this.#closed.abort(new ParleyError('UNAVAILABLE', 'unable to answer; the client is closed'));
    this.#dropSocket();
  }

  #open(): Socket {
    const { webSocketUrl, WebSocket, session } = this.#options;
    this.#socket ??= new Socket({
      url: webSocketUrl,
      WebSocket,
      session,
      state: this.#state,
      onStateLost: () => {
        for (const watch of [...this.#watches]) watch.restart();
      },
    });
    return this.#socket;
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
    this.#dropSocket();
  }

  #dropSocket(): void {
    const socket = this.#socket;
    this.#socket = undefined;
    socket?.close();
  }
}
