import type { Writable } from 'node:stream';
import type { Flushable, WriteTurn } from './write-turn.ts';

export interface DeliveryOptions {
  readonly socket: Writable;
  readonly turn: WriteTurn;
  /** Bytes that may wait for the reader beside answers it asked for. */
  readonly backlogBytes: number;
  /** The reader fell too far behind. What is delivered from here on is dropped. */
  onTooSlow(): void;
}

/** The part of the backlog that what can wait may fill. */
const roomShare = 1 / 4;

/**
 * What waits to leave for one socket. Frames of one turn of the event loop leave in one write. A reader that lags is
 * cut by what was pushed to it, not by the size of answers it asked for: those are bounded by stopping to read from it.
 */
export class Delivery implements Flushable {
  readonly #options: DeliveryOptions;
  #queue: Buffer[] = [];
  #queuedBytes = 0;
  /** How much of the backlog is answers. */
  #answerBytes = 0;
  #ended = false;
  #room: Promise<void> | null = null;

  constructor(options: DeliveryOptions) {
    this.#options = options;
  }

  /** Bytes that have not left for the network. */
  get backlog(): number {
    return this.#queuedBytes + this.#options.socket.writableLength;
  }

  /** Whether so much waits for the reader that no more should be taken from it. */
  get congested(): boolean {
    return this.backlog > this.#options.backlogBytes;
  }

  /** Settles when all that waits now has left, or the socket is closed. */
  async drained(): Promise<void> {
    this.flush();
    const { socket } = this.#options;
    if (socket.writableLength === 0) return;
    await new Promise<void>((resolve) => socket.write('', () => resolve()));
  }

  /** Nothing when there is room for more of what can wait; else a promise for it, kept also when the socket closes. */
  room(): Promise<void> | undefined {
    if (this.#ended || this.backlog <= this.#options.backlogBytes * roomShare) return undefined;
    this.#room ??= this.drained().then(() => {
      this.#room = null;
    });
    return this.#room;
  }

  /** Queues what the client asked for: an answer, or what a subscription begins with. */
  answer(frame: Buffer): void {
    if (this.#ended) return;
    this.#answerBytes = Math.min(this.#answerBytes, this.backlog) + frame.length;
    this.#enqueue(frame);
  }

  /** Queues what comes unasked. A frame that alone is above the cap may pass when nothing pushed waits before it. */
  push(frame: Buffer): void {
    if (this.#ended) return;
    const { backlog } = this;
    this.#answerBytes = Math.min(this.#answerBytes, backlog);
    const pushed = backlog - this.#answerBytes;
    if (pushed > 0 && pushed + frame.length > this.#options.backlogBytes) {
      this.#options.onTooSlow();
    } else {
      this.#enqueue(frame);
    }
  }

  /** Writes what waits. */
  flush(): void {
    if (this.#queuedBytes === 0) return;
    const queue = this.#queue;
    const [first] = queue;
    this.#queue = [];
    const bytes = this.#queuedBytes;
    this.#queuedBytes = 0;
    const { socket } = this.#options;
    if (first === undefined || !socket.writable) return;
    socket.write(queue.length === 1 ? first : Buffer.concat(queue, bytes));
  }

  /** Writes what waits, and drops whatever comes later. */
  end(): void {
    this.flush();
    this.#ended = true;
  }

  #enqueue(frame: Buffer): void {
    if (this.#queuedBytes === 0) this.#options.turn.add(this);
    this.#queue.push(frame);
    this.#queuedBytes += frame.length;
  }
}
