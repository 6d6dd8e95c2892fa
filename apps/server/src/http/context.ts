import { type ClientInfo, ParleyError } from '@parley/contract';
import type { Context } from '@parley/contract/router';
import type { Authenticated, Caller, Engine } from '@parley/engine';
import type { IncomingMessage } from 'node:http';

/** Names whom a server with an API key acts for. */
export const actsForHeader = 'x-parley-user';

export interface HttpCaller {
  readonly request: IncomingMessage;
  readonly requestId: string;
  readonly client: ClientInfo;
}

/** What procedures called over HTTP get. Credentials are looked at when the first of them asks, and once. */
export function httpContext(engine: Engine, { request, requestId, client }: HttpCaller): Context {
  let authenticated: Promise<Authenticated> | undefined;
  return {
    ...engine.services,
    requestId,
    client,
    limits: engine.limits,
    authenticate: () => (authenticated ??= authenticateBearer(engine, request, client)),
    authenticateKey: async () => engine.authenticateKey(tokenOf(request), callerOf(request, client)),
  };
}

/** Who the request's bearer token says. @throws UNAUTHENTICATED, FORBIDDEN, UNAVAILABLE */
export async function authenticateBearer(
  engine: Engine,
  request: IncomingMessage,
  client: ClientInfo,
): Promise<Authenticated> {
  return engine.authenticate(tokenOf(request), callerOf(request, client));
}

function tokenOf({ headers }: IncomingMessage): string {
  const token = /^Bearer +(\S+) *$/i.exec(headers.authorization ?? '')?.[1];
  if (token === undefined) throw new ParleyError('UNAUTHENTICATED', 'unable to answer; sign in first');
  return token;
}

function callerOf({ headers }: IncomingMessage, client: ClientInfo): Caller {
  const actsFor = headers[actsForHeader];
  return {
    client,
    inPage: headers.origin !== undefined,
    ...(typeof actsFor === 'string' ? { actsFor } : {}),
  };
}
