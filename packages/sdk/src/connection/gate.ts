import { ParleyError } from '@parley/contract';
import { retryDelayMs } from './backoff.ts';

/**
 * Decides when a socket may be opened. The first attempt passes at once; later ones wait for their delay, which grows
 * until a connection has proven good. Being open proves nothing: a server that refuses closes it right away, and a
 * client that took this for success would come back without pause.
 */
export class ReconnectGate {
  readonly #onWait: (retryAt: number | null) => void;
  #closed = false;
  /** Attempts since a connection was good; null before the very first. */
  #attempt: number | null = null;
  /** Until when a server over its limits does not want to see it, in ms since the epoch. */
  #notBefore = 0;
  #endWait: (() => void) | undefined;

  /**
   * @param onWait told when a wait starts (its end, in ms since the epoch) and when it is over (null)
   * @param attempt attempts already made by another gate
   */
  constructor(onWait: (retryAt: number | null) => void, attempt: number | null = null) {
    this.#onWait = onWait;
    this.#attempt = attempt;
  }

  /** Attempts made since a connection was good; null when there was none yet. */
  get attempt(): number | null {
    return this.#attempt;
  }

  /** Resolves when an attempt may be made. @throws UNAVAILABLE once closed */
  async pass(): Promise<void> {
    const attempt = this.#attempt;
    this.#attempt = attempt === null ? 0 : attempt + 1;
    const delay = Math.max(0, this.#notBefore - Date.now()) + (attempt === null ? 0 : retryDelayMs(attempt));
    if (delay > 0 && !this.#closed) await this.#wait(delay);
    if (this.#closed) throw new ParleyError('UNAVAILABLE', 'unable to connect; the client is closed');
  }

  /** The connection is good: after its loss the waits start with the shortest. */
  proven(): void {
    this.#attempt = 0;
  }

  /** The connection was closed on purpose: the next attempt passes at once. */
  rest(): void {
    this.#attempt = null;
  }

  /**
   * Makes the coming waits long, as a server over its limits asks for.
   * @param ms for how long it wants to be left alone, if it said
   */
  slowDown(ms: number | null): void {
    this.#attempt = Math.max(this.#attempt ?? 0, 5);
    this.#notBefore = Date.now() + (ms ?? 0);
  }

  /** Ends a wait under way: the network is back, or somebody is looking. */
  hurry(): void {
    this.#endWait?.();
  }

  close(): void {
    this.#closed = true;
    this.#endWait?.();
  }

  async #wait(ms: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, ms);
    this.#endWait = resolve;
    this.#onWait(Date.now() + ms);
    await promise;
    clearTimeout(timer);
    this.#endWait = undefined;
    this.#onWait(null);
  }
}
