import { limits, ParleyError, protocolHeader } from '@parley/contract';
import type { Engine } from '@parley/engine';
import Fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from 'fastify';
import type { Socket } from 'node:net';
import type { Config } from '../config.ts';
import type { EventStreams } from '../events/event-streams.ts';
import type { ReadClient } from './client-info.ts';
import { noteError, sendProblem } from './errors.ts';
import { apiDocs } from '../rest/docs.ts';
import { restRoutes } from '../rest/routes.ts';
import { healthRoutes } from './health.ts';
import type { OriginCheck } from './origins.ts';
import { checkProtocol } from './protocol-check.ts';
import { refuseSocket } from './refuse-socket.ts';
import { requestIdOf } from './request-id.ts';
import { securityHeaders } from './security-headers.ts';
import { trpcRoutes } from './trpc.ts';
import { webApp } from './web-app.ts';

export interface AppOptions {
  readonly config: Pick<Config, 'publicUrl' | 'webRoot'>;
  readonly engine: Engine;
  readonly streams: EventStreams;
  readonly log: FastifyBaseLogger;
  readonly readClient: ReadClient;
  readonly allowsOrigin: OriginCheck;
  readonly isDraining: () => boolean;
}

const requestMs = 30_000;

/** Everything that is served over plain HTTP. */
export async function createApp(options: AppOptions): Promise<FastifyInstance> {
  const { config, engine, log, isDraining } = options;
  const app = Fastify({
    loggerInstance: log,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: limits.bodyBytes,
    requestTimeout: requestMs,
    forceCloseConnections: 'idle',
    // While it closes, what still comes over connections there are is answered: the engine ends after it.
    return503OnClosing: false,
    genReqId: requestIdOf,
    http: { shouldUpgradeCallback: ({ headers }) => headers.upgrade?.toLowerCase() === 'websocket' },
    frameworkErrors: (error, request, reply) => void sendProblem(request, reply, noteError(error, request)),
    clientErrorHandler: refuseBytes,
  });
  await securityHeaders(app, config.publicUrl);
  app.addHook('onRequest', async (request, reply) => {
    reply.header('x-request-id', request.id);
    if (isDraining()) reply.header('connection', 'close');
    if (!URL.canParse(request.url, `http://${request.headers.host ?? ''}`)) {
      throw new ParleyError('MALFORMED_REQUEST', 'unable to read the request; its address is malformed');
    }
    checkProtocol(request.headers[protocolHeader]);
  });
  app.addHook('onResponse', async (request, reply) => {
    const [path] = request.url.split('?', 1);
    request.log.debug(
      { method: request.method, path, status: reply.statusCode, ms: reply.elapsedTime },
      'answered',
    );
  });
  app.setErrorHandler((thrown, request, reply) => sendProblem(request, reply, noteError(thrown, request)));
  await app.register(trpcRoutes, { ...options, prefix: '/trpc' });
  await restRoutes(app, options);
  await app.register(apiDocs, { publicUrl: config.publicUrl, prefix: '/api' });
  await app.register(healthRoutes, { engine, isDraining });
  await webApp(app, config);
  return app;
}

/** What Node cannot read as HTTP has no request to answer to. */
function refuseBytes(error: Error & { readonly code?: string }, socket: Socket): void {
  if (error.code === 'HPE_HEADER_OVERFLOW') {
    refuseSocket(socket, 'TOO_LARGE', 'unable to read the request; its headers are too large');
  } else {
    refuseSocket(socket, 'MALFORMED_REQUEST', 'unable to read the request; it is malformed');
  }
}
