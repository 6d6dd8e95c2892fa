import type { AppRouter } from '@parley/contract/router';
import { createTRPCClient, createWSClient, type TRPCClient, wsLink } from '@trpc/client';
import { WebSocket } from 'ws';

/** A caller over one WebSocket, made of the stock tRPC client alone. */
export interface Caller extends AsyncDisposable {
  readonly trpc: TRPCClient<AppRouter>;
}

export function openCaller(url: string, accessToken: string): Caller {
  const client = createWSClient({
    url: `${url.replace('http', 'ws')}/trpc`,
    WebSocket: WebSocket as unknown as typeof globalThis.WebSocket,
    connectionParams: { token: accessToken },
    retryDelayMs: (attempt) => Math.min(50 * 2 ** attempt, 1_000),
  });
  return {
    trpc: createTRPCClient<AppRouter>({ links: [wsLink({ client })] }),
    [Symbol.asyncDispose]: () => client.close(),
  };
}
