import { type ErrorCode, errorTable, ParleyError } from '@parley/contract';
import { asParleyError as fromTRPCError } from '@parley/contract/router';
import { TRPCError } from '@trpc/server';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { problem, problemType } from './problem.ts';

/** The Parley error for anything thrown while a request was handled: Fastify's own by their status. */
export function asParleyError(thrown: unknown): ParleyError {
  if (thrown instanceof ParleyError) return thrown;
  if (thrown instanceof TRPCError) return fromTRPCError(thrown);
  const status = thrown instanceof Error && 'statusCode' in thrown ? Number(thrown.statusCode) : 500;
  // Whatever else is the caller's fault is not the server's.
  const known = byStatus[status] ?? (status >= 400 && status < 500 ? byStatus[400] : undefined);
  if (known !== undefined) return new ParleyError(known.code, `unable to read the request; ${known.reason}`);
  return new ParleyError('INTERNAL', 'unable to answer; internal error', { cause: thrown });
}

const byStatus: Readonly<Record<number, { code: ErrorCode; reason: string }>> = {
  400: { code: 'MALFORMED_REQUEST', reason: 'it is malformed' },
  // Of static files alone: a path that may not be asked for.
  403: { code: 'NOT_FOUND', reason: 'there is nothing at this address' },
  404: { code: 'NOT_FOUND', reason: 'there is nothing at this address' },
  405: { code: 'METHOD_NOT_ALLOWED', reason: 'the method is not allowed' },
  408: { code: 'MALFORMED_REQUEST', reason: 'it came too slowly' },
  413: { code: 'TOO_LARGE', reason: 'it is too large' },
  414: { code: 'TOO_LARGE', reason: 'its address is too long' },
  415: { code: 'UNSUPPORTED_MEDIA_TYPE', reason: 'its media type is not supported' },
  431: { code: 'TOO_LARGE', reason: 'its headers are too large' },
};

/** Of a path in the log: it is the caller's. */
const pathCharacters = 100;

/** Logs what was thrown, and gives what the caller may know of it. */
export function noteError(thrown: unknown, request: FastifyRequest): ParleyError {
  const error = asParleyError(thrown);
  const { code } = error;
  const path = request.url.split('?', 1)[0]?.slice(0, pathCharacters);
  const details = { method: request.method, path, code };
  if (code === 'INTERNAL') request.log.error({ ...details, err: error.cause ?? thrown }, 'request failed');
  else request.log.info(details, 'request refused');
  return error;
}

/** Within which the same call may succeed, for those that can: a guess where nobody knows better, in seconds. */
const retryAfterSeconds = 1;

/** The value of `Retry-After`, in whole seconds; null for what cannot succeed later. */
export function retryAfterOf({
  code,
  retryAfterMs = null,
}: Pick<ParleyError, 'code'> & Partial<Pick<ParleyError, 'retryAfterMs'>>): number | null {
  if (!errorTable[code].retryable) return null;
  return retryAfterMs === null ? retryAfterSeconds : Math.ceil(retryAfterMs / 1_000);
}

export function sendProblem(request: FastifyRequest, reply: FastifyReply, error: ParleyError): FastifyReply {
  const { http } = errorTable[error.code];
  const retryAfter = retryAfterOf(error);
  if (retryAfter !== null) reply.header('retry-after', retryAfter);
  if (http === 401) reply.header('www-authenticate', 'Bearer');
  return reply
    .code(http)
    .headers({ 'cache-control': 'no-store', 'x-request-id': request.id })
    .type(problemType)
    .send(JSON.stringify(problem(error, request.id)));
}
