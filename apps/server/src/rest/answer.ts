import type { FastifyReply, FastifyRequest } from 'fastify';
import { etagOf, isKnown } from './etag.ts';
import { linkHeader } from './links.ts';
import { creates, type Operation } from './operations.ts';

/**
 * Answers with what a procedure gave: 201 with where it is, 202 for what waits for something else, 204 for nothing, 304 for
 * what the caller has.
 */
export function sendAnswer(
  operation: Operation,
  request: FastifyRequest,
  reply: FastifyReply,
  answer: unknown,
): FastifyReply {
  if (answer === undefined) return reply.code(204).send();
  const { acceptedBy } = operation.rest;
  if (acceptedBy !== undefined && field(answer, acceptedBy) === true) {
    reply.code(202);
  } else if (creates(operation)) {
    const found = field(answer, 'created') === false;
    reply.code(found ? 200 : 201);
    if (!found) reply.header('location', locationOf(operation.rest.location ?? '/', answer));
  }
  const body = JSON.stringify(answer);
  reply.type('application/json; charset=utf-8').header('cache-control', 'private, no-cache');
  if (operation.type !== 'query') return reply.send(body);
  const links = linkHeader(operation.name, request.url, answer);
  if (links !== null) reply.header('link', links);
  const etag = etagOf(body);
  reply.header('etag', etag).header('vary', 'authorization, origin');
  return isKnown(request.headers['if-none-match'], etag) ? reply.code(304).send() : reply.send(body);
}

/** The template with fields of the answer in place of their names in braces. */
function locationOf(template: string, answer: unknown): string {
  return template.replaceAll(/\{([\w.]+)\}/g, (_, path: string) => {
    const value = path.split('.').reduce(field, answer);
    return encodeURIComponent(String(value));
  });
}

function field(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  return Object.entries(value).find(([key]) => key === name)?.[1];
}
