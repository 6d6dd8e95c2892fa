import cors from '@fastify/cors';
import { ParleyError } from '@parley/contract';
import type { FastifyInstance } from 'fastify';
import type { OriginCheck } from './origins.ts';

const maxAgeSeconds = 600;
const exposed = ['etag', 'link', 'location', 'retry-after', 'x-request-id'];

/** Keeps pages of other origins out of what this plugin serves, and lets those that are allowed read its answers. */
export async function guardOrigins(
  app: FastifyInstance,
  allowsOrigin: OriginCheck,
  methods: string[],
): Promise<void> {
  app.addHook('onRequest', async ({ headers: { origin } }) => {
    if (origin !== undefined && !allowsOrigin(origin)) {
      throw new ParleyError('FORBIDDEN', 'unable to answer; this origin is not allowed, see CORS_ORIGIN');
    }
  });
  await app.register(cors, {
    origin: (origin, done) => done(null, origin !== undefined && allowsOrigin(origin)),
    methods,
    exposedHeaders: exposed,
    maxAge: maxAgeSeconds,
  });
}
