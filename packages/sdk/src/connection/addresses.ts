export interface Addresses {
  /** Of the procedures, over HTTP. */
  readonly http: string;
  readonly webSocket: string;
  /** Of the inbox as server-sent events. */
  readonly events: string;
  /** Of the export of one's own data. */
  readonly export: string;
}

/** The addresses of one server's API. @throws TypeError for what is no http(s) address */
export function addressesOf(base: string): Addresses {
  const url = new URL(base);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw new TypeError(`unable to create a client; ${base} is no http or https address`);
  }
  url.search = '';
  url.hash = '';
  const path = url.pathname.replace(/\/+$/, '');
  url.pathname = `${path}/events`;
  const events = url.href;
  url.pathname = `${path}/auth/export`;
  const exported = url.href;
  url.pathname = `${path}/trpc`;
  const http = url.href;
  return { http, webSocket: http.replace(/^http/, 'ws'), events, export: exported };
}
