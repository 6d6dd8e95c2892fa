import { Calls } from '../sockets/calls.ts';
import type { RawSocket } from '../sockets/raw-socket.ts';
import { frameOf, readFrames } from '../sockets/websocket.ts';

const lateMs = 30_000;

/** Sends a call in a frame made with its number; resolves once it is answered. */
export type Speak = (frame: (id: number) => object | string) => Promise<void>;

/**
 * Calls over a WebSocket.
 * @param answered finds the number in the beginning of an answer, as its first group; a second group is `error` for one
 *   that failed
 */
export function speaker(socket: RawSocket, answered: RegExp): Speak {
  const call = caller(socket, (calls) =>
    readFrames((payload) => {
      const [, id, kind] = answered.exec(payload.toString('latin1', 0, 40)) ?? [];
      if (id === undefined) return;
      if (kind === 'error') calls.fail(Number(id), payload.toString());
      else calls.answer(Number(id));
    }),
  );
  return (frame) => call((id) => frameOf(frame(id)));
}

/**
 * Calls over any connection. What takes answers apart is put in place by the first of them: who only listens costs nothing.
 * @param read makes what is told of all bytes that come, and tells the calls which were answered
 * @returns sends what is made with the number of the call; resolves once it is answered
 */
export function caller(
  socket: RawSocket,
  read: (calls: Calls) => (bytes: Buffer) => void,
): (bytes: (id: number) => Buffer | string) => Promise<void> {
  let calls: Calls | null = null;
  const begin = (): Calls => {
    const made = new Calls();
    socket.onBytes(read(made));
    return made;
  };
  return (bytes) => {
    calls ??= begin();
    return calls.make((id) => socket.write(bytes(id)));
  };
}

/**
 * A WebSocket on which somebody listens.
 * @param first frames to begin with, after which so many answers that hold "ready" are to come
 */
export async function listening(
  socket: RawSocket,
  first: readonly (object | string)[],
  answers: number,
): Promise<RawSocket> {
  const ready = Promise.withResolvers<void>();
  let missing = answers;
  socket.onBytes(
    readFrames((payload) => {
      if (payload.includes('"ready"')) missing -= 1;
      if (missing === 0) ready.resolve();
      if (payload.includes('"error"')) ready.reject(new Error(`unable to listen; ${payload.toString()}`));
    }),
  );
  for (const frame of first) socket.write(frameOf(frame));
  const late = setTimeout(() => ready.reject(new Error('unable to listen; no answer')), lateMs);
  try {
    if (answers > 0) await ready.promise;
  } finally {
    clearTimeout(late);
    socket.onBytes(null);
  }
  return socket;
}
