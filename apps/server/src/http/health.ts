import { ParleyError } from '@parley/contract';
import type { Engine } from '@parley/engine';
import type { FastifyInstance } from 'fastify';
import type { z } from 'zod';
import { version } from '../version.ts';
import type { DatabaseHealth, Liveness, Readiness, RedisHealth } from './health-answers.ts';

export interface HealthOptions {
  readonly engine: Engine;
  readonly isDraining: () => boolean;
}

/**
 * How the process is, for whoever runs it. A part that cannot do its work is answered with a problem of status 503.
 *
 * - `/health`, `/health/live`: the process answers. `{ status: 'ok' | 'stopping', version, uptime }`, in seconds.
 * - `/health/ready`: it may be sent requests. `{ status: 'ok', database: 'ok', redis }`, where `redis` is `ok` or
 *   `not used`; with Redis away `{ status: 'degraded', database: 'ok', redis: 'unreachable', reason }`, still 200.
 * - `/health/db`: `{ status: 'ok' }`.
 * - `/health/redis`: `{ status: 'ok' | 'not used' }`.
 */
export async function healthRoutes(
  app: FastifyInstance,
  { engine, isDraining }: HealthOptions,
): Promise<void> {
  const requireTaking = (): void => {
    if (isDraining()) throw new ParleyError('UNAVAILABLE', 'unable to take more; the server restarts');
  };
  const live = async (): Promise<z.infer<typeof Liveness>> => ({
    status: isDraining() ? 'stopping' : 'ok',
    version,
    uptime: Math.floor(process.uptime()),
  });
  app.addHook('onRequest', async (_request, reply) => void reply.header('cache-control', 'no-store'));
  app.get('/health', live);
  app.get('/health/live', live);
  app.get('/health/ready', async (): Promise<z.infer<typeof Readiness>> => {
    requireTaking();
    await engine.checkDatabase();
    const redis = redisState(engine);
    if (redis !== 'unreachable') return { status: 'ok', database: 'ok', redis };
    const reason = 'Redis is unreachable; events travel by the database, within about a second';
    return { status: 'degraded', database: 'ok', redis, reason };
  });
  app.get('/health/db', async (): Promise<z.infer<typeof DatabaseHealth>> => {
    requireTaking();
    await engine.checkDatabase();
    return { status: 'ok' };
  });
  app.get('/health/redis', async (): Promise<z.infer<typeof RedisHealth>> => {
    const redis = redisState(engine);
    if (redis === 'unreachable') throw new ParleyError('UNAVAILABLE', 'unable to reach Redis');
    return { status: redis };
  });
}

function redisState(engine: Engine): 'ok' | 'unreachable' | 'not used' {
  const { kind, connected } = engine.status().bus;
  if (kind === 'memory') return 'not used';
  return connected ? 'ok' : 'unreachable';
}
