import { appRouter } from '@parley/contract/router';
import type { Engine } from '@parley/engine';
import type { Logger } from 'pino';
import type { Config } from './config.ts';
import { Gateway } from './gateway/gateway.ts';
import { sessionOpener } from './gateway-session.ts';
import { createApp } from './http/app.ts';
import { clientReader } from './http/client-info.ts';
import { originCheck } from './http/origins.ts';

export interface ServerOptions {
  readonly config: Pick<
    Config,
    'host' | 'port' | 'publicUrl' | 'origins' | 'trustProxy' | 'webRoot' | 'drainMs'
  >;
  readonly engine: Engine;
  readonly log: Logger;
}

/** For requests in flight when the server stops, in milliseconds. */
const requestsMs = 5_000;

/** A listening server. Disposing it drains the sockets, answers what is in flight, and stops listening. */
export interface Server extends AsyncDisposable {
  readonly port: number;
}

/** Serves an engine over HTTP and WebSocket. @throws when the port is taken */
export async function startServer({ config, engine, log }: ServerOptions): Promise<Server> {
  const readClient = clientReader(config.trustProxy);
  const allowsOrigin = originCheck(config.origins);
  let draining = false;
  const app = await createApp({ config, engine, log, readClient, allowsOrigin, isDraining: () => draining });
  const gateway = new Gateway<typeof appRouter>({
    server: app.server,
    router: appRouter,
    path: '/trpc',
    allowsOrigin,
    open: sessionOpener(engine, readClient),
    log,
  });
  const stop = async (): Promise<void> => {
    draining = true;
    await gateway.drain(config.drainMs);
    await gateway[Symbol.asyncDispose]();
    const cut = setTimeout(() => app.server.closeAllConnections(), requestsMs);
    await app.close();
    clearTimeout(cut);
  };
  try {
    await app.listen({ host: config.host, port: config.port });
  } catch (error) {
    await stop();
    throw error;
  }
  const address = app.server.address();
  const port = typeof address === 'object' && address !== null ? address.port : config.port;
  return { port, [Symbol.asyncDispose]: stop };
}
