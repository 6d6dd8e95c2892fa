import fastifyStatic from '@fastify/static';
import { ParleyError } from '@parley/contract';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { sendProblem } from './errors.ts';

/** Built files whose names carry a hash of what is in them, compressed or not. */
const hashed = /[\\/]assets[\\/][^\\/]+-[\w-]{8,}\.\w+(?:\.(?:br|gz))?$/;

/**
 * Serves the built web app: its files, and its page at every address that is a page's. Without a build, everything
 * is NOT_FOUND.
 */
export async function webApp(app: FastifyInstance, { webRoot }: { readonly webRoot: string }): Promise<void> {
  const built = existsSync(join(webRoot, 'index.html'));
  if (built) {
    await app.register(fastifyStatic, {
      root: webRoot,
      cacheControl: false,
      preCompressed: true,
      setHeaders: (reply, path) => {
        void reply.header(
          'cache-control',
          hashed.test(path) ? 'public, max-age=31536000, immutable' : 'no-cache',
        );
      },
    });
  }
  app.setNotFoundHandler((request, reply) => {
    if (built && isPage(request)) return reply.sendFile('index.html');
    return notFound(request, reply);
  });
}

function isPage({ method, url, headers }: FastifyRequest): boolean {
  const path = url.split('?', 1)[0] ?? '';
  const last = path.slice(path.lastIndexOf('/') + 1);
  return (
    (method === 'GET' || method === 'HEAD') &&
    !last.includes('.') &&
    (headers.accept ?? '').includes('text/html')
  );
}

function notFound(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const error = new ParleyError('NOT_FOUND', 'unable to answer; there is nothing at this address');
  return sendProblem(request, reply, error);
}
