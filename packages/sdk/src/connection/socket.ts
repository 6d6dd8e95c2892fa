import { closeCodes, ParleyError, protocolVersion } from '@parley/contract';
import type { AppRouter } from '@parley/contract/router';
import { createTRPCClient, type TRPCLink } from '@trpc/client';
import { observable } from '@trpc/server/observable';
import type { SessionKeeper } from '../auth/session.ts';
import { isObject } from '../is-object.ts';
import type { WritableStore } from '../store.ts';
import { type Call, Calls, type Trpc } from './calls.ts';
import type { Channel } from './channel.ts';
import { errorOfShape } from './errors.ts';
import type { ReconnectGate } from './gate.ts';
import { Requests } from './requests.ts';
import type { ConnectionState } from './state.ts';
import { Wire, type WireOptions } from './wire.ts';

const IDLE_AFTER_MS = 30_000;
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

/**
 * The way over one WebSocket, in tRPC's protocol; opens when it is needed and comes back when it is lost, until it is
 * closed. When the server asks to move, the next socket is open before the one there is is left.
 */
export class Socket implements Channel {
  readonly trpc: Trpc;
  readonly #options: SocketOptions;
  readonly #calls = new Calls();
  readonly #requests = new Requests();
  /** Those that are open, or about to be; the last one that opened is the one things are sent over. */
  readonly #wires = new Set<Wire>();
  #current: Wire | null = null;
  #token: string | null = null;
  readonly #stopTokens: () => void;
  #opening = false;
  #silent = 0;
  #retryAfterMs: number | null = null;
  #idle: ReturnType<typeof setTimeout> | undefined;
  #closed = false;

  constructor(options: SocketOptions) {
    this.#options = options;
    this.trpc = createTRPCClient<AppRouter>({ links: [this.#link()] });
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
    clearTimeout(this.#idle);
    if (typeof window !== 'undefined') window.removeEventListener('online', this.retryNow);
    const error = new ParleyError('UNAVAILABLE', 'unable to answer; the connection was closed');
    this.#calls.failAll(error);
    this.#requests.end(error);
    for (const wire of this.#wires) wire.close();
  }

  #link(): TRPCLink<AppRouter> {
    return () =>
      ({ op }) =>
        observable((observer) => {
          const id = this.#requests.add(op, observer);
          const leave = () => {
            this.#requests.remove(id);
            this.#rest();
          };
          op.signal?.addEventListener('abort', leave, { once: true });
          this.#request();
          return leave;
        });
  }

  #request(): void {
    if (this.#closed) return;
    clearTimeout(this.#idle);
    if (this.#current === null) void this.#connect();
    else this.#requests.sendOver(this.#current);
  }

  /** Opens a socket, trying until one opens or nobody needs it; the gate keeps the time. */
  async #connect(): Promise<void> {
    if (this.#opening) return;
    this.#opening = true;
    const { gate, session, state } = this.#options;
    if (state.getSnapshot().status === 'idle') this.#show('connecting');
    while (!this.#closed) {
      try {
        await gate.pass();
        await session.fresh();
        await this.#open();
        return;
      } catch {
        if (this.#requests.size === 0) break;
        if (this.#current === null) this.#show('offline');
      }
    }
    this.#opening = false;
    if (this.#current === null) this.#show('idle');
  }

  /** Resolves once a socket is open and things are sent over it. @throws when it is closed before */
  #open(): Promise<void> {
    if (this.#closed) return Promise.resolve();
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const { url, WebSocket } = this.#options;
    const wire: Wire = this.#make({
      ...{ url, WebSocket },
      onOpen: () => {
        // From here on its loss begins anew.
        this.#opening = false;
        this.#use(wire);
        resolve();
      },
      onHeard: () => {
        this.#silent = 0;
      },
      onMessage: (message) => this.#onMessage(wire, message),
      onClose: ({ code, silent, mute }) => {
        this.#wires.delete(wire);
        if (silent) this.#onSilent(mute);
        this.#onClose(wire, code);
        reject(new ParleyError('UNAVAILABLE', 'unable to connect; the socket was closed'));
      },
    });
    return promise;
  }

  #make(options: WireOptions): Wire {
    try {
      const wire = new Wire(options);
      this.#wires.add(wire);
      return wire;
    } catch (error) {
      // A page's own policy may forbid it.
      this.#onSilent(true);
      throw error;
    }
  }

  /** Sends everything over this one, and leaves the one before as soon as its calls are answered. */
  #use(wire: Wire): void {
    const before = this.#current;
    this.#current = wire;
    this.#token = this.#options.session.accessToken;
    const data = { token: this.#token, protocol: String(protocolVersion) };
    wire.send({ method: 'connectionParams', data });
    this.#requests.sendOver(wire);
    this.#show('online');
    if (before !== null) this.#leave(before);
  }

  /** Lets the socket there is outlive the token it was opened with. */
  #sendToken(): void {
    const token = this.#options.session.tokens.getSnapshot();
    if (token === null || token === this.#token || this.#current === null) return;
    this.#token = token;
    this.#current.send({ method: 'connectionParams', data: { token } });
  }

  #onMessage(wire: Wire, message: unknown): void {
    if (this.#requests.take(wire, message)) {
      // Being open proves nothing: a server that refuses closes right away.
      this.#options.gate.proven();
      if (wire !== this.#current) this.#leave(wire);
      this.#rest();
    } else if (isObject(message) && message['method'] === 'reconnect' && wire === this.#current) {
      void this.#connect();
    } else if (isObject(message) && isObject(message['error'])) {
      // Why the server is about to close it.
      this.#retryAfterMs = errorOfShape(message['error'])?.retryAfterMs ?? null;
    }
  }

  #leave(wire: Wire): void {
    if (this.#requests.hasOn(wire)) return;
    this.#wires.delete(wire);
    wire.close();
  }

  #onSilent(mute: boolean): void {
    this.#silent += mute ? SILENT_SOCKETS : 1;
    if (this.#silent >= SILENT_SOCKETS && !this.#closed) this.#options.onSilent();
  }

  #onClose(wire: Wire, code: number): void {
    const { session, gate, onStateLost, onOutdated } = this.#options;
    if (this.#closed) return;
    // First what the code says, as it decides when to come back, if at all.
    if (code === closeCodes.signInAgain && this.#token !== null) session.invalidate(this.#token);
    else if (code === closeCodes.refused) session.end();
    else if (code === closeCodes.limited) gate.slowDown(this.#retryAfterMs);
    else if (code === closeCodes.stateLost) onStateLost();
    else if (code === closeCodes.outdated) onOutdated();
    this.#requests.lose(wire);
    if (wire === this.#current) this.#lost();
  }

  #lost(): void {
    this.#current = null;
    this.#show(this.#requests.size === 0 ? 'idle' : 'offline');
    if (this.#requests.size > 0 && !this.#closed) void this.#connect();
  }

  /** Nobody needs a connection: it is kept for a while. */
  #rest(): void {
    if (this.#requests.size > 0 || this.#closed) return;
    clearTimeout(this.#idle);
    this.#idle = setTimeout(() => this.#onIdle(), IDLE_AFTER_MS);
  }

  #onIdle(): void {
    // One that is just being opened is waited for.
    if (this.#opening) {
      this.#rest();
      return;
    }
    this.#options.gate.rest();
    for (const wire of this.#wires) wire.close();
    this.#wires.clear();
    this.#current = null;
    this.#show('idle');
  }

  #show(status: ConnectionState['status']): void {
    const { state } = this.#options;
    if (!this.#closed) state.set({ ...state.getSnapshot(), status });
  }
}
