import { ParleyError } from '@parley/contract';
import { appRouter, type Context } from '@parley/contract/router';
import type { Engine } from '@parley/engine';
import { callTRPCProcedure } from '@trpc/server';
import type { FastifyInstance, FastifyReply, FastifyRequest, HTTPMethods } from 'fastify';
import type { ReadClient } from '../http/client-info.ts';
import { httpContext } from '../http/context.ts';
import { guardOrigins } from '../http/cors.ts';
import type { OriginCheck } from '../http/origins.ts';
import { sendAnswer } from './answer.ts';
import { acceptJson } from './body.ts';
import { idOfKey, withId } from './idempotency.ts';
import { inputReader, type ReadInput } from './input.ts';
import { type Operation, operations } from './operations.ts';

export interface RestOptions {
  readonly engine: Engine;
  readonly readClient: ReadClient;
  readonly allowsOrigin: OriginCheck;
}

const methods = ['GET', 'POST', 'PUT', 'DELETE'] as const;
const refused: readonly HTTPMethods[] = [...methods, 'PATCH'];

/** The procedures at the REST paths that the contract gives them, by the first word of the path. */
export async function restRoutes(app: FastifyInstance, options: RestOptions): Promise<void> {
  const byPrefix = Map.groupBy(operations, ({ rest }) => /^\/\w+/.exec(rest.path)?.[0] ?? '/');
  for (const [prefix, members] of byPrefix) {
    await app.register((scope) => prefixRoutes(scope, prefix, members, options), { prefix });
  }
}

async function prefixRoutes(
  app: FastifyInstance,
  prefix: string,
  members: readonly Operation[],
  options: RestOptions,
): Promise<void> {
  await guardOrigins(app, options.allowsOrigin, [...methods]);
  acceptJson(app);
  const byPath = Map.groupBy(members, ({ rest }) => rest.path);
  for (const [path, here] of byPath) {
    const url = path.slice(prefix.length).replaceAll(/\{(\w+)\}/g, ':$1');
    for (const operation of here) {
      app.route({ method: operation.rest.method, url, handler: handler(operation, options) });
    }
    refuseOtherMethods(app, url, here);
  }
  // A route, so that what is no address of the API is not looked for among the files of the web app.
  app.route({
    method: [...refused],
    url: '/*',
    handler: async () => {
      throw new ParleyError('NOT_FOUND', 'unable to answer; there is nothing at this address');
    },
  });
}

function refuseOtherMethods(app: FastifyInstance, url: string, here: readonly Operation[]): void {
  const allowed: string[] = here.map(({ rest }) => rest.method);
  const allow = [...allowed, ...(allowed.includes('GET') ? ['HEAD'] : []), 'OPTIONS'].join(', ');
  app.route({
    method: refused.filter((method) => !allowed.includes(method)),
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
