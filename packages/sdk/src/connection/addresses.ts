export interface Addresses {
  readonly http: string;
  readonly webSocket: string;
}

/** The two addresses of one server's API. @throws TypeError for what is no http(s) address */
export function addressesOf(base: string): Addresses {
  const url = new URL(base);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw new TypeError(`unable to create a client; ${base} is no http or https address`);
  }
  url.search = '';
  url.hash = '';
  url.pathname = `${url.pathname.replace(/\/+$/, '')}/trpc`;
  const http = url.href;
  return { http, webSocket: http.replace(/^http/, 'ws') };
}
