import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import type { WebSocket, WebSocketServer } from 'ws';
import { refuseSocket } from '../http/refuse-socket.ts';
import type { Admission } from './admission.ts';

export interface UpgradeOptions {
  readonly server: Server;
  readonly wss: WebSocketServer;
  readonly path: string;
  /** Whether a page of this origin may connect; asked only when there is an Origin header. */
  allowsOrigin(origin: string): boolean;
  readonly admission: Admission;
  /** Whether the server takes no more sockets. */
  isDraining(): boolean;
  onSocket(accepted: AcceptedSocket): void;
  /** Told of an origin that may not connect. */
  onForeignOrigin(origin: string): void;
}

export interface AcceptedSocket {
  readonly ws: WebSocket;
  readonly socket: Duplex;
  readonly request: IncomingMessage;
  /** Whether the first frame will bring credentials. */
  readonly announced: boolean;
}

/**
 * Takes the server's upgrade requests; whatever is wrong with one is answered and cannot throw. Returns the undo.
 */
export function acceptUpgrades(options: UpgradeOptions): () => void {
  const { server, wss } = options;
  const onUpgrade = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    surviveErrors(socket);
    if (refused(options, request, socket)) return;
    const announced = queryOf(request).get('connectionParams') === '1';
    wss.handleUpgrade(request, socket, head, (ws) => options.onSocket({ ws, socket, request, announced }));
  };
  const onRefused = (error: Error, socket: Duplex): void => {
    refuseSocket(socket, 'MALFORMED_REQUEST', `unable to upgrade; ${error.message}`);
  };
  server.on('upgrade', onUpgrade);
  wss.on('wsClientError', onRefused);
  return () => {
    server.off('upgrade', onUpgrade);
    wss.off('wsClientError', onRefused);
  };
}

/** On its own, so that the listener holds the socket and not its request. */
function surviveErrors(socket: Duplex): void {
  socket.on('error', () => socket.destroy());
}

function refused(options: UpgradeOptions, request: IncomingMessage, socket: Duplex): boolean {
  const { url = '', headers } = request;
  if (!url.startsWith('/') || !URL.canParse(`http://${headers.host ?? ''}`)) {
    refuseSocket(socket, 'MALFORMED_REQUEST', 'unable to upgrade; the address is malformed');
  } else if (url.split('?', 1)[0] !== options.path) {
    refuseSocket(socket, 'NOT_FOUND', `unable to upgrade; sockets are served at ${options.path}`);
  } else if (headers.origin !== undefined && !options.allowsOrigin(headers.origin)) {
    options.onForeignOrigin(headers.origin);
    refuseSocket(socket, 'FORBIDDEN', 'unable to upgrade; this origin is not allowed');
  } else if (options.isDraining()) {
    refuseSocket(socket, 'UNAVAILABLE', 'unable to upgrade; the server restarts');
  } else if (!options.admission.take()) {
    refuseSocket(socket, 'UNAVAILABLE', 'unable to upgrade; too many connect at once');
  } else {
    return false;
  }
  return true;
}

function queryOf({ url = '' }: IncomingMessage): URLSearchParams {
  const at = url.indexOf('?');
  return new URLSearchParams(at === -1 ? '' : url.slice(at + 1));
}
