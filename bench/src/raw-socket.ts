import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** In the content of every message: what receivers count. */
export const mark = '~parley~';
const marker = Buffer.from(mark);
/** A sign of life that nobody asked for: a client that is silent for long is cut off. */
const pong = Buffer.from([0x8a, 0x80, 0, 0, 0, 0]);
const aliveMs = 10_000;

/**
 * A WebSocket client that costs next to nothing: it counts the messages in the bytes that arrive, without taking frames
 * apart, so that what is measured is the server.
 */
export class RawSocket implements Disposable {
  readonly #socket: Socket;
  readonly #onBytes: (bytes: Buffer) => void;
  /** The end of the last chunk, as a marker may be cut in two. */
  #rest: Buffer = Buffer.alloc(0);
  #received = 0;
  #closed = false;

  private constructor(socket: Socket, onBytes: (bytes: Buffer) => void) {
    this.#socket = socket;
    this.#onBytes = onBytes;
    socket.on('data', (bytes: Buffer) => this.#take(bytes));
    const alive = setInterval(() => socket.write(pong), aliveMs);
    socket.on('close', () => {
      this.#closed = true;
      clearInterval(alive);
    });
    socket.on('error', () => socket.destroy());
  }

  /** @param onBytes told of all that comes, after it was counted */
  static async open(url: string, onBytes: (bytes: Buffer) => void = () => {}): Promise<RawSocket> {
    const { hostname, port, pathname, search } = new URL(url);
    const socket = connect(Number(port), hostname);
    socket.setNoDelay(true);
    await once(socket, 'connect');
    const key = randomBytes(16).toString('base64');
    socket.write(
      `GET ${pathname}${search} HTTP/1.1\r\nhost: ${hostname}:${port}\r\nupgrade: websocket\r\nconnection: upgrade\r\n` +
        `sec-websocket-version: 13\r\nsec-websocket-key: ${key}\r\n\r\n`,
    );
    const [answer] = (await once(socket, 'data')) as unknown[];
    if (!String(answer).startsWith('HTTP/1.1 101')) throw new Error(`unable to connect; ${String(answer)}`);
    return new RawSocket(socket, onBytes);
  }

  /** Messages received so far. */
  get received(): number {
    return this.#received;
  }

  get closed(): boolean {
    return this.#closed;
  }

  send(text: string): void {
    this.#socket.write(maskedFrame(Buffer.from(text)));
  }

  [Symbol.dispose](): void {
    this.#socket.destroy();
  }

  #take(bytes: Buffer): void {
    const all = this.#rest.length === 0 ? bytes : Buffer.concat([this.#rest, bytes]);
    let at = all.indexOf(marker);
    let end = 0;
    while (at !== -1) {
      this.#received += 1;
      end = at + marker.length;
      at = all.indexOf(marker, end);
    }
    this.#rest = all.subarray(Math.max(end, all.length - marker.length + 1));
    this.#onBytes(bytes);
  }
}

/** A text frame, masked with zeros: a mask is required of clients, what it is is theirs. */
function maskedFrame(payload: Buffer): Buffer {
  const length = payload.length;
  const head =
    length < 126
      ? Buffer.from([0x81, 0x80 | length])
      : Buffer.from([0x81, 0x80 | 126, length >> 8, length & 255]);
  return Buffer.concat([head, Buffer.alloc(4), payload]);
}
