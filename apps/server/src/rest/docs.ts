import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openApiDocument } from './document.ts';

const assets = dirname(fileURLToPath(import.meta.resolve('swagger-ui-dist/package.json')));
const served = new Set(['/swagger-ui.css', '/swagger-ui-bundle.js', '/favicon-32x32.png']);
const dayMs = 86_400_000;

const page = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <title>Parley API</title>
    <link rel="stylesheet" href="/api/assets/swagger-ui.css" />
    <link rel="icon" href="/api/assets/favicon-32x32.png" />
  </head>
  <body>
    <div id="swagger-ui"></div>
    <script src="/api/assets/swagger-ui-bundle.js"></script>
    <script src="/api/start.js"></script>
  </body>
</html>
`;

const start = `SwaggerUIBundle({ url: '/api/openapi.json', dom_id: '#swagger-ui', deepLinking: true, persistAuthorization: true });
`;

/** The OpenAPI document at `openapi.json`, and Swagger UI over it, all from this server. */
export async function apiDocs(app: FastifyInstance, options: { readonly publicUrl: string }): Promise<void> {
  const document = JSON.stringify(openApiDocument(options.publicUrl));
  app.get('/', (_request, reply) => reply.type('text/html; charset=utf-8').send(page));
  app.get('/start.js', (_request, reply) => reply.type('text/javascript; charset=utf-8').send(start));
  // Anyone may read it: it says nothing that this source does not.
  app.get('/openapi.json', (_request, reply) =>
    reply
      .headers({ 'access-control-allow-origin': '*', 'cross-origin-resource-policy': 'cross-origin' })
      .type('application/json; charset=utf-8')
      .send(document),
  );
  await app.register(fastifyStatic, {
    root: assets,
    prefix: '/assets/',
    index: false,
    decorateReply: false,
    maxAge: dayMs,
    allowedPath: (path) => served.has(path),
  });
}
