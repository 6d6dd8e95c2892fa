import { type ClientInfo, type KeyHolder, ParleyError, type Viewer } from '@parley/contract';
import type { Context } from '@parley/contract/router';
import { type Authenticated, type Caller, type Engine, isApiKey } from '@parley/engine';
import type { GatewaySession, Handshake, OpenSession } from './gateway/session.ts';
import type { ReadClient } from './http/client-info.ts';
import { checkProtocol } from './http/protocol-check.ts';

type Base = Omit<Context, 'authenticate' | 'authenticateKey'>;

/** Opens sockets on Parley's router: anyone may connect, and is who the token says. */
export function sessionOpener(engine: Engine, readClient: ReadClient): OpenSession<Context> {
  return async (handshake) => {
    const { request, socketId, token, protocol } = handshake;
    checkProtocol(protocol);
    const { services, limits } = engine;
    const base = { ...services, requestId: socketId, client: readClient(request), limits };
    if (token === null) return signedOut(base);
    const caller = callerOf(handshake, base.client);
    if (caller.actsFor === undefined && isApiKey(token)) {
      return forNobody(engine, base, await engine.authenticateKey(token, caller));
    }
    return new SignedIn(engine, base, caller, await engine.authenticate(token, caller));
  };
}

function callerOf({ request, user }: Handshake, client: ClientInfo): Caller {
  return {
    client,
    inPage: request.headers.origin !== undefined,
    ...(user === null ? {} : { actsFor: user }),
  };
}

function signedOut(base: Base): GatewaySession<Context> {
  const context = { ...base, authenticate: refuse, authenticateKey: refuse };
  return { context, expiresAt: null, renew: async () => refuse(), hold: () => () => {} };
}

/** A server that says for nobody that it acts for them. */
function forNobody(engine: Engine, base: Base, key: KeyHolder): GatewaySession<Context> {
  const authenticate = () => {
    throw new ParleyError('UNAUTHENTICATED', 'unable to answer; the API key names nobody to act for');
  };
  return {
    context: { ...base, authenticate, authenticateKey: () => key },
    expiresAt: null,
    renew: async () => refuse(),
    hold: (onEnded) => engine.holdKey(key, onEnded),
  };
}

/** Somebody who signed in. Flat, as there are as many as sockets. */
class SignedIn implements GatewaySession<Context> {
  readonly context: Context;
  expiresAt: Date | null;
  readonly #engine: Engine;
  readonly #caller: Caller;
  readonly #external: boolean;
  #viewer: Viewer;
  #onEnded: (() => void) | null = null;
  #release: (() => void) | null = null;

  constructor(engine: Engine, base: Base, caller: Caller, authenticated: Authenticated) {
    const { expiresAt, external = false, ...viewer } = authenticated;
    this.#engine = engine;
    this.#caller = caller;
    this.#external = external;
    this.#viewer = viewer;
    this.expiresAt = expiresAt;
    this.context = {
      ...base,
      authenticate: () => this.#viewer,
      authenticateKey: () => this.#viewer.key ?? refuseKey(),
    };
  }

  async renew(token: string): Promise<void> {
    const { expiresAt, external = false, ...next } = await this.#engine.authenticate(token, this.#caller);
    const same = next.sessionId === this.#viewer.sessionId;
    if (next.userId !== this.#viewer.userId || !(same || (this.#external && external))) {
      throw new ParleyError('UNAUTHENTICATED', 'unable to go on; the token is of another session');
    }
    if (!same) {
      // From here on it is the newer one that must live.
      this.#viewer = next;
      this.#release?.();
      if (this.#onEnded !== null) this.#release = this.#engine.holdSession(next, this.#onEnded);
      this.expiresAt = expiresAt;
    }
    if (this.expiresAt !== null && expiresAt !== null && expiresAt > this.expiresAt)
      this.expiresAt = expiresAt;
  }

  hold(onEnded: () => void): () => void {
    const leave = this.#engine.limits.seat(this.#viewer.userId);
    this.#onEnded = onEnded;
    this.#release = this.#engine.holdSession(this.#viewer, onEnded);
    return () => {
      this.#onEnded = null;
      this.#release?.();
      leave();
    };
  }
}

function refuse(): never {
  throw new ParleyError('UNAUTHENTICATED', 'unable to answer; sign in first');
}

function refuseKey(): never {
  throw new ParleyError('FORBIDDEN', 'unable to answer; this is for servers with an API key');
}
