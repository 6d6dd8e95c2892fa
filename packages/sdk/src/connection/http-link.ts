import { ParleyError } from '@parley/contract';
import type { AppRouter } from '@parley/contract/router';
import { type Operation, TRPCClientError, type TRPCLink } from '@trpc/client';
import { observable } from '@trpc/server/observable';
import { isObject } from '../is-object.ts';
import { errorOfShape } from './errors.ts';

/**
 * Queries and mutations over HTTP, one request each, as tRPC's `httpLink` sends them. That one also knows forms, streams and
 * transformers, and is two of the 25 kB the SDK may have.
 */
export function httpLink(url: string, headers: Record<string, string>): TRPCLink<AppRouter> {
  return () =>
    ({ op }) =>
      observable((observer) => {
        request(url, headers, op).then(
          (data) => {
            observer.next({ result: { type: 'data', data } });
            observer.complete();
          },
          (error: unknown) => observer.error(TRPCClientError.from(asError(error))),
        );
      });
}

/** @throws ParleyError as the server says; anything else when no answer came */
async function request(
  url: string,
  headers: Record<string, string>,
  { path, type, input, signal }: Operation,
): Promise<unknown> {
  const json = input === undefined ? '' : JSON.stringify(input);
  const response =
    type === 'query'
      ? await fetch(`${url}/${path}${json && `?input=${encodeURIComponent(json)}`}`, {
          headers,
          signal: signal ?? null,
        })
      : await fetch(`${url}/${path}`, {
          method: 'POST',
          headers: { ...headers, 'content-type': 'application/json' },
          ...(json && { body: json }),
          signal: signal ?? null,
        });
  const answer: unknown = await response.json();
  if (isObject(answer) && isObject(answer['result'])) return answer['result']['data'];
  throw (
    errorOfShape(isObject(answer) ? answer['error'] : null) ??
    new ParleyError('UNAVAILABLE', 'unable to reach the server; something else answered')
  );
}

function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error('unable to reach the server', { cause: thrown });
}
