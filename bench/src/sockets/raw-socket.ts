import type { Socket } from 'node:net';

/** In the content of every message: what receivers count. */
const mark = '~parley~';
const marker = Buffer.from(mark);
/** What stands before the mark: when the message was to be sent, in milliseconds of this process's clock. */
const stampCharacters = 14;
const kept = stampCharacters + marker.length - 1;

/** A message of so many characters, with the mark that receivers count. @param at when it was meant to be sent */
export function marked(characters: number, at = 0): string {
  return `${at.toFixed(3).padStart(stampCharacters, '0')}${mark}`.padEnd(characters, 'x');
}

/**
 * A client that costs next to nothing: it counts the messages in the bytes that arrive, without taking them apart, so that
 * what is measured is the server. It may speak any protocol; what is sent has to be in its frames already.
 */
export class RawSocket implements Disposable {
  readonly #socket: Socket;
  /** The end of the last chunk, as a marker may be cut in two. */
  #rest: Buffer = Buffer.alloc(0);
  #closed = false;
  #onBytes: ((bytes: Buffer) => void) | null = null;
  #onMark: ((sentAt: number) => void) | null = null;
  #onCount: ((messages: number) => void) | null = null;

  /** @param socket connected, with its handshake behind it */
  constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('data', (bytes: Buffer) => this.#take(bytes));
    socket.on('close', () => (this.#closed = true));
    socket.on('error', () => socket.destroy());
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** Tells of all bytes that come, in order, after they were counted. */
  onBytes(listener: ((bytes: Buffer) => void) | null): void {
    this.#onBytes = listener;
  }

  /** Tells how many messages were in what has just come. */
  onCount(listener: ((messages: number) => void) | null): void {
    this.#onCount = listener;
  }

  /** Tells of each message that comes when it was meant to be sent. Costs; left out, nothing is looked at. */
  onMark(listener: ((sentAt: number) => void) | null): void {
    this.#onMark = listener;
  }

  /** What is written in one turn of the event loop leaves together. */
  write(bytes: Buffer | string): void {
    if (this.#socket.writableCorked === 0) {
      this.#socket.cork();
      process.nextTick(() => this.#socket.uncork());
    }
    this.#socket.write(bytes);
  }

  [Symbol.dispose](): void {
    this.#socket.destroy();
  }

  #take(bytes: Buffer): void {
    const all = this.#rest.length === 0 ? bytes : Buffer.concat([this.#rest, bytes]);
    let at = all.indexOf(marker);
    let end = 0;
    let count = 0;
    while (at !== -1) {
      count += 1;
      this.#onMark?.(Number(all.toString('latin1', Math.max(0, at - stampCharacters), at)));
      end = at + marker.length;
      at = all.indexOf(marker, end);
    }
    this.#rest = all.subarray(Math.max(end, all.length - kept));
    if (count > 0) this.#onCount?.(count);
    this.#onBytes?.(bytes);
  }
}
