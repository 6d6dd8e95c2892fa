import { ParleyError } from '@parley/contract';
import type { AppRouter } from '@parley/contract/router';
import type { TRPCClient } from '@trpc/client';
import { toParleyError } from './errors.ts';

export type Trpc = TRPCClient<AppRouter>;

/** One call through tRPC; `signal` ends it. */
export type Call<T> = (trpc: Trpc, options: { signal: AbortSignal }) => Promise<T>;

/** Runs calls, each with a deadline, and can end all of them at once. */
export class Calls {
  readonly #running = new Set<(error: ParleyError) => void>();

  /**
   * @param ms the deadline, from now
   * @throws ParleyError: what the server said, or UNAVAILABLE when no answer came
   */
  run<T>(trpc: Trpc, call: Call<T>, ms: number): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    const stop = new AbortController();
    const settle = (act: () => void) => {
      clearTimeout(timer);
      this.#running.delete(fail);
      act();
    };
    const fail = (error: ParleyError) => {
      settle(() => reject(error));
      stop.abort();
    };
    const timer = setTimeout(() => {
      fail(new ParleyError('UNAVAILABLE', 'unable to reach the server; it did not answer in time'));
    }, ms);
    this.#running.add(fail);
    call(trpc, { signal: stop.signal }).then(
      (value) => settle(() => resolve(value)),
      (error: unknown) => settle(() => reject(toParleyError(error))),
    );
    return promise;
  }

  /** Fails every call under way. */
  failAll(error: ParleyError): void {
    for (const fail of [...this.#running]) fail(error);
  }
}
