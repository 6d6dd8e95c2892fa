import type { Socket } from 'node:net';
import { type LiveStream, ParleyError, type Viewer } from '@parley/contract';
import type { Engine } from '@parley/engine';
import type { Admission } from '../gateway/admission.ts';
import { askToMove, pause } from '../gateway/drain.ts';
import { defaultLimits } from '../gateway/limits.ts';
import { WriteTurn } from '../gateway/write-turn.ts';
import { EventStream } from './event-stream.ts';

export interface EventStreamsOptions {
  readonly engine: Pick<Engine, 'holdSession'>;
  /** Shared with the sockets: they are the same crowd. */
  readonly admission: Admission;
  readonly onDelivered: (items: number) => void;
  /** Between two comments, in milliseconds. */
  readonly keepAliveMs?: number;
  readonly backlogBytes?: number;
}

/** Whose stream it is, and until when. */
interface Reader {
  readonly socket: Socket;
  readonly requestId: string;
  readonly viewer: Viewer;
  readonly expiresAt: Date | null;
  readonly text: (item: unknown) => string;
  /** Called when the stream is closed. */
  readonly leave: () => void;
}

interface Open {
  readonly stream: EventStream;
  readonly expiresAt: Date | null;
}

const { closeMs, sweepMs } = defaultLimits;

/** The server-sent events of a process. Disposing it ends every stream. */
export class EventStreams implements AsyncDisposable {
  readonly #options: EventStreamsOptions;
  readonly #open = new Set<Open>();
  readonly #turn = new WriteTurn();
  readonly #timers: readonly NodeJS.Timeout[];
  readonly #empty = new AbortController();
  #draining = false;

  constructor(options: EventStreamsOptions) {
    this.#options = options;
    this.#timers = [
      setInterval(() => this.#sweep(), sweepMs),
      setInterval(() => this.#keepAlive(), options.keepAliveMs ?? 15_000),
    ];
  }

  /** Open streams. */
  get size(): number {
    return this.#open.size;
  }

  /** @throws UNAVAILABLE when one more is not taken now */
  admit(): void {
    if (this.#draining) throw new ParleyError('UNAVAILABLE', 'unable to send events; the server restarts');
    if (!this.#options.admission.take())
      throw new ParleyError('UNAVAILABLE', 'unable to send events; too many connect at once');
  }

  /** Sends a live stream to a reader until one of them, the session or the server ends it. */
  open(stream: LiveStream<unknown>, { socket, requestId, viewer, expiresAt, text, leave }: Reader): void {
    const { engine, onDelivered, backlogBytes = defaultLimits.backlogBytes } = this.#options;
    const events = new EventStream({
      socket,
      requestId,
      turn: this.#turn,
      backlogBytes,
      closeMs,
      text,
      onDelivered,
      onClosed: () => {
        release();
        leave();
        this.#open.delete(entry);
        if (this.#draining && this.size === 0) this.#empty.abort();
      },
    });
    const entry = { stream: events, expiresAt };
    this.#open.add(entry);
    const release = engine.holdSession(viewer, () =>
      events.end(new ParleyError('UNAUTHENTICATED', 'unable to go on; the session was ended')),
    );
    events.follow(stream);
    // The server may have begun to stop while the stream was being opened.
    if (this.#draining) events.end();
  }

  /** Takes no more streams and ends those there are, spread over half of `spreadMs`. Settles when all are closed. */
  async drain(spreadMs: number): Promise<void> {
    this.#draining = true;
    const { signal } = this.#empty;
    if (this.size === 0) return;
    await askToMove(
      [...this.#open].map(({ stream }) => stream),
      spreadMs / 2,
      signal,
    );
    if (this.size > 0) await pause(closeMs * 2, signal);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer);
    await this.drain(0);
  }

  #sweep(): void {
    const now = Date.now();
    for (const { stream, expiresAt } of this.#open) {
      if (expiresAt !== null && expiresAt.getTime() <= now)
        stream.end(new ParleyError('UNAUTHENTICATED', 'unable to go on; the access token expired'));
    }
  }

  #keepAlive(): void {
    for (const { stream } of this.#open) stream.keepAlive();
  }
}
