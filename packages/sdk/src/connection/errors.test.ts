import { ParleyError } from '@parley/contract';
import { TRPCClientError } from '@trpc/client';
import { expect, test } from 'vitest';
import { toParleyError } from './errors.ts';

function answered(data: object): TRPCClientError<never> {
  return TRPCClientError.from({ error: { code: -32600, message: 'unable to edit; it is not yours', data } });
}

test('keeps the code, the message and the fields the server sent', () => {
  const fields = [{ path: 'content', message: 'must not be blank' }];
  const error = toParleyError(answered({ reason: 'INVALID_INPUT', fields }));
  expect(error).toBeInstanceOf(ParleyError);
  expect(error).toMatchObject({ code: 'INVALID_INPUT', message: 'unable to edit; it is not yours', fields });
});

test.each([
  [1_500, 1_500],
  [undefined, null],
  [-1, null],
  ['soon', null],
])('a wait of %s is one of %s', (retryAfterMs, told) => {
  expect(toParleyError(answered({ reason: 'LIMITED', retryAfterMs })).retryAfterMs).toBe(told);
});

test('calls a code it does not know internal', () => {
  expect(toParleyError(answered({ reason: 'FROM_THE_FUTURE' })).code).toBe('INTERNAL');
});

test('leaves out fields that are none', () => {
  expect(toParleyError(answered({ reason: 'FORBIDDEN', fields: [null, { path: 1 }] })).fields).toEqual([]);
});

test.each([
  ['a lost socket', TRPCClientError.from(new Error('WebSocket closed'))],
  ['a failed fetch', TRPCClientError.from(new TypeError('fetch failed'))],
  ['anything else', 'odd'],
])('says UNAVAILABLE for %s', (_, thrown) => {
  const error = toParleyError(thrown);
  expect(error.code).toBe('UNAVAILABLE');
  expect(error.retryable).toBe(true);
  expect(error.cause).toBe(thrown);
});

test('passes a Parley error through', () => {
  const error = new ParleyError('CONFLICT', 'unable to send; the id is taken');
  expect(toParleyError(error)).toBe(error);
});
