import { ParleyError } from '@parley/contract';
import { appRouter, type Context } from '@parley/contract/router';
import type { Engine } from '@parley/engine';
import { callTRPCProcedure } from '@trpc/server';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type EventRoute, eventHandler, eventRoutes } from '../events/event-routes.ts';
import type { EventStreams } from '../events/event-streams.ts';
import type { ReadClient } from '../http/client-info.ts';
import { httpContext } from '../http/context.ts';
import { guardOrigins } from '../http/cors.ts';
import type { OriginCheck } from '../http/origins.ts';
import { sendAnswer } from './answer.ts';
import { acceptJson } from './body.ts';
import { exportHandler, exportRoute } from './export-route.ts';
import { idOfKey, withId } from './idempotency.ts';
import { inputReader, type ReadInput } from './input.ts';
import { type Operation, operations } from './operations.ts';

export interface RestOptions {
  readonly engine: Engine;
  readonly streams: EventStreams;
  readonly readClient: ReadClient;
  readonly allowsOrigin: OriginCheck;
}

const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;

/** The procedures at the REST paths that the contract gives them, by the first word of the path. */
export async function restRoutes(app: FastifyInstance, options: RestOptions): Promise<void> {
  const byPrefix = Map.groupBy(operations, ({ rest }) => prefixOf(rest.path));
  const events = Map.groupBy(eventRoutes, ({ path }) => prefixOf(path));
  for (const prefix of new Set([...byPrefix.keys(), ...events.keys()])) {
    const members: Members = {
      operations: byPrefix.get(prefix) ?? [],
      events: events.get(prefix) ?? [],
    };
    await app.register((scope) => prefixRoutes(scope, prefix, members, options), { prefix });
  }
}

/** What is served below one prefix. */
interface Members {
  readonly operations: readonly Operation[];
  readonly events: readonly EventRoute[];
}

const prefixOf = (path: string) => /^\/\w+/.exec(path)?.[0] ?? '/';

async function prefixRoutes(
  app: FastifyInstance,
  prefix: string,
  members: Members,
  options: RestOptions,
): Promise<void> {
  await guardOrigins(app, options.allowsOrigin, [...methods]);
  acceptJson(app);
  const urlOf = (path: string) => path.slice(prefix.length).replaceAll(/\{(\w+)\}/g, ':$1');
  for (const route of members.events) {
    const url = urlOf(route.path);
    app.route({ method: 'GET', url, exposeHeadRoute: false, handler: eventHandler(route, options) });
    allowOnly(app, url, ['GET']);
  }
  if (exportRoute.path.startsWith(`${prefix}/`)) {
    const url = urlOf(exportRoute.path);
    app.route({ method: 'GET', url, exposeHeadRoute: false, handler: exportHandler(options) });
    allowOnly(app, url, ['GET']);
  }
  const byPath = Map.groupBy(members.operations, ({ rest }) => rest.path);
  for (const [path, here] of byPath) {
    const url = urlOf(path);
    for (const operation of here) {
      app.route({ method: operation.rest.method, url, handler: handler(operation, options) });
    }
    const taken: string[] = here.map(({ rest }) => rest.method);
    allowOnly(app, url, [...taken, ...(taken.includes('GET') ? ['HEAD'] : [])]);
  }
  // A route, so that what is no address of the API is not looked for among the files of the web app.
  app.route({
    method: [...methods],
    url: '/*',
    handler: async () => {
      throw new ParleyError('NOT_FOUND', 'unable to answer; there is nothing at this address');
    },
  });
}

/** Says which methods a path takes, to whom asks and to whom uses another. Browsers that ask are answered before. */
function allowOnly(app: FastifyInstance, url: string, taken: readonly string[]): void {
  const allow = [...taken, 'OPTIONS'].join(', ');
  app.route({
    method: 'OPTIONS',
    url,
    handler: (_request, reply) => reply.code(204).header('allow', allow).send(),
  });
  app.route({
    method: methods.filter((method) => !taken.includes(method)),
    url,
    exposeHeadRoute: false,
    handler: async (_request, reply) => {
      reply.header('allow', allow);
      throw new ParleyError('METHOD_NOT_ALLOWED', `unable to answer; this address takes ${allow}`);
    },
  });
}

type Request = FastifyRequest<{ Params: Record<string, string>; Querystring: Record<string, unknown> }>;

function handler(operation: Operation, { engine, readClient }: RestOptions) {
  const read = inputReader(operation);
  return async (request: Request, reply: FastifyReply): Promise<FastifyReply> => {
    const { raw, id } = request;
    const context = httpContext(engine, { request: raw, requestId: id, client: readClient(raw) });
    const answer: unknown = await callTRPCProcedure({
      router: appRouter,
      path: operation.name,
      type: operation.type,
      ctx: context,
      signal: undefined,
      batchIndex: 0,
      getRawInput: () => inputOf(operation, read, request, context),
    });
    return sendAnswer(operation, request, reply, answer);
  };
}

async function inputOf(
  operation: Operation,
  read: ReadInput,
  { params, query, body, headers }: Request,
  context: Context,
): Promise<unknown> {
  const input = read({ params, query, body });
  const key = headers['idempotency-key'];
  if (operation.name !== 'messages.send' || typeof key !== 'string') return input;
  const { userId } = await context.authenticate();
  return withId(input, idOfKey(key, userId));
}
