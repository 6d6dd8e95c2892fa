import cluster from 'node:cluster';
import { once } from 'node:events';
import { createServer } from 'node:net';

/**
 * Finds out early that a port cannot be had, before anything slow is started.
 * @throws Error with a message for whoever starts the server
 */
export async function requirePort(host: string, port: number): Promise<void> {
  // A worker's ports are its primary's, which hands out connections as soon as one listens: to a probe, too.
  if (cluster.isWorker) return;
  const probe = createServer();
  try {
    probe.listen({ host, port });
    await once(probe, 'listening');
  } catch (error) {
    throw portFailure(error, host, port);
  }
  probe.close();
  await once(probe, 'close');
}

/** The error for a failed listen. `variable` names what sets the port. */
export function portFailure(error: unknown, host: string, port: number, variable = 'PORT'): Error {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return new Error(`unable to start; ${reason(code, host, port, variable)}`, { cause: error });
}

function reason(code: unknown, host: string, port: number, variable: string): string {
  if (code === 'EADDRINUSE') return `port ${port} is taken, stop what uses it or set ${variable} to another`;
  if (code === 'EACCES')
    return `port ${port} may not be used by this user, set ${variable} to one above 1023`;
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND')
    return `HOST ${host} is not an address of this machine`;
  return `it cannot listen on ${host}:${port} (${String(code)})`;
}
