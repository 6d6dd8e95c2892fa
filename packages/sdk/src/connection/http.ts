import { ParleyError, protocolHeader, protocolVersion } from '@parley/contract';
import type { AppRouter } from '@parley/contract/router';
import { createTRPCClient } from '@trpc/client';
import { type Call, Calls } from './calls.ts';
import { httpLink } from './http-link.ts';

/** What every request says: who calls, null for nobody, and what they speak. */
export function headersFor(accessToken: string | null): Record<string, string> {
  const version = { [protocolHeader]: String(protocolVersion) };
  return accessToken === null ? version : { ...version, authorization: `Bearer ${accessToken}` };
}

/** Calls over HTTP: for those who are not signed in, for signing out, and where there is no WebSocket. */
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
    const links = [httpLink(this.#url, headersFor(accessToken))];
    const trpc = createTRPCClient<AppRouter>({ links });
    return this.#calls.run(trpc, call, ms);
  }

  close(): void {
    this.#calls.failAll(new ParleyError('UNAVAILABLE', 'unable to answer; the client is closed'));
  }
}
