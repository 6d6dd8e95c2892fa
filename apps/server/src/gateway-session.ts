import { ParleyError } from '@parley/contract';
import type { Context } from '@parley/contract/router';
import type { Authenticated, Engine } from '@parley/engine';
import type { GatewaySession, OpenSession } from './gateway/session.ts';
import type { ReadClient } from './http/client-info.ts';
import { checkProtocol } from './http/protocol-check.ts';

/** Opens sockets on Parley's router: anyone may connect, and is who the token says. */
export function sessionOpener(engine: Engine, readClient: ReadClient): OpenSession<Context> {
  return async ({ request, socketId, token, protocol }) => {
    checkProtocol(protocol);
    const { services, limits } = engine;
    const base = { ...services, requestId: socketId, client: readClient(request), limits };
    if (token !== null) return signedIn(engine, base, await engine.authenticate(token));
    const context = { ...base, authenticate: refuse };
    return { context, expiresAt: null, renew: async () => refuse(), hold: () => () => {} };
  };
}

function signedIn(
  engine: Engine,
  base: Omit<Context, 'authenticate'>,
  { userId, sessionId, expiresAt }: Authenticated,
): GatewaySession<Context> {
  const viewer = { userId, sessionId };
  let until = expiresAt;
  return {
    context: { ...base, authenticate: () => viewer },
    get expiresAt() {
      return until;
    },
    async renew(token) {
      const again = await engine.authenticate(token);
      if (again.sessionId !== sessionId) {
        throw new ParleyError('UNAUTHENTICATED', 'unable to go on; the token is of another session');
      }
      if (again.expiresAt > until) until = again.expiresAt;
    },
    hold(onEnded) {
      const leave = engine.limits.seat(userId);
      const release = engine.holdSession(sessionId, onEnded);
      return () => {
        release();
        leave();
      };
    },
  };
}

function refuse(): never {
  throw new ParleyError('UNAUTHENTICATED', 'unable to answer; sign in first');
}
