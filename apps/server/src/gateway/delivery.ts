import type { Writable } from 'node:stream';
import type { Flushable, WriteTurn } from './write-turn.ts';

export interface DeliveryOptions {
  readonly socket: Writable;
  readonly turn: WriteTurn;
  /** Bytes that may wait for the reader beside answers it asked for. */
  readonly backlogBytes: number;
  /** The reader fell too far behind. What is delivered from here on is dropped. */
  readonly onTooSlow: () => void;
}

/** The part of the backlog that what can wait may fill. */
const roomShare = 1 / 4;

/**
 * What waits to leave for one socket. Frames of one turn of the event loop leave in one write. A reader that lags is
 * cut by what was pushed to it, not by the size of answers it asked for: those are bounded by stopping to read from it.
 */
export class Delivery implements Flushable {
  readonly #socket: Writable;
  readonly #turn: WriteTurn;
  readonly #backlogBytes: number;
  readonly #onTooSlow: () => void;
  /** Most often there is one frame in a turn: the second is what a list is made for. */
  #first: Buffer | null = null;
  #more: Buffer[] | null = null;
  #queuedBytes = 0;
  /** How much of the backlog is answers. */
  #answerBytes = 0;
  #ended = false;
  #room: Promise<void> | null = null;

  constructor({ socket, turn, backlogBytes, onTooSlow }: DeliveryOptions) {
    this.#socket = socket;
    this.#turn = turn;
    this.#backlogBytes = backlogBytes;
    this.#onTooSlow = onTooSlow;
  }

  /** Bytes that have not left for the network. */
  get backlog(): number {
    return this.#queuedBytes + this.#socket.writableLength;
  }

  /** Whether so much waits for the reader that no more should be taken from it. */
  get congested(): boolean {
    return this.backlog > this.#backlogBytes;
  }

  /** Settles when all that waits now has left, or the socket is closed. */
  async drained(): Promise<void> {
    this.flush();
    const socket = this.#socket;
    if (socket.writableLength === 0) return;
    await new Promise<void>((resolve) => socket.write('', () => resolve()));
  }

  /** Nothing when there is room for more of what can wait; else a promise for it, kept also when the socket closes. */
  room(): Promise<void> | undefined {
    if (this.#ended || this.backlog <= this.#backlogBytes * roomShare) return undefined;
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
    if (pushed > 0 && pushed + frame.length > this.#backlogBytes) {
      this.#onTooSlow();
    } else {
      this.#enqueue(frame);
    }
  }

  /** Writes what waits. */
  flush(): void {
    const first = this.#first;
    if (first === null) return;
    const more = this.#more;
    const bytes = this.#queuedBytes;
    this.#first = null;
    this.#more = null;
    this.#queuedBytes = 0;
    if (!this.#socket.writable) return;
    this.#socket.write(more === null ? first : Buffer.concat([first, ...more], bytes));
  }

  /** Writes what waits, and drops whatever comes later. */
  end(): void {
    this.flush();
    this.#ended = true;
  }

  #enqueue(frame: Buffer): void {
    this.#queuedBytes += frame.length;
    if (this.#first === null) {
      this.#first = frame;
      this.#turn.add(this);
    } else (this.#more ??= []).push(frame);
  }
}
