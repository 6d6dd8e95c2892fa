import { ParleyError } from '@parley/contract';
import type { Context } from '@parley/contract/router';
import type { Engine } from '@parley/engine';
import type { OpenSession } from './gateway/session.ts';
import type { ReadClient } from './http/client-info.ts';

/** Opens sockets on Parley's router: anyone may connect, and is who the token says. */
export function sessionOpener(engine: Engine, readClient: ReadClient): OpenSession<Context> {
  return async ({ request, socketId, token }) => {
    const base = { ...engine.services, requestId: socketId, client: readClient(request) };
    if (token === null) {
      return { context: { ...base, authenticate: refuse }, expiresAt: null, hold: () => () => {} };
    }
    const { userId, sessionId, expiresAt } = await engine.authenticate(token);
    const viewer = { userId, sessionId };
    return {
      context: { ...base, authenticate: () => viewer },
      expiresAt,
      hold: (onEnded) => engine.holdSession(sessionId, onEnded),
    };
  };
}

function refuse(): never {
  throw new ParleyError('UNAUTHENTICATED', 'unable to answer; sign in first');
}
