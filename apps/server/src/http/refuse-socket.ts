import { type ErrorCode, errorTable } from '@parley/contract';
import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { problem, problemType } from './problem.ts';

const lingerMs = 1_000;

/** Answers with a problem on a socket that has no response of its own, and closes it. */
export function refuseSocket(socket: Duplex, code: ErrorCode, message: string): void {
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  const { http: status, retryable } = errorTable[code];
  const body = JSON.stringify(problem({ code, message, fields: [], retryAfterMs: null }));
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`,
    `Content-Type: ${problemType}`,
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
    ...(retryable ? ['Retry-After: 1'] : []),
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
  const timer = setTimeout(() => socket.destroy(), lingerMs);
  socket.once('close', () => clearTimeout(timer));
}
