import { connect, type Socket } from 'node:net';

/** How a connection that was attacked ended. */
export interface Exchange {
  /** Of the first answer; null when there was none. */
  readonly status: number | null;
  /** What came after the head of the first answer. */
  readonly rest: Buffer;
}

/** After so long without an answer the other side is told that no more comes, in ms: to some things there is none. */
const quietMs = 60;
/** The same for what has an answer for sure, when there is time for it. */
const patientMs = 2_000;
const deadlineMs = 10_000;
const keptBytes = 1024 * 1024;

/**
 * Opens a connection, sends bytes, and waits for an answer or the end. Whoever waits for more than that is cut.
 * @param patient whether what is sent is complete, so that there is an answer
 * @param next more to send once the first answer is there; what is heard after it is read until it has been quiet
 * @throws Error when the connection is neither answered nor ended in time
 */
export async function exchange(
  port: number,
  bytes: Buffer,
  { next = null, patient = false }: { next?: Buffer | null; patient?: boolean } = {},
): Promise<Exchange> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  socket.on('error', () => {});
  try {
    return await answerOf(socket, bytes, next, patient ? patientMs : quietMs);
  } finally {
    socket.destroy();
  }
}

function answerOf(socket: Socket, bytes: Buffer, next: Buffer | null, firstMs: number): Promise<Exchange> {
  const { promise, resolve, reject } = Promise.withResolvers<Exchange>();
  let heard = Buffer.alloc(0);
  let followed = next === null;
  let quiet: NodeJS.Timeout | undefined;
  const done = (): void => {
    clearTimeout(quiet);
    clearTimeout(late);
    const head = heard.indexOf('\r\n\r\n');
    const [, status] = /^HTTP\/1\.[01] (\d{3})/.exec(heard.subarray(0, 16).toString('latin1')) ?? [];
    resolve({
      status: status === undefined ? null : Number(status),
      rest: head === -1 ? heard : heard.subarray(head + 4),
    });
  };
  const late = setTimeout(
    () =>
      reject(
        new Error(`no answer and no end to ${JSON.stringify(bytes.toString('latin1').slice(0, 2_000))}`),
      ),
    deadlineMs,
  );
  const wait = (): void => {
    clearTimeout(quiet);
    // An answered request is over; of one that is not, or of a socket, the end is waited for.
    const onQuiet = () => (next !== null && heard.length > 0 ? done() : socket.end());
    quiet = setTimeout(onQuiet, heard.length === 0 ? firstMs : quietMs);
  };
  socket.on('data', (chunk) => {
    if (heard.length < keptBytes) heard = Buffer.concat([heard, chunk]);
    const answered = heard.includes('\r\n\r\n');
    if (answered && next === null) {
      done();
      return;
    }
    if (answered && !followed && next !== null) {
      followed = true;
      socket.write(next);
    }
    wait();
  });
  socket.on('close', done);
  socket.on('connect', wait);
  socket.write(bytes);
  return promise;
}
