import proxyAddr from '@fastify/proxy-addr';
import type { ClientInfo } from '@parley/contract';
import type { IncomingMessage } from 'node:http';

const deviceCharacters = 200;

/** Tells where a request comes from. Forwarded addresses count only when a named proxy says so. */
export type ReadClient = (request: IncomingMessage) => ClientInfo;

export function clientReader(trustProxy: readonly string[]): ReadClient {
  const trusted = proxyAddr.compile([...trustProxy]);
  return (request) => ({
    // A client that has left already has no address.
    address: request.socket.remoteAddress === undefined ? '' : proxyAddr(request, trusted),
    device: (request.headers['user-agent'] ?? '').slice(0, deviceCharacters),
  });
}
