import { closeCodes, ParleyError, protocolVersion } from '@parley/contract';
import type { AppRouter } from '@parley/contract/router';
import { createTRPCClient, createWSClient, type TRPCLink, wsLink } from '@trpc/client';
import { tap } from '@trpc/server/observable';
import type { SessionKeeper } from '../auth/session.ts';
import type { WritableStore } from '../store.ts';
import { type Call, Calls, type Trpc } from './calls.ts';
import type { Channel } from './channel.ts';
import type { ReconnectGate } from './gate.ts';
import type { ConnectionState } from './state.ts';
import { onTrial } from './trial.ts';

const KEEP_ALIVE = { enabled: true, intervalMs: 20_000, pongTimeoutMs: 5_000 };
const LAZY = { enabled: true, closeMs: 30_000 };
/** Sockets in a row on which nothing is heard, after which WebSockets may be what is blocked. */
const SILENT_SOCKETS = 3;

export interface SocketOptions {
  readonly url: string;
  readonly WebSocket: typeof WebSocket;
  readonly session: SessionKeeper;
  readonly state: WritableStore<ConnectionState>;
  /** Owned from here on. */
  readonly gate: ReconnectGate;
  /** The server cannot prove continuity: what is held has to be fetched anew. */
  readonly onStateLost: () => void;
  /** The server does not speak to a client this old. */
  readonly onOutdated: () => void;
  /** Nothing is heard from the server, whatever the reason. */
  readonly onSilent: () => void;
}

/** The one WebSocket of a session; opens when it is needed and comes back when it is lost, until it is closed. */
export class Socket implements Channel {
  readonly trpc: Trpc;
  readonly #calls = new Calls();
  readonly #options: SocketOptions;
  readonly #client: ReturnType<typeof createWSClient>;
  readonly #stopTokens: () => void;
  /** What the latest connection goes by. */
  #token = '';
  #silent = 0;
  #closed = false;

  constructor(options: SocketOptions) {
    this.#options = options;
    this.#client = createWSClient({
      // Called before every attempt. The gate keeps the time rather than `retryDelayMs`, whose wait nobody can end.
      url: () => this.#prepare(),
      retryDelayMs: () => 0,
      connectionParams: () => {
        this.#token = options.session.accessToken ?? '';
        return { token: this.#token, protocol: String(protocolVersion) };
      },
      WebSocket: onTrial(options.WebSocket, {
        onHeard: () => {
          this.#silent = 0;
        },
        onSilent: (late) => this.#onSilent(late),
      }),
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
    this.#stopTokens = options.session.tokens.subscribe(() => this.#sendToken());
    if (typeof window !== 'undefined') window.addEventListener('online', this.retryNow);
  }

  call<T>(call: Call<T>, ms: number): Promise<T> {
    return this.#calls.run(this.trpc, call, ms);
  }

  readonly retryNow = (): void => this.#options.gate.hurry();

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#stopTokens();
    this.#options.gate.close();
    if (typeof window !== 'undefined') window.removeEventListener('online', this.retryNow);
    this.#calls.failAll(new ParleyError('UNAVAILABLE', 'unable to answer; the connection was closed'));
    void this.#client.close();
  }

  async #prepare(): Promise<string> {
    await this.#options.gate.pass();
    await this.#options.session.fresh();
    return this.#options.url;
  }

  /** Any answer proves that the server accepted the connection. */
  #provingLink(): TRPCLink<AppRouter> {
    return () => (step) =>
      step.next(step.op).pipe(
        tap({
          next: ({ result }) => {
            if (result.type !== 'state') this.#options.gate.proven();
          },
        }),
      );
  }

  /** Lets the connection there is outlive the token it was opened with. */
  #sendToken(): void {
    const token = this.#options.session.tokens.getSnapshot();
    const { connection } = this.#client;
    if (token === null || token === this.#token || connection?.state !== 'open') return;
    this.#token = token;
    connection.ws.send(JSON.stringify({ method: 'connectionParams', data: { token } }));
  }

  #onSilent(late: boolean): void {
    this.#silent += late ? SILENT_SOCKETS : 1;
    if (this.#silent >= SILENT_SOCKETS && !this.#closed) this.#options.onSilent();
  }

  #onClose(code: number | undefined): void {
    if (this.#closed) return;
    const { session, gate, onStateLost, onOutdated } = this.#options;
    if (code === closeCodes.signInAgain) session.invalidate(this.#token);
    else if (code === closeCodes.refused) session.end();
    else if (code === closeCodes.limited) gate.slowDown();
    else if (code === closeCodes.stateLost) onStateLost();
    else if (code === closeCodes.outdated) onOutdated();
  }

  #onState(state: 'idle' | 'connecting' | 'pending', failed: boolean): void {
    if (this.#closed) return;
    const { gate, state: shown } = this.#options;
    if (state === 'idle') gate.rest();
    const status = state === 'pending' ? 'online' : state === 'connecting' && failed ? 'offline' : state;
    shown.set({ ...shown.getSnapshot(), status });
  }
}
