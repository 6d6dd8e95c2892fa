export interface Addresses {
  /** Of the procedures, over HTTP. */
  readonly http: string;
  readonly webSocket: string;
  /** Of the inbox as server-sent events. */
  readonly events: string;
  /** Of any other path of the API. */
  readonly at: (path: string) => string;
}

/** The addresses of one server's API. @throws TypeError for what is no http(s) address */
export function addressesOf(base: string): Addresses {
  const url = new URL(base);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw new TypeError(`unable to create a client; ${base} is no http or https address`);
  }
  url.search = '';
  url.hash = '';
  const root = url.href.replace(/\/+$/, '');
  const at = (path: string) => `${root}/${path}`;
  const http = at('trpc');
  return { http, webSocket: http.replace(/^http/, 'ws'), events: at('events'), at };
}
