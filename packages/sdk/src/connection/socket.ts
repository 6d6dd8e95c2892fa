import { closeCodes, ParleyError } from '@parley/contract';
import type { AppRouter } from '@parley/contract/router';
import { createTRPCClient, createWSClient, type TRPCLink, wsLink } from '@trpc/client';
import { tap } from '@trpc/server/observable';
import type { SessionKeeper } from '../auth/session.ts';
import type { WritableStore } from '../store.ts';
import { type Call, Calls, type Trpc } from './calls.ts';
import { ReconnectGate } from './gate.ts';
import { withOpenDeadline } from './open-deadline.ts';
import { type ConnectionState, idleState } from './state.ts';

const KEEP_ALIVE = { enabled: true, intervalMs: 20_000, pongTimeoutMs: 5_000 };
const LAZY = { enabled: true, closeMs: 30_000 };

export interface SocketOptions {
  readonly url: string;
  readonly WebSocket: typeof WebSocket;
  readonly session: SessionKeeper;
  readonly state: WritableStore<ConnectionState>;
  /** The server cannot prove continuity: what is held has to be fetched anew. */
  readonly onStateLost: () => void;
}

/** The one WebSocket of a session; opens when it is needed and comes back when it is lost, until it is closed. */
export class Socket {
  readonly trpc: Trpc;
  readonly #calls = new Calls();
  readonly #options: SocketOptions;
  readonly #gate: ReconnectGate;
  readonly #client: ReturnType<typeof createWSClient>;
  /** What the latest connection was opened with. */
  #token = '';
  #closed = false;

  constructor(options: SocketOptions) {
    this.#options = options;
    this.#gate = new ReconnectGate((retryAt) => this.#show({ retryAt }));
    this.#client = createWSClient({
      // Called before every attempt. The gate keeps the time rather than `retryDelayMs`, whose wait nobody can end.
      url: () => this.#prepare(),
      retryDelayMs: () => 0,
      connectionParams: () => {
        this.#token = options.session.accessToken ?? '';
        return { token: this.#token };
      },
      WebSocket: withOpenDeadline(options.WebSocket),
      keepAlive: KEEP_ALIVE,
      lazy: LAZY,
      onClose: (cause) => this.#onClose(cause?.code),
    });
    this.#client.connectionState.subscribe({
      next: ({ state, error }) => this.#onState(state, error !== null),
    });
    this.trpc = createTRPCClient<AppRouter>({
      links: [this.#provingLink(), wsLink({ client: this.#client })],
    });
    if (typeof window !== 'undefined') window.addEventListener('online', this.retryNow);
  }

  /** @throws ParleyError, within `ms` */
  call<T>(call: Call<T>, ms: number): Promise<T> {
    return this.#calls.run(this.trpc, call, ms);
  }

  /** Ends the wait for the next attempt, if there is one. */
  readonly retryNow = (): void => this.#gate.hurry();

  /** Closes the connection for good: calls under way fail, subscriptions complete. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#gate.close();
    if (typeof window !== 'undefined') window.removeEventListener('online', this.retryNow);
    this.#calls.failAll(new ParleyError('UNAVAILABLE', 'unable to answer; the connection was closed'));
    void this.#client.close();
    this.#options.state.set(idleState);
  }

  async #prepare(): Promise<string> {
    await this.#gate.pass();
    await this.#options.session.fresh();
    return this.#options.url;
  }

  /** Any answer proves that the server accepted the connection. */
  #provingLink(): TRPCLink<AppRouter> {
    return () => (step) =>
      step.next(step.op).pipe(
        tap({
          next: ({ result }) => {
            if (result.type !== 'state') this.#gate.proven();
          },
        }),
      );
  }

  #onClose(code: number | undefined): void {
    if (this.#closed) return;
    if (code === closeCodes.signInAgain) this.#options.session.invalidate(this.#token);
    else if (code === closeCodes.refused) this.#options.session.end();
    else if (code === closeCodes.limited) this.#gate.slowDown();
    else if (code === closeCodes.stateLost) this.#options.onStateLost();
  }

  #onState(state: 'idle' | 'connecting' | 'pending', failed: boolean): void {
    if (this.#closed) return;
    if (state === 'idle') this.#gate.rest();
    const status = state === 'pending' ? 'online' : state === 'connecting' && failed ? 'offline' : state;
    this.#show({ status });
  }

  #show(change: Partial<ConnectionState>): void {
    if (this.#closed) return;
    const before = this.#options.state.getSnapshot();
    this.#options.state.set({ ...before, ...change });
  }
}
