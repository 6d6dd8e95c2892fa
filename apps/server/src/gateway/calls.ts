import { ParleyError } from '@parley/contract';
import type { AnyTRPCRouter, inferRouterContext } from '@trpc/server';
import type { Delivery } from './delivery.ts';
import type { ErrorAnswers } from './error-answers.ts';
import { textFrame } from './frame.ts';
import type { GatewayLimits } from './limits.ts';
import { callProcedure } from './procedure-call.ts';
import { type Call, type CallId, type ClientMessage, resultMessage } from './protocol.ts';
import { Subscription } from './subscription.ts';

export interface CallsOptions<R extends AnyTRPCRouter> {
  readonly router: R;
  readonly limits: GatewayLimits;
  readonly delivery: Delivery;
  readonly errors: ErrorAnswers<R>;
  readonly socketId: string;
  /** Called with how many items of a subscription leave for the client. */
  readonly onDelivered: (items: number) => void;
  /** Called with the limit whenever a call is refused for it. */
  readonly onLimited: (limit: string) => void;
  /** What procedures are called with; rejects when the client could not be let in. */
  context(): Promise<inferRouterContext<R>>;
  /** Called whenever the last query or mutation in flight was answered. */
  onIdle(): void;
  /** Called with a token that came on the open socket; null when there was none in its message. */
  onToken(token: string | null): void;
}

/** The calls of one socket: admits them within the limits, runs them, answers each. */
export class Calls<R extends AnyTRPCRouter> {
  readonly #options: CallsOptions<R>;
  /** Queries and mutations that are not answered. */
  readonly #inFlight = new Set<CallId>();
  readonly #subscriptions = new Map<CallId, Subscription>();
  /** Subscriptions that are over for the client but whose stream is not free yet: they count all the same. */
  readonly #leaving = new Set<Subscription>();
  #context: inferRouterContext<R> | undefined;
  #refusal: ParleyError | null = null;

  constructor(options: CallsOptions<R>) {
    this.#options = options;
  }

  get idle(): boolean {
    return this.#inFlight.size === 0;
  }

  /** How many subscriptions are open. */
  get subscriptions(): number {
    return this.#subscriptions.size;
  }

  /** Answers every later call with this error. */
  refuse(refusal: ParleyError): void {
    this.#refusal = refusal;
  }

  /**
   * Takes the messages of one frame. Subscriptions do not count for the size of a batch: after a reconnect the stock
   * client sends all of its own in one.
   */
  take(messages: readonly ClientMessage[]): void {
    let batched = 0;
    for (const message of messages) {
      if (message.kind === 'stop') {
        this.#subscriptions.get(message.id)?.stop();
      } else if (message.kind === 'credentials') {
        this.#options.onToken(message.token);
      } else if (message.kind === 'malformed') {
        this.#fail(
          message.id,
          new ParleyError('MALFORMED_REQUEST', 'unable to read the message; it is malformed'),
        );
      } else if (message.type === 'subscription') {
        this.#subscribe(message);
      } else {
        batched += 1;
        this.#call(message, batched);
      }
    }
  }

  /** The socket is gone. */
  dispose(): void {
    for (const subscription of this.#subscriptions.values()) subscription.dispose();
    this.#subscriptions.clear();
  }

  #call(call: Call, batched: number): void {
    const { batchCalls, callsInFlight } = this.#options.limits;
    const refusal =
      this.#refusalOf(call) ??
      (batched > batchCalls ? this.#limited('batch', `a batch has at most ${batchCalls} calls`) : null) ??
      (this.#inFlight.size >= callsInFlight
        ? this.#limited('in-flight', `at most ${callsInFlight} calls in flight`)
        : null);
    if (refusal !== null) {
      this.#fail(call.id, refusal, call);
      return;
    }
    this.#inFlight.add(call.id);
    void this.#answer(call);
  }

  async #answer(call: Call): Promise<void> {
    try {
      const data: unknown = await this.#run(call, undefined);
      this.#options.delivery.answer(textFrame(resultMessage(call.id, data)));
    } catch (error) {
      this.#fail(call.id, error, call);
    } finally {
      this.#inFlight.delete(call.id);
      if (this.idle) this.#options.onIdle();
    }
  }

  #subscribe(call: Call): void {
    const { subscriptions } = this.#options.limits;
    const refusal =
      this.#refusalOf(call) ??
      (this.#subscriptions.size + this.#leaving.size >= subscriptions
        ? this.#limited('subscriptions', `a socket has at most ${subscriptions} subscriptions`)
        : null);
    if (refusal !== null) {
      this.#fail(call.id, refusal, call);
      return;
    }
    const subscription = new Subscription({
      idJson: JSON.stringify(call.id),
      delivery: this.#options.delivery,
      onDelivered: this.#options.onDelivered,
      onEnded: (error) => {
        this.#subscriptions.delete(call.id);
        if (!subscription.settled) this.#leaving.add(subscription);
        if (error !== undefined) this.#fail(call.id, error, call);
      },
    });
    this.#subscriptions.set(call.id, subscription);
    void this.#follow(call, subscription);
  }

  async #follow(call: Call, subscription: Subscription): Promise<void> {
    try {
      await subscription.run(await this.#run(call, subscription.signal));
    } catch (error) {
      subscription.end(error);
    } finally {
      this.#leaving.delete(subscription);
      subscription.settled = true;
    }
  }

  async #run(call: Call, signal: AbortSignal | undefined): Promise<unknown> {
    const ctx = await this.#options.context();
    this.#context = ctx;
    const { path, type, input } = call;
    return callProcedure({ router: this.#options.router, path, type, ctx, input, signal });
  }

  #refusalOf({ id }: Call): ParleyError | null {
    if (this.#refusal !== null) return this.#refusal;
    if (!this.#inFlight.has(id) && !this.#subscriptions.has(id)) return null;
    return new ParleyError('INVALID_INPUT', 'unable to answer; the id is in use on this socket');
  }

  #limited(limit: string, reason: string): ParleyError {
    this.#options.onLimited(limit);
    return new ParleyError('LIMITED', `unable to answer; ${reason}`);
  }

  #fail(id: CallId | null, error: unknown, call?: Call): void {
    const { errors, socketId, delivery } = this.#options;
    const failed = call && { ...call, context: this.#context };
    delivery.answer(textFrame(errors.message(socketId, id, error, failed)));
  }
}
