import { appRouter } from '@parley/contract/router';
import type { Engine } from '@parley/engine';
import type { Logger } from 'pino';
import type { Config } from './config.ts';
import { EventStreams } from './events/event-streams.ts';
import { Admission } from './gateway/admission.ts';
import { Gateway } from './gateway/gateway.ts';
import { sessionOpener } from './gateway-session.ts';
import { createApp } from './http/app.ts';
import { clientReader } from './http/client-info.ts';
import { originCheck } from './http/origins.ts';
import type { Metrics } from './operations/metrics.ts';
import { metricsRoute } from './operations/metrics-route.ts';

export interface ServerOptions {
  readonly config: Pick<
    Config,
    'host' | 'port' | 'publicUrl' | 'origins' | 'trustProxy' | 'webRoot' | 'drainMs' | 'connectsPerSecond'
  >;
  readonly engine: Engine;
  readonly log: Logger;
  /** Told of sockets and what is delivered. */
  readonly metrics?: Metrics | null;
  /** Set to serve the metrics at `/metrics`, too, to whoever has it. */
  readonly metricsToken?: string | null;
}

/** For requests in flight when the server stops, in milliseconds. */
const requestsMs = 5_000;

/** A listening server. Disposing it drains the sockets, answers what is in flight, and stops listening. */
export interface Server extends AsyncDisposable {
  readonly port: number;
}

/** Serves an engine over HTTP and WebSocket. @throws when the port is taken */
export async function startServer(options: ServerOptions): Promise<Server> {
  const { config, engine, log, metrics = null, metricsToken = null } = options;
  const readClient = clientReader(config.trustProxy);
  const allowsOrigin = originCheck(config.origins);
  const admission = new Admission(config.connectsPerSecond);
  const onDelivered = (items: number): void => metrics?.delivered(items);
  const streams = new EventStreams({ engine, admission, onDelivered });
  let draining = false;
  const app = await createApp({
    config,
    engine,
    streams,
    log,
    readClient,
    allowsOrigin,
    isDraining: () => draining,
  });
  if (metrics !== null && metricsToken !== null) {
    await app.register(metricsRoute, { metrics, token: metricsToken });
  }
  const gateway = new Gateway<typeof appRouter>({
    server: app.server,
    router: appRouter,
    path: '/trpc',
    allowsOrigin,
    open: sessionOpener(engine, readClient),
    log,
    admission,
    greet: (request) => engine.limits.connect(readClient(request).address),
    onDelivered,
    onLimited: (limit) => metrics?.limited(limit),
  });
  metrics?.watchSockets(() => ({
    connections: gateway.size + streams.size,
    subscriptions: gateway.subscriptions + streams.size,
  }));
  metrics?.watchDraining(() => draining);
  const stop = async (): Promise<void> => {
    draining = true;
    await Promise.all([gateway.drain(config.drainMs), streams.drain(config.drainMs)]);
    await streams[Symbol.asyncDispose]();
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
