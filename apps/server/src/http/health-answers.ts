import { z } from 'zod';

const RedisInUse = z
  .enum(['ok', 'not used'])
  .meta({ description: '`not used` on the memory bus, which a single process may have' });

export const Liveness = z
  .strictObject({
    status: z.enum(['ok', 'stopping']).meta({ description: '`stopping` while it drains' }),
    version: z.string(),
    uptime: z.int().nonnegative().meta({ description: 'In seconds' }),
  })
  .meta({ id: 'Liveness' });

const Ready = z.strictObject({ status: z.literal('ok'), database: z.literal('ok'), redis: RedisInUse });
const Degraded = z.strictObject({
  status: z.literal('degraded'),
  database: z.literal('ok'),
  redis: z.literal('unreachable'),
  reason: z.string(),
});
export const Readiness = z.union([Ready, Degraded]).meta({ id: 'Readiness' });

export const DatabaseHealth = z.strictObject({ status: z.literal('ok') });
export const RedisHealth = z.strictObject({ status: RedisInUse });
