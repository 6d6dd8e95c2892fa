import { isLiveStream, type LiveSink, push } from '@parley/contract';
import type { Delivery } from './delivery.ts';
import { textFrame } from './frame.ts';
import { itemFrame } from './item-frames.ts';
import { startedMessage, stoppedMessage } from './protocol.ts';

export interface SubscriptionOptions {
  /** The call's id as JSON. */
  readonly idJson: string;
  readonly delivery: Delivery;
  /** Called with how many items leave for the client. */
  readonly onDelivered: (items: number) => void;
  /** Called once when it is over for the client, with the error it ended with unless it ended well. */
  readonly onEnded: (error?: unknown) => void;
}

/**
 * One subscription of one socket, from the call to its end. A stream that offers to push is pushed from, so that an
 * idle subscription costs no pending promise; any other is iterated, as fast as it is read.
 */
export class Subscription implements LiveSink<unknown> {
  /** Whether the stream is out of the procedure's hands: freed with the end, if not before. */
  settled = false;
  readonly #idJson: string;
  readonly #delivery: Delivery;
  readonly #onDelivered: SubscriptionOptions['onDelivered'];
  readonly #onEnded: SubscriptionOptions['onEnded'];
  /** Null once nobody waits for it: a stream that is pushed from is freed by `#release`, and may idle for days. */
  #abort: AbortController | null = new AbortController();
  #release: (() => void) | null = null;
  #ended = false;
  #began = false;

  constructor({ idJson, delivery, onDelivered, onEnded }: SubscriptionOptions) {
    this.#idJson = idJson;
    this.#delivery = delivery;
    this.#onDelivered = onDelivered;
    this.#onEnded = onEnded;
  }

  /** Fires when the client or the socket is gone before the procedure has given its stream. */
  get signal(): AbortSignal | undefined {
    return this.#abort?.signal;
  }

  /**
   * Takes what the procedure gave; settles once ending the subscription frees at once all that the stream holds.
   * @throws when it gave no stream, or one that cannot be started
   */
  async run(stream: unknown): Promise<void> {
    if (isLiveStream(stream)) return this.#follow((sink) => stream[push](sink));
    if (!isAsyncIterable(stream)) throw new Error('the subscription gave no stream');
    const iterator = stream[Symbol.asyncIterator]();
    if (this.#ended) {
      await iterator.return?.();
      return;
    }
    this.#release = () => void iterator.return?.().catch(ignore);
    this.#begin();
    await this.#iterate(iterator);
  }

  next(items: readonly unknown[]): Promise<void> | undefined {
    const delivery = this.#delivery;
    this.#onDelivered(items.length);
    for (const item of items) {
      if (this.#ended) return undefined;
      const frame = itemFrame(this.#idJson, item);
      if (this.#began) {
        delivery.push(frame);
      } else {
        delivery.answer(frame);
      }
    }
    this.#began = true;
    return delivery.room();
  }

  end(error?: unknown): void {
    if (this.#ended) return;
    this.#close();
    if (error === undefined) this.#say(stoppedMessage(this.#idJson));
    this.#onEnded(error);
  }

  /** The client wants no more. */
  stop(): void {
    this.end();
  }

  /** The socket is gone: frees everything, tells nobody. */
  dispose(): void {
    if (!this.#ended) this.#close();
  }

  #follow(subscribe: (sink: LiveSink<unknown>) => () => void): void {
    if (!this.#ended) this.#begin();
    const release = subscribe(this);
    this.#abort = null;
    // Items may come, and the end with them, before there is something to release.
    if (this.#ended) {
      release();
    } else {
      this.#release = release;
    }
  }

  async #iterate(iterator: AsyncIterator<unknown>): Promise<void> {
    try {
      for (;;) {
        const next: IteratorResult<unknown, unknown> = await iterator.next();
        if (next.done === true) break;
        await this.next([next.value]);
      }
      this.end();
    } catch (error) {
      this.end(error);
    }
  }

  #begin(): void {
    this.#say(startedMessage(this.#idJson));
  }

  #say(message: string): void {
    this.#delivery.answer(textFrame(message));
  }

  #close(): void {
    this.#ended = true;
    this.#abort?.abort();
    this.#release?.();
    this.#release = null;
  }
}

function isAsyncIterable(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value;
}

/** The client left: what the stream's own clean-up throws concerns nobody. */
function ignore(): void {}
