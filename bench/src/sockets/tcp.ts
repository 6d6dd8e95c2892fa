import { once } from 'node:events';
import { connect } from 'node:net';
import { RawSocket } from './raw-socket.ts';

const aliveMs = 10_000;
const lateMs = 60_000;

/**
 * A plain connection to a port of this machine, that counts.
 * @param alive what it shows with from time to time that it is there; nothing when left out
 */
export async function openTcp(port: number, alive?: string): Promise<RawSocket> {
  const socket = connect(port, '127.0.0.1');
  socket.setNoDelay(true);
  await once(socket, 'connect');
  if (alive !== undefined) {
    const showing = setInterval(() => socket.write(alive), aliveMs);
    socket.on('close', () => clearInterval(showing));
  }
  return new RawSocket(socket);
}

/**
 * Sends something, and waits for what is to come of it.
 * @param wanted is in the answer, so many times
 * @param wrong is in an answer that says no
 * @throws Error with what came instead
 */
export async function ask(
  socket: RawSocket,
  bytes: string,
  { wanted, times = 1, wrong }: { readonly wanted: string; readonly times?: number; readonly wrong: RegExp },
): Promise<void> {
  const answered = Promise.withResolvers<void>();
  let came = '';
  socket.onBytes((chunk) => {
    came += chunk.toString('latin1');
    if (wrong.test(came)) answered.reject(new Error(`unable to ask; ${came}`));
    if (came.split(wanted).length > times) answered.resolve();
  });
  const late = setTimeout(
    () => answered.reject(new Error(`unable to ask; all that came is ${came}`)),
    lateMs,
  );
  socket.write(bytes);
  try {
    await answered.promise;
  } finally {
    clearTimeout(late);
    socket.onBytes(null);
  }
}
