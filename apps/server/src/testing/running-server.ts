import type { AppRouter } from '@parley/contract/router';
import type { Engine, EngineOptions } from '@parley/engine';
import { type TestParley, testParley } from '@parley/engine/testing';
import { createTRPCClient, createWSClient, httpBatchLink, type TRPCClient, wsLink } from '@trpc/client';
import { WebSocket } from 'ws';
import type { Config } from '../config.ts';
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

export interface TestServerOptions {
  readonly webRoot?: string;
  readonly trustProxy?: readonly string[];
  /** Nobody is held back unless told. */
  readonly engine?: Pick<EngineOptions, 'limits' | 'meter' | 'issuer'>;
  readonly config?: Partial<Pick<Config, 'publicUrl' | 'origins'>>;
}

/** A server in this process over a database of its own. */
export async function startTestServer(options: TestServerOptions = {}): Promise<RunningServer> {
  const { webRoot = '/nowhere', trustProxy = [], config = {} } = options;
  const resources = new AsyncDisposableStack();
  const parley = resources.use(await testParley());
  let logged = '';
  const log = createLog({ logLevel: 'debug', production: true }, { write: (line) => void (logged += line) });
  const engine = await parley.engine({ log, sessionCheckMs: 200, ...options.engine });
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
        trustProxy,
        webRoot,
        drainMs: 0,
        connectsPerSecond: 200,
        ...config,
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
