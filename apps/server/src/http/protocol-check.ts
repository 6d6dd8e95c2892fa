import { oldestProtocolVersion, ParleyError, protocolVersion } from '@parley/contract';

/**
 * Lets a client in that speaks what this server speaks. One that does not say its version is taken as it is: it is not
 * ours.
 * @throws OUTDATED to one that is too old; UNAVAILABLE to one newer than this server, whose successor will know it;
 * MALFORMED_REQUEST
 */
export function checkProtocol(stated: unknown): void {
  if (stated === undefined) return;
  const version = typeof stated === 'string' && /^\d{1,9}$/.test(stated) ? Number(stated) : null;
  if (version === null) {
    throw new ParleyError('MALFORMED_REQUEST', 'unable to answer; the version of the protocol is malformed');
  }
  if (version < oldestProtocolVersion) {
    throw new ParleyError(
      'OUTDATED',
      'unable to answer; this client is too old for the server, load it anew',
    );
  }
  if (version > protocolVersion) {
    throw new ParleyError('UNAVAILABLE', 'unable to answer; this server is older than the client');
  }
}
