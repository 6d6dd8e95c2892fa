import type { AppRouter } from '@parley/contract/router';
import type { Engine } from '@parley/engine';
import { type TestParley, testParley } from '@parley/engine/testing';
import { createTRPCClient, createWSClient, httpBatchLink, type TRPCClient, wsLink } from '@trpc/client';
import { WebSocket } from 'ws';
import { createLog } from '../log.ts';
import { startServer } from '../server.ts';

export const goodOrigin = 'http://good.test';

export interface RunningServer extends AsyncDisposable {
  readonly parley: TestParley;
  readonly engine: Engine;
  readonly port: number;
  readonly url: string;
  /** All that was logged. */
  readonly log: () => string;
  readonly http: (token?: string) => TRPCClient<AppRouter>;
  readonly ws: (token?: string) => TRPCClient<AppRouter>;
}

/** A server in this process over a database of its own. */
export async function startTestServer(webRoot = '/nowhere'): Promise<RunningServer> {
  const resources = new AsyncDisposableStack();
  const parley = resources.use(await testParley());
  let logged = '';
  const log = createLog({ logLevel: 'debug', production: true }, { write: (line) => void (logged += line) });
  const engine = await parley.engine({ log, sessionCheckMs: 200 });
  const publicUrl = 'http://chat.test';
  const server = resources.use(
    await startServer({
      engine,
      log,
      config: {
        host: '127.0.0.1',
        port: 0,
        publicUrl,
        origins: [goodOrigin, publicUrl],
        trustProxy: [],
        webRoot,
        drainMs: 0,
        connectsPerSecond: 200,
      },
    }),
  );
  const url = `http://127.0.0.1:${server.port}`;
  return {
    parley,
    engine,
    url,
    port: server.port,
    log: () => logged,
    http: (token) =>
      createTRPCClient<AppRouter>({
        links: [
          httpBatchLink({
            url: `${url}/trpc`,
            headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
          }),
        ],
      }),
    ws: (token) => {
      const client = createWSClient({
        url: `${url.replace('http', 'ws')}/trpc`,
        WebSocket: WebSocket as unknown as typeof globalThis.WebSocket,
        connectionParams: token === undefined ? null : { token },
        retryDelayMs: () => 50,
      });
      resources.defer(() => client.close());
      return createTRPCClient<AppRouter>({ links: [wsLink({ client })] });
    },
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
}
