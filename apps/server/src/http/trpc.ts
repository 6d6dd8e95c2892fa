import { limits, ParleyError } from '@parley/contract';
import { appRouter, asParleyError, toTRPCError } from '@parley/contract/router';
import type { Engine } from '@parley/engine';
import { getTRPCErrorShape, type TRPCError } from '@trpc/server';
import { fastifyRequestHandler } from '@trpc/server/adapters/fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { ReadClient } from './client-info.ts';
import { httpContext } from './context.ts';
import { guardOrigins } from './cors.ts';
import { noteError, retryAfterOf } from './errors.ts';
import { takeJson } from './json-body.ts';
import { jsonFault, malformedJson } from '../json.ts';
import type { OriginCheck } from './origins.ts';

export interface TrpcOptions {
  readonly engine: Engine;
  readonly readClient: ReadClient;
  readonly allowsOrigin: OriginCheck;
}

/** The router over HTTP. Everything below its path answers in tRPC's shape, but for origins that may not call. */
export async function trpcRoutes(app: FastifyInstance, options: TrpcOptions): Promise<void> {
  const { engine, readClient, allowsOrigin } = options;
  await guardOrigins(app, allowsOrigin, ['GET', 'POST']);
  // tRPC reads the JSON itself, so that what is malformed is answered in its own shape.
  takeJson(app, (_request, text, done) => done(null, text));
  app.setErrorHandler((thrown, request, reply) => sendShape(reply, noteError(thrown, request), request));
  app.all<{ Params: { '*': string }; Querystring: Query }>('/*', async (request, reply) => {
    const path = request.params['*'];
    refuseSubscription(path);
    refuseMalformed(request.query);
    await fastifyRequestHandler({
      router: appRouter,
      req: request,
      res: reply,
      path,
      maxBatchSize: limits.batchCalls,
      createContext: () => {
        const { raw, id } = request;
        return httpContext(engine, { request: raw, requestId: id, client: readClient(raw) });
      },
      responseMeta: ({ errors }) => ({ headers: retryAfterHeader(errors) }),
      onError: ({ error, path: failed }) => noteCall(request, error, failed),
    });
  });
}

/** The longest wait of the calls in a request. */
function retryAfterHeader(errors: readonly TRPCError[]): Record<string, string> {
  const waits = errors.map((error) => retryAfterOf(asParleyError(toTRPCError(error))) ?? 0);
  const longest = Math.max(0, ...waits);
  return longest === 0 ? {} : { 'retry-after': String(longest) };
}

type Query = Readonly<Record<string, string | readonly string[]>>;

/** What tRPC reads as JSON from an address. */
function refuseMalformed({ input = [], connectionParams = [] }: Query): void {
  const fault = [input, connectionParams]
    .flat()
    .map(jsonFault)
    .find((found) => found !== null);
  if (fault !== undefined) throw malformedJson(fault);
}

/** By path, as tRPC keeps them. */
const procedures = new Map<string, unknown>(Object.entries(appRouter._def.procedures));

/** A stream over HTTP would outlive its session and know no limit on what waits for its reader. */
function refuseSubscription(path: string): void {
  const procedure = procedures.get(path);
  if (isProcedure(procedure) && procedure._def.type === 'subscription') {
    throw new ParleyError('METHOD_NOT_ALLOWED', 'unable to subscribe over HTTP; use the WebSocket');
  }
}

function isProcedure(value: unknown): value is { readonly _def: { readonly type: unknown } } {
  return typeof value === 'function' && '_def' in value;
}

function noteCall(request: FastifyRequest, thrown: Error, path: string | undefined): void {
  const error = toTRPCError(thrown);
  const { code } = asParleyError(error);
  if (code === 'INTERNAL') {
    request.log.error({ path, err: error.cause ?? error }, 'call failed');
  } else {
    request.log.info({ path, code }, 'call refused');
  }
}

async function sendShape(
  reply: FastifyReply,
  error: ParleyError,
  request: FastifyRequest,
): Promise<FastifyReply> {
  const shape = getTRPCErrorShape({
    config: appRouter._def._config,
    error: toTRPCError(error),
    type: 'unknown',
    path: undefined,
    input: undefined,
    ctx: undefined,
  });
  return reply
    .code(shape.data.httpStatus)
    .send({ error: { ...shape, data: { ...shape.data, requestId: request.id } } });
}
