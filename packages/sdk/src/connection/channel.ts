import type { Call, Trpc } from './calls.ts';

/** One way to the server, for one person. */
export interface Channel {
  /** For subscriptions. */
  readonly trpc: Trpc;
  /** @throws ParleyError, within `ms` */
  call<T>(call: Call<T>, ms: number): Promise<T>;
  /** Ends the wait for the next attempt, if there is one. */
  retryNow(): void;
  /** For good: calls under way fail, subscriptions complete. */
  close(): void;
}
