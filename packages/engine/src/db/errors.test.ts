import pg from 'pg';
import { expect, test } from 'vitest';
import { asServiceError, isRowFault, violatedUnique } from './errors.ts';

const told = (code: string) => Object.assign(new pg.DatabaseError(code, code.length, 'error'), { code });
const system = (code: string) => Object.assign(new Error(code), { code, syscall: 'write' });
const unavailable = expect.objectContaining({ name: 'ParleyError', code: 'UNAVAILABLE' });

test.each(['08006', '53300', '57P01', '57014', '25006', '55P03', '40P01', '55000'])(
  'PostgreSQL saying %s is unavailable',
  (code) => expect(asServiceError(told(code))).toEqual(unavailable),
);

test.each([
  system('EPIPE'),
  system('ECONNRESET'),
  new AggregateError([system('ECONNREFUSED'), system('ECONNREFUSED')]),
  new Error('Connection terminated unexpectedly'),
  new Error('Connection terminated due to connection timeout'),
  new Error('timeout exceeded when trying to connect'),
  new Error('Query read timeout'),
  new Error('Cannot use a pool after calling end on the pool'),
])('a lost connection is unavailable: %s', (error) => expect(asServiceError(error)).toEqual(unavailable));

test.each([
  new TypeError("reading 'ended' of an extended thing that is closed"),
  told('42601'),
  'text',
  null,
])('a fault of our own stays what it is: %s', (error) => expect(asServiceError(error)).toBe(error));

test('text that cannot be stored is the input of a caller', () => {
  expect(asServiceError(told('22021'))).toMatchObject({ code: 'INVALID_INPUT' });
  expect([isRowFault(told('22021')), isRowFault(told('57014'))]).toEqual([true, false]);
});

test('a violated index is named', () => {
  expect(violatedUnique(Object.assign(told('23505'), { constraint: 'users_email_key' }))).toBe(
    'users_email_key',
  );
  expect(violatedUnique(told('23503'))).toBeUndefined();
});
