import type { ErrorCode } from '@parley/contract';
import type { ZodOpenApiOperationObject, ZodOpenApiPathsObject } from 'zod-openapi';
import type { z } from 'zod';
import { DatabaseHealth, Liveness, Readiness, RedisHealth } from '../http/health-answers.ts';
import { problemsOf } from './problem-responses.ts';

export const healthTag = 'health';

const general: readonly ErrorCode[] = ['MALFORMED_REQUEST', 'TOO_LARGE', 'INTERNAL'];
const unavailable: readonly ErrorCode[] = [...general, 'UNAVAILABLE'];

function operation(
  operationId: string,
  summary: string,
  schema: z.ZodType,
  codes: readonly ErrorCode[],
): { get: ZodOpenApiOperationObject } {
  const content = { 'application/json': { schema } };
  const responses = { 200: { description: 'The answer', content }, ...problemsOf(codes) };
  return { get: { operationId, summary, tags: [healthTag], security: [], responses } };
}

/** The health routes, which no procedure stands behind. */
export const healthPaths: ZodOpenApiPathsObject = {
  '/health': operation('health', 'Whether the process answers', Liveness, general),
  '/health/live': operation(
    'health_live',
    'Whether the process answers: restart it by this',
    Liveness,
    general,
  ),
  '/health/ready': operation(
    'health_ready',
    'Whether it may be sent requests: route by this',
    Readiness,
    unavailable,
  ),
  '/health/db': operation('health_db', 'Whether PostgreSQL answers', DatabaseHealth, unavailable),
  '/health/redis': operation('health_redis', 'Whether Redis answers', RedisHealth, unavailable),
};
