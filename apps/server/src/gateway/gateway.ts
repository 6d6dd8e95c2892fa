import { closeCodes, newId, ParleyError } from '@parley/contract';
import type { Log } from '@parley/engine';
import type { AnyTRPCRouter, inferRouterContext } from '@trpc/server';
import type { IncomingMessage, Server } from 'node:http';
import { WebSocketServer } from 'ws';
import type { Admission } from './admission.ts';
import { Connection, type ConnectionEnvironment } from './connection.ts';
import { askToMove, pause } from './drain.ts';
import { ErrorAnswers } from './error-answers.ts';
import { defaultLimits, type GatewayLimits } from './limits.ts';
import type { OpenSession } from './session.ts';
import { acceptUpgrades, type AcceptedSocket } from './upgrade.ts';
import { WriteTurn } from './write-turn.ts';

export interface GatewayOptions<R extends AnyTRPCRouter> {
  /** Its upgrade requests are all taken. */
  readonly server: Server;
  /** Without a data transformer: what goes over the wire is JSON as it is. */
  readonly router: R;
  /** Where sockets are served, such as `/trpc`. */
  readonly path: string;
  /** Whether a page of this origin may connect. Clients that are no browsers send none and are not asked. */
  allowsOrigin(origin: string): boolean;
  /** Says how many sockets may come. */
  readonly admission: Admission;
  /** Asked about each of them. @throws LIMITED when too many come from where it comes from */
  readonly greet?: (request: IncomingMessage) => void | Promise<void>;
  readonly open: OpenSession<inferRouterContext<R>>;
  readonly log: Log;
  readonly limits?: Partial<GatewayLimits>;
  /** Called with how many items of subscriptions leave for clients. */
  readonly onDelivered?: (items: number) => void;
  /** Called with the limit whenever a call is refused for what its socket holds already. */
  readonly onLimited?: (limit: string) => void;
}

/** Of an origin in the log: it is the caller's. */
const originCharacters = 100;

/**
 * Serves a tRPC router over WebSockets, in the protocol of the stock `wsLink`. Disposing it closes all sockets with
 * 1012 once their calls in flight are answered.
 */
export class Gateway<R extends AnyTRPCRouter> implements AsyncDisposable {
  readonly #limits: GatewayLimits;
  readonly #environment: ConnectionEnvironment<R>;
  readonly #connections = new Set<Connection<R>>();
  readonly #wss: WebSocketServer;
  readonly #undoUpgrades: () => void;
  readonly #sweeper: NodeJS.Timeout;
  /** Fires when the last socket closes while draining. */
  readonly #empty = new AbortController();
  readonly #greet: NonNullable<GatewayOptions<R>['greet']>;
  #draining = false;

  constructor(options: GatewayOptions<R>) {
    const { server, router, path, open, log } = options;
    const limits = { ...defaultLimits, ...options.limits };
    this.#limits = limits;
    this.#greet = options.greet ?? (() => {});
    this.#environment = {
      router,
      limits,
      open,
      onDelivered: options.onDelivered ?? (() => {}),
      onLimited: options.onLimited ?? (() => {}),
      errors: new ErrorAnswers(router, log),
      turn: new WriteTurn(),
    };
    // `closeTimeout` is newer than the type declarations.
    const closing: object = { closeTimeout: limits.closeMs };
    this.#wss = new WebSocketServer({
      noServer: true,
      clientTracking: false,
      perMessageDeflate: false,
      maxPayload: limits.frameBytes,
      ...closing,
    });
    this.#undoUpgrades = acceptUpgrades({
      server,
      path,
      wss: this.#wss,
      allowsOrigin: (origin) => options.allowsOrigin(origin),
      isDraining: () => this.#draining,
      admission: options.admission,
      onSocket: (accepted) => this.#connect(accepted),
      onForeignOrigin: (origin) =>
        log.info({ origin: origin.slice(0, originCharacters), code: 'FORBIDDEN' }, 'socket refused'),
    });
    this.#sweeper = setInterval(() => this.#sweep(), limits.sweepMs);
  }

  /** Open sockets. */
  get size(): number {
    return this.#connections.size;
  }

  /** Open subscriptions of all sockets. */
  get subscriptions(): number {
    let total = 0;
    for (const connection of this.#connections) total += connection.subscriptions;
    return total;
  }

  /**
   * Takes no more sockets and moves those there are to other servers: asks them within half of `spreadMs`, and closes
   * whoever is left at its end, calls in flight answered first. Settles when all are closed.
   */
  async drain(spreadMs: number): Promise<void> {
    this.#draining = true;
    if (this.size === 0) return;
    const { signal } = this.#empty;
    const until = performance.now() + spreadMs;
    if (spreadMs > 0) await askToMove(this.#connections, spreadMs / 2, signal);
    await this.#untilEmpty(until - performance.now());
    for (const connection of this.#connections) connection.finish();
    await this.#untilEmpty(this.#limits.finishMs);
    const reason = new ParleyError('UNAVAILABLE', 'unable to go on; the server restarts');
    for (const connection of this.#connections) connection.close(reason, closeCodes.restarting);
    await this.#untilEmpty(this.#limits.closeMs);
    for (const connection of this.#connections) connection.terminate();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.drain(0);
    clearInterval(this.#sweeper);
    this.#undoUpgrades();
    this.#wss.close();
  }

  #connect({ ws, socket, request, announced }: AcceptedSocket): void {
    const connection: Connection<R> = new Connection(this.#environment, {
      id: newId(),
      ws,
      socket,
      request,
      announced,
      onClosed: () => {
        this.#connections.delete(connection);
        if (this.#draining && this.size === 0) this.#empty.abort();
      },
    });
    this.#connections.add(connection);
    connection.enterAfter((async () => this.#greet(request))());
  }

  #sweep(): void {
    for (const connection of this.#connections) connection.sweep();
  }

  async #untilEmpty(ms: number): Promise<void> {
    if (ms > 0 && this.size > 0) await pause(ms, this.#empty.signal);
  }
}
