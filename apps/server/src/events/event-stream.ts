import type { Socket } from 'node:net';
import { type LiveSink, type LiveStream, ParleyError, push } from '@parley/contract';
import { Delivery } from '../gateway/delivery.ts';
import type { WriteTurn } from '../gateway/write-turn.ts';
import { asParleyError } from '../http/errors.ts';
import { problem } from '../http/problem.ts';
import { eventText, keepAliveText, retryText } from './event-text.ts';

export interface EventStreamOptions {
  /** Of a response whose head has been written, without a length: its end is the end of the connection. */
  readonly socket: Socket;
  readonly requestId: string;
  readonly turn: WriteTurn;
  /** Bytes that may wait for the reader. */
  readonly backlogBytes: number;
  /** For the reader to take what waits when the stream has ended, in milliseconds. */
  readonly closeMs: number;
  /** An item as a server-sent event. */
  readonly text: (item: unknown) => string;
  readonly onDelivered: (items: number) => void;
  /** Called once, when nothing is held any more. */
  readonly onClosed: () => void;
}

/** A live stream that leaves as server-sent events, until either side ends it. */
export class EventStream implements LiveSink<unknown> {
  readonly #options: EventStreamOptions;
  readonly #delivery: Delivery;
  #release: (() => void) | null = null;
  #ended = false;
  #began = false;

  constructor(options: EventStreamOptions) {
    this.#options = options;
    const { socket, turn, backlogBytes } = options;
    this.#delivery = new Delivery({
      socket,
      turn,
      backlogBytes,
      onTooSlow: () => this.end(new ParleyError('TOO_SLOW', 'unable to go on; too much waits to be read')),
    });
    const closed = () => {
      this.#free();
      options.onClosed();
    };
    // The reader may have left while the stream was being opened.
    if (socket.closed) setImmediate(closed);
    else socket.once('close', closed);
    socket.on('error', () => socket.destroy());
    this.#delivery.answer(Buffer.from(retryText()));
  }

  /** Follows a live stream, which is freed with the end. */
  follow(stream: LiveStream<unknown>): void {
    const release = stream[push](this);
    // It may have ended at once, or the reader may have left before.
    if (this.#ended || this.#options.socket.destroyed) release();
    else this.#release = release;
  }

  next(items: readonly unknown[]): Promise<void> | undefined {
    if (this.#ended) return undefined;
    this.#options.onDelivered(items.length);
    for (const item of items) {
      const bytes = Buffer.from(this.#options.text(item));
      if (this.#began) this.#delivery.push(bytes);
      else this.#delivery.answer(bytes);
    }
    this.#began = true;
    return this.#delivery.room();
  }

  keepAlive(): void {
    if (!this.#ended) this.#delivery.push(Buffer.from(keepAliveText));
  }

  /** The server goes: a reader comes back by itself, to another one. */
  notifyReconnect(): void {
    this.end();
  }

  /** Ends it, with an event that says why if it did not end well. */
  end(thrown?: unknown): void {
    if (this.#ended) return;
    this.#free();
    const { socket, requestId, closeMs } = this.#options;
    if (thrown !== undefined) {
      const error = asParleyError(thrown);
      this.#delivery.answer(Buffer.from(eventText('error', problem(error, requestId))));
    }
    this.#delivery.end();
    socket.end();
    const late = setTimeout(() => socket.destroy(), closeMs);
    socket.once('close', () => clearTimeout(late));
  }

  #free(): void {
    this.#ended = true;
    this.#release?.();
    this.#release = null;
  }
}
