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
    return signedIn(engine, base, caller, await engine.authenticate(token, caller));
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

function signedIn(
  engine: Engine,
  base: Base,
  caller: Caller,
  authenticated: Authenticated,
): GatewaySession<Context> {
  const { expiresAt, external = false, ...first } = authenticated;
  let viewer: Viewer = first;
  let until = expiresAt;
  let held: { readonly onEnded: () => void; release: () => void } | null = null;
  return {
    context: {
      ...base,
      authenticate: () => viewer,
      authenticateKey: () => viewer.key ?? refuseKey(),
    },
    get expiresAt() {
      return until;
    },
    async renew(token) {
      const {
        expiresAt: nextUntil,
        external: alsoExternal = false,
        ...next
      } = await engine.authenticate(token, caller);
      const same = next.sessionId === viewer.sessionId;
      if (next.userId !== viewer.userId || !(same || (external && alsoExternal))) {
        throw new ParleyError('UNAUTHENTICATED', 'unable to go on; the token is of another session');
      }
      if (!same) {
        // From here on it is the newer one that must live.
        viewer = next;
        held?.release();
        if (held !== null) held.release = engine.holdSession(viewer, held.onEnded);
        until = nextUntil;
      }
      if (until !== null && nextUntil !== null && nextUntil > until) until = nextUntil;
    },
    hold(onEnded) {
      const leave = engine.limits.seat(viewer.userId);
      const hold = { onEnded, release: engine.holdSession(viewer, onEnded) };
      held = hold;
      return () => {
        hold.release();
        leave();
      };
    },
  };
}

function refuse(): never {
  throw new ParleyError('UNAUTHENTICATED', 'unable to answer; sign in first');
}

function refuseKey(): never {
  throw new ParleyError('FORBIDDEN', 'unable to answer; this is for servers with an API key');
}
