import type { Server } from 'node:http';
import type { WebSocketServer } from 'ws';

/** Tells whoever started this process where it listens. */
export function sayPort(server: Pick<Server | WebSocketServer, 'address'>): void {
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('unable to say where it listens');
  console.log(address.port);
}
