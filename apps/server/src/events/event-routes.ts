import { isLiveStream, type LiveStream } from '@parley/contract';
import { appRouter, type Context } from '@parley/contract/router';
import type { Engine } from '@parley/engine';
import { callTRPCProcedure } from '@trpc/server';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ReadClient } from '../http/client-info.ts';
import { authenticateBearer, httpContext } from '../http/context.ts';
import type { EventStreams } from './event-streams.ts';
import { inboxText, typedText, typingText, watchText } from './event-text.ts';

type Request = FastifyRequest<{
  Params: Record<string, string>;
  Querystring: Record<string, string | string[]>;
}>;

/** A subscription at an address, as server-sent events. */
export interface EventRoute {
  /** The procedure that stands behind it. */
  readonly name:
    | 'inbox.watch'
    | 'messages.watch'
    | 'presence.away'
    | 'presence.watch'
    | 'receipts.watch'
    | 'typing.watch';
  /** As in the OpenAPI document. */
  readonly path: string;
  readonly text: (item: unknown) => string;
  input(request: Request): unknown;
}

/** Every address that sends events. */
export const eventRoutes: readonly EventRoute[] = [
  { name: 'inbox.watch', path: '/events', text: inboxText, input: () => undefined },
  {
    name: 'messages.watch',
    path: '/conversations/{conversationId}/events',
    text: watchText,
    input({ params, headers }) {
      const lastEventId = headers['last-event-id'];
      return { ...params, ...(lastEventId === undefined ? {} : { lastEventId }) };
    },
  },
  {
    name: 'receipts.watch',
    path: '/conversations/{conversationId}/receipts/events',
    text: typedText,
    input: ({ params }) => ({ ...params }),
  },
  {
    name: 'typing.watch',
    path: '/conversations/{conversationId}/typing/events',
    text: typingText,
    input: ({ params }) => ({ ...params }),
  },
  { name: 'presence.away', path: '/presence/away/events', text: typedText, input: () => undefined },
  {
    name: 'presence.watch',
    path: '/presence/events',
    text: typedText,
    // As often as there are people, or between commas: then even two hundred fit into an address.
    input: ({ query: { userIds = [] } }) => ({
      userIds: [userIds].flat().flatMap((ids) => ids.split(',')),
    }),
  },
];

export interface EventRouteOptions {
  readonly engine: Engine;
  readonly readClient: ReadClient;
  readonly streams: EventStreams;
}

/** Opens the subscription as any call, so that what is wrong with it is answered as a problem, and then sends it. */
export function eventHandler(route: EventRoute, options: EventRouteOptions) {
  const { engine, readClient, streams } = options;
  return async (request: Request, reply: FastifyReply): Promise<FastifyReply> => {
    streams.admit();
    const { raw, id: requestId } = request;
    const caller = { request: raw, requestId, client: readClient(raw) };
    await engine.limits.connect(caller.client.address);
    const { expiresAt, external: _, ...viewer } = await authenticateBearer(engine, raw, caller.client);
    // Before anything is held that would have to be freed again.
    const leave = engine.limits.seat(viewer.userId);
    let stream: LiveStream<unknown>;
    try {
      const context = { ...httpContext(engine, caller), authenticate: () => viewer };
      stream = await openStream(route, context, request);
    } catch (error) {
      leave();
      throw error;
    }
    const { socket } = raw;
    beginEvents(reply);
    streams.open(stream, { socket, requestId, viewer, expiresAt, text: route.text, leave });
    return reply;
  };
}

async function openStream(
  route: EventRoute,
  context: Context,
  request: Request,
): Promise<LiveStream<unknown>> {
  const stream: unknown = await callTRPCProcedure({
    router: appRouter,
    path: route.name,
    type: 'subscription',
    ctx: context,
    signal: undefined,
    batchIndex: 0,
    getRawInput: async () => route.input(request),
  });
  if (!isLiveStream(stream)) throw new Error(`${route.name} gave no live stream`);
  return stream;
}

/** Writes the head of an answer that ends with its connection: the rest is written to the socket itself. */
function beginEvents(reply: FastifyReply): void {
  reply.hijack();
  const { raw } = reply;
  raw.shouldKeepAlive = false;
  raw.useChunkedEncodingByDefault = false;
  for (const [name, value] of Object.entries(reply.getHeaders()))
    if (value !== undefined) raw.setHeader(name, value);
  raw.writeHead(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store, no-transform',
    // nginx keeps nothing of it back.
    'x-accel-buffering': 'no',
    connection: 'close',
  });
  raw.flushHeaders();
}
