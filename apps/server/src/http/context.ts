import { type ClientInfo, ParleyError } from '@parley/contract';
import type { Context } from '@parley/contract/router';
import type { Authenticated, Engine } from '@parley/engine';
import type { IncomingMessage } from 'node:http';

export interface Caller {
  readonly request: IncomingMessage;
  readonly requestId: string;
  readonly client: ClientInfo;
}

/** What procedures called over HTTP get. Credentials are looked at when the first of them asks, and once. */
export function httpContext(engine: Engine, { request, requestId, client }: Caller): Context {
  let authenticated: Promise<Authenticated> | undefined;
  return {
    ...engine.services,
    requestId,
    client,
    limits: engine.limits,
    authenticate: () => (authenticated ??= authenticateBearer(engine, request)),
  };
}

/** Who the request's access token says. @throws UNAUTHENTICATED, UNAVAILABLE */
export async function authenticateBearer(
  engine: Engine,
  { headers }: IncomingMessage,
): Promise<Authenticated> {
  const token = /^Bearer +(\S+) *$/i.exec(headers.authorization ?? '')?.[1];
  if (token === undefined) throw new ParleyError('UNAUTHENTICATED', 'unable to answer; sign in first');
  return engine.authenticate(token);
}
