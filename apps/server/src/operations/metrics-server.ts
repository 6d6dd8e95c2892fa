import Fastify from 'fastify';
import type { AddressInfo } from 'node:net';
import { noteError, sendProblem } from '../http/errors.ts';
import { portFailure } from '../port.ts';
import { metricsRoute, type MetricsRouteOptions } from './metrics-route.ts';

export interface MetricsServer extends AsyncDisposable {
  readonly port: number;
}

/** Serves the metrics, and nothing else, on a port of their own. @throws Error when the port is taken */
export async function startMetricsServer(
  options: MetricsRouteOptions & { readonly host: string; readonly port: number },
): Promise<MetricsServer> {
  const { host, port } = options;
  const app = Fastify({ forceCloseConnections: true });
  app.setErrorHandler((thrown, request, reply) => sendProblem(request, reply, noteError(thrown, request)));
  await app.register(metricsRoute, options);
  try {
    await app.listen({ host, port });
  } catch (error) {
    await app.close();
    throw portFailure(error, host, port, 'METRICS_PORT');
  }
  const address: AddressInfo | string | null = app.server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : port,
    [Symbol.asyncDispose]: () => app.close(),
  };
}
