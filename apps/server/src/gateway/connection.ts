import { closeCodes, type ErrorCode, ParleyError } from '@parley/contract';
import { asParleyError, toTRPCError } from '@parley/contract/router';
import type { AnyTRPCRouter, inferRouterContext } from '@trpc/server';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { RawData, WebSocket } from 'ws';
import { Calls } from './calls.ts';
import { Delivery } from './delivery.ts';
import type { ErrorAnswers } from './error-answers.ts';
import { textFrame } from './frame.ts';
import { KeepAlive } from './keep-alive.ts';
import type { GatewayLimits } from './limits.ts';
import { type Credentials, parseConnectionParams, parseFrame, reconnectNotice } from './protocol.ts';
import type { GatewaySession, OpenSession } from './session.ts';
import type { WriteTurn } from './write-turn.ts';

/** What the connections of a gateway have in common. */
export interface ConnectionEnvironment<R extends AnyTRPCRouter> {
  readonly router: R;
  readonly limits: GatewayLimits;
  readonly errors: ErrorAnswers<R>;
  readonly turn: WriteTurn;
  readonly open: OpenSession<inferRouterContext<R>>;
  readonly onDelivered: (items: number) => void;
  readonly onLimited: (limit: string) => void;
}

export interface ConnectionOptions {
  readonly id: string;
  readonly ws: WebSocket;
  /** The same socket below the WebSocket. */
  readonly socket: Duplex;
  readonly request: IncomingMessage;
  /** Whether the first frame will bring credentials. */
  readonly announced: boolean;
  readonly onClosed: () => void;
}

/** One socket, from its upgrade until it is closed. */
export class Connection<R extends AnyTRPCRouter> {
  readonly #environment: ConnectionEnvironment<R>;
  readonly #id: string;
  readonly #ws: WebSocket;
  /** Kept until the client is in, and no longer: it is large. */
  #request: IncomingMessage | null;
  readonly #delivery: Delivery;
  readonly #calls: Calls<R>;
  readonly #keepAlive: KeepAlive;
  readonly #handshakeEnds: number;
  /** Pending while credentials are checked; null while they are awaited. */
  #context: Promise<inferRouterContext<R>> | null = null;
  #session: GatewaySession<inferRouterContext<R>> | null = null;
  #release: (() => void) | null = null;
  /** The newest token that came while another was being checked; undefined when none did. */
  #nextToken: string | null | undefined;
  #renewing = false;
  #closing = false;
  #finishing = false;

  constructor(environment: ConnectionEnvironment<R>, options: ConnectionOptions) {
    this.#environment = environment;
    this.#id = options.id;
    this.#ws = options.ws;
    this.#request = options.request;
    const { router, limits, errors, turn } = environment;
    // Not `options` itself: what the listeners below close over lives as long as the socket.
    const { ws, socket, id, onClosed } = options;
    this.#delivery = new Delivery({
      socket,
      turn,
      backlogBytes: limits.backlogBytes,
      onTooSlow: () =>
        this.close(
          new ParleyError('TOO_SLOW', 'unable to go on; too much waits to be read'),
          closeCodes.tooSlow,
        ),
    });
    this.#calls = new Calls({
      router,
      limits,
      errors,
      delivery: this.#delivery,
      socketId: id,
      onDelivered: environment.onDelivered,
      onLimited: environment.onLimited,
      context: () => this.#context ?? Promise.reject(new Error('the socket is not open')),
      onIdle: () => this.#closeWhenFinished(),
      onToken: (token) => void this.#renew(token),
    });
    this.#keepAlive = new KeepAlive(ws, limits);
    this.#handshakeEnds = performance.now() + limits.handshakeMs;
    ws.on('message', (data, isBinary) => this.#receive(data, isBinary));
    ws.on('pong', () => this.#keepAlive.heard());
    ws.on('error', (error) => {
      errors.note(id, error);
      this.#dispose();
    });
    ws.on('close', () => {
      this.#dispose();
      onClosed();
    });
    if (!options.announced) this.#enter({ token: null, user: null, protocol: undefined });
  }

  /** How many subscriptions are open. */
  get subscriptions(): number {
    return this.#calls.subscriptions;
  }

  /** Looks at what may be overdue. */
  sweep(): void {
    if (this.#closing) return;
    if (this.#session === null) {
      if (performance.now() >= this.#handshakeEnds) this.#handshakeFailed();
    } else if (this.#session.expiresAt !== null && this.#session.expiresAt.getTime() <= Date.now()) {
      this.#sessionEnded('the access token expired');
    } else {
      this.#keepAlive.sweep();
    }
  }

  /** Asks the client to move to another server. The socket goes on until the client closes it. */
  notifyReconnect(): void {
    this.#delivery.push(textFrame(reconnectNotice));
  }

  /** Closes once the calls in flight are answered; later ones are refused. */
  finish(): void {
    this.#finishing = true;
    this.#calls.refuse(restarting());
    this.#closeWhenFinished();
  }

  /** Says why, then closes. Everything that the socket held is freed at once. */
  close(reason: ParleyError, code: number): void {
    if (this.#closing) return;
    this.#delivery.answer(textFrame(this.#environment.errors.message(this.#id, null, reason)));
    this.#dispose();
    this.#ws.close(code, reason.code);
  }

  /** Lets nobody in, as what `admitted` rejects with says. */
  enterAfter(admitted: Promise<void>): void {
    admitted.catch((error: unknown) => this.#notEntered(error));
  }

  terminate(): void {
    this.#ws.terminate();
  }

  #receive(data: RawData, isBinary: boolean): void {
    if (this.#closing) return;
    this.#keepAlive.heard();
    const text = isBinary || !Buffer.isBuffer(data) ? '' : data.toString();
    if (text === 'PONG') return;
    if (text === 'PING') {
      this.#delivery.answer(textFrame('PONG'));
    } else if (this.#context === null) {
      this.#readCredentials(text);
    } else {
      this.#calls.take(parseFrame(text));
    }
    if (this.#delivery.congested) this.#pauseReading();
  }

  /** One who does not read its answers may not make more calls; if it never reads, it misses a ping. */
  #pauseReading(): void {
    const ws = this.#ws;
    if (ws.isPaused) return;
    ws.pause();
    void this.#delivery.drained().then(() => ws.resume());
  }

  #readCredentials(text: string): void {
    const params = parseConnectionParams(text);
    if (params === null) {
      const reason = new ParleyError(
        'MALFORMED_REQUEST',
        'unable to open the socket; its first frame is malformed',
      );
      this.close(reason, closeCodes.refused);
      return;
    }
    this.#enter(params);
  }

  #enter({ token, user, protocol }: Pick<Credentials, 'token' | 'user' | 'protocol'>): void {
    const request = this.#request;
    if (request === null) return;
    this.#request = null;
    const opening = this.#environment
      .open({ request, socketId: this.#id, token, user, protocol })
      .then((session) => {
        this.#entered(session);
        return session.context;
      });
    this.#context = opening;
    opening.catch((error: unknown) => this.#notEntered(error));
  }

  #entered(session: GatewaySession<inferRouterContext<R>>): void {
    if (this.#closing) return;
    this.#session = session;
    this.#release = session.hold(() => this.#sessionEnded('the session has ended'));
  }

  #notEntered(error: unknown): void {
    const reason = asParleyError(toTRPCError(error));
    this.close(reason, refusals[reason.code] ?? closeCodes.restarting);
  }

  /** A newer token of the same session came: the socket outlives the one it was opened with. */
  async #renew(token: string | null): Promise<void> {
    // One at a time, as each is checked at some cost; of those that come meanwhile the last one counts.
    if (this.#renewing) {
      this.#nextToken = token;
      return;
    }
    this.#renewing = true;
    try {
      await this.#context;
      if (token === null) this.#sessionEnded('there is no token');
      else await this.#session?.renew(token);
    } catch (error) {
      const reason = asParleyError(toTRPCError(error));
      // Of anything else the old one decides: it may be good for a while.
      const code = refusals[reason.code];
      if (code !== undefined) this.close(reason, code);
    } finally {
      this.#renewing = false;
      const next = this.#nextToken;
      this.#nextToken = undefined;
      if (next !== undefined && !this.#closing) void this.#renew(next);
    }
  }

  #handshakeFailed(): void {
    if (this.#context === null) {
      const reason = new ParleyError(
        'UNAUTHENTICATED',
        'unable to open the socket; no credentials came in time',
      );
      this.close(reason, closeCodes.signInAgain);
    } else {
      const reason = new ParleyError(
        'UNAVAILABLE',
        'unable to open the socket; checking the credentials took too long',
      );
      this.close(reason, closeCodes.restarting);
    }
  }

  #sessionEnded(why: string): void {
    this.close(new ParleyError('UNAUTHENTICATED', `unable to go on; ${why}`), closeCodes.signInAgain);
  }

  #closeWhenFinished(): void {
    if (this.#finishing && this.#calls.idle) this.close(restarting(), closeCodes.restarting);
  }

  #dispose(): void {
    this.#closing = true;
    this.#delivery.end();
    this.#calls.dispose();
    this.#release?.();
    this.#release = null;
  }
}

/** Why a client is not let in, as its close code; anything else passes, and it may come back. */
const refusals: Partial<Record<ErrorCode, number>> = {
  UNAUTHENTICATED: closeCodes.signInAgain,
  FORBIDDEN: closeCodes.refused,
  OUTDATED: closeCodes.outdated,
  LIMITED: closeCodes.limited,
  MALFORMED_REQUEST: closeCodes.refused,
};

function restarting(): ParleyError {
  return new ParleyError('UNAVAILABLE', 'unable to go on; the server restarts');
}
