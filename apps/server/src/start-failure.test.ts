import { expect, test } from 'vitest';
import { startFailure } from './start-failure.ts';

test.each([
  [new Error('unable to start; port 3000 is taken'), 'port 3000 is taken'],
  [new Error('two\n  lines'), 'two lines'],
  [
    new AggregateError([new Error('connect ECONNREFUSED ::1:5432'), new Error('other')], ''),
    'connect ECONNREFUSED ::1:5432',
  ],
  ['thrown', 'thrown'],
])('%s is one line', (error, reason) => {
  expect(startFailure(error)).toBe(`parley: unable to start; ${reason}`);
});
