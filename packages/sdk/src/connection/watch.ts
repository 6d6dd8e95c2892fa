import type { ParleyError } from '@parley/contract';
import { retryDelayMs } from './backoff.ts';
import type { Trpc } from './calls.ts';
import { toParleyError } from './errors.ts';

/** A server accepts a subscription before it reads the database; one that then says nothing has forgotten about it. */
const FIRST_EVENT_WITHIN_MS = 10_000;

export interface WatchObserver<T> {
  readonly onStarted: () => void;
  readonly onData: (event: T) => void;
  readonly onError: (error: unknown) => void;
  readonly onComplete: () => void;
}

export interface WatchOptions<T> {
  /** Subscribes; called again for every attempt, so it says from where to go on. */
  readonly open: (trpc: Trpc, observer: WatchObserver<T>) => { unsubscribe(): void };
  /** The server has accepted the subscription, also after a lost connection. */
  readonly onStarted?: () => void;
  readonly onData: (event: T) => void;
  /** Told why the subscription ended; says whether to subscribe again. */
  readonly onError: (error: ParleyError) => boolean;
  /** What is held cannot be continued; the next attempt has to start anew. */
  readonly onLost: () => void;
}

/**
 * A subscription that does not end: tRPC's link brings it over a lost connection, and this over an error or an end,
 * which the link takes for final.
 */
export class Watch<T> {
  readonly #options: WatchOptions<T>;
  readonly #channel: () => Trpc;
  #subscription: { unsubscribe(): void } | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #silence: ReturnType<typeof setTimeout> | undefined;
  #attempt = 0;
  /** Tells the present subscription's callbacks from those of one left behind. */
  #generation = 0;

  constructor(options: WatchOptions<T>, channel: () => Trpc) {
    this.#options = options;
    this.#channel = channel;
    this.#subscribe();
  }

  /** Subscribes anew, forgetting what is held. */
  restart(): void {
    this.stop();
    this.#options.onLost();
    this.#again();
  }

  stop(): void {
    this.#generation += 1;
    clearTimeout(this.#timer);
    clearTimeout(this.#silence);
    this.#subscription?.unsubscribe();
    this.#subscription = undefined;
  }

  #subscribe(): void {
    this.#generation += 1;
    const generation = this.#generation;
    const present = () => generation === this.#generation;
    this.#subscription = this.#options.open(this.#channel(), {
      onStarted: () => {
        if (!present()) return;
        // Counted from here, as before it the connection may be away for as long as it likes.
        clearTimeout(this.#silence);
        this.#silence = setTimeout(() => this.#leave(), FIRST_EVENT_WITHIN_MS);
        this.#options.onStarted?.();
      },
      onData: (event) => {
        if (!present()) return;
        clearTimeout(this.#silence);
        this.#attempt = 0;
        this.#options.onData(event);
      },
      onError: (error) => {
        if (!present()) return;
        this.#generation += 1;
        clearTimeout(this.#silence);
        const reason = toParleyError(error);
        if (this.#options.onError(reason)) this.#again(reason.retryAfterMs ?? 0);
      },
      onComplete: () => {
        if (!present()) return;
        this.#generation += 1;
        this.#again();
      },
    });
  }

  /** Subscribes anew and keeps what is held: nothing was said that contradicts it, and it stays on the screen. */
  #leave(): void {
    this.stop();
    this.#again();
  }

  /** @param leastMs to wait at least */
  #again(leastMs = 0): void {
    clearTimeout(this.#timer);
    clearTimeout(this.#silence);
    this.#timer = setTimeout(() => this.#subscribe(), leastMs + retryDelayMs(this.#attempt));
    this.#attempt += 1;
  }
}
