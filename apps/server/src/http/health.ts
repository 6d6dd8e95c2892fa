import { ParleyError } from '@parley/contract';
import type { Engine } from '@parley/engine';
import type { FastifyInstance } from 'fastify';
import { version } from '../version.ts';

export interface HealthOptions {
  readonly engine: Engine;
  readonly isDraining: () => boolean;
}

/** `/health` says that the process lives, `/health/db` that it can do its work. */
export async function healthRoutes(
  app: FastifyInstance,
  { engine, isDraining }: HealthOptions,
): Promise<void> {
  app.addHook('onRequest', async (_request, reply) => void reply.header('cache-control', 'no-store'));
  app.get('/health', async () => ({
    status: isDraining() ? 'stopping' : 'ok',
    version,
    uptime: Math.floor(process.uptime()),
  }));
  app.get('/health/db', async () => {
    if (isDraining()) throw new ParleyError('UNAVAILABLE', 'unable to take more; the server restarts');
    await engine.checkDatabase();
    return { status: 'ok' };
  });
}
