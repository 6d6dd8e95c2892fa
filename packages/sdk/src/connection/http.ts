import { ParleyError } from '@parley/contract';
import type { AppRouter } from '@parley/contract/router';
import { createTRPCClient, httpLink } from '@trpc/client';
import { type Call, Calls } from './calls.ts';

/** Calls over HTTP: for those who are not signed in, and for signing out. */
export class Http {
  readonly #url: string;
  readonly #calls = new Calls();

  constructor(url: string) {
    this.#url = url;
  }

  /**
   * @param accessToken whose call it is; null for nobody's
   * @param ms the deadline, from now
   * @throws ParleyError
   */
  call<T>(call: Call<T>, accessToken: string | null, ms: number): Promise<T> {
    const headers = accessToken === null ? {} : { authorization: `Bearer ${accessToken}` };
    const trpc = createTRPCClient<AppRouter>({ links: [httpLink({ url: this.#url, headers })] });
    return this.#calls.run(trpc, call, ms);
  }

  close(): void {
    this.#calls.failAll(new ParleyError('UNAVAILABLE', 'unable to answer; the client is closed'));
  }
}
