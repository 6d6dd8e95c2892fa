import { createTRPCClient, createWSClient, type TRPCClient, wsLink } from '@trpc/client';
import { WebSocket } from 'ws';
import type { SmallRouter } from './small-router.ts';

export interface StockClient extends Disposable {
  readonly trpc: TRPCClient<SmallRouter>;
  /** Close codes of the sockets it lost, in order. */
  readonly closes: number[];
  /** Every socket it opened. */
  readonly sockets: WebSocket[];
}

/** tRPC's own client. `url` is asked before every connection. */
export function stockClient(url: () => string, token?: string): StockClient {
  const closes: number[] = [];
  const sockets: WebSocket[] = [];
  class Recorded extends WebSocket {
    constructor(address: string) {
      super(address, { perMessageDeflate: false });
      sockets.push(this);
    }
  }
  const client = createWSClient({
    url,
    // What wsLink uses of it is the same; only the declarations differ.
    WebSocket: Recorded as unknown as typeof globalThis.WebSocket,
    ...(token === undefined ? {} : { connectionParams: { token } }),
    retryDelayMs: () => 20,
    onClose: (cause) => {
      if (cause?.code !== undefined) closes.push(cause.code);
    },
  });
  return {
    trpc: createTRPCClient<SmallRouter>({ links: [wsLink({ client })] }),
    closes,
    sockets,
    [Symbol.dispose]: () => void client.close(),
  };
}
