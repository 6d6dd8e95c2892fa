import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Engine } from '../engine.ts';
import { type TestParley, type TestPerson, testParley } from '../testing/engine.ts';
import { newId } from '@parley/contract';

let parley: TestParley;
let engine: Engine;
let viewer: TestPerson;

const people = 20_000;
const names = [
  '100% sure',
  '100 sure',
  'snake_case',
  'snakeXcase',
  'back\\slash',
  "O'Hara; drop table users --",
];

beforeAll(async () => {
  parley = await testParley();
  engine = await parley.engine();
  viewer = await parley.person('viewer');
  const rows = Array.from({ length: people }, (_, n) =>
    rowOf(`person-${n}`, names[n] ?? `Person number ${n}`),
  );
  for (let from = 0; from < people; from += 5_000) {
    await parley.db
      .insertInto('users')
      .values(rows.slice(from, from + 5_000))
      .execute();
  }
});
afterAll(() => parley[Symbol.asyncDispose]());

function rowOf(username: string, displayName: string) {
  return {
    id: newId(),
    email: `${username}@example.com`,
    username,
    display_name: displayName,
    avatar: null,
    password_hash: '',
    online_until: null,
    last_seen_at: null,
  };
}

async function found(q: string): Promise<(string | null)[]> {
  return (await engine.services.users.search(viewer, { q, limit: 50 })).map(({ displayName }) => displayName);
}

test.each([
  ['100%', ['100% sure']],
  ['snake_case', ['snake_case']],
  ['back\\slash', ['back\\slash']],
  ["o'hara;", ["O'Hara; drop table users --"]],
  ['%%%', []],
  ['___', []],
  ['\\\\\\', []],
  ['person-_', []],
  ['%', []],
  ['_', []],
  ['\\', []],
])('security, SQL: %j is looked for as it stands', async (q, expected) => {
  expect(await found(q)).toEqual(expected);
});

const hostile = [
  "' or '1'='1",
  "'; drop table users; --",
  "') union select password_hash from users --",
  '$1',
  '$$; select pg_sleep(10); $$',
  "\\'; select pg_sleep(10) --",
  '%'.repeat(320),
  '_'.repeat(320),
  '%_'.repeat(160),
  '\\'.repeat(320),
  `${'%a'.repeat(159)}%b`,
  '(a+)+$'.repeat(50),
  'person',
  'er',
  '🫠'.repeat(160),
  '\u202e\u0301'.repeat(160),
];

test.each(hostile)(
  'security, SQL: among twenty thousand people a search for %j takes less than a second and does no harm',
  async (q) => {
    const from = performance.now();
    const answer = await found(q);
    expect(performance.now() - from).toBeLessThan(1_000);
    expect(answer.length).toBeLessThanOrEqual(50);
    const { count } = await parley.db
      .selectFrom('users')
      .select(({ fn }) => fn.countAll<number>().as('count'))
      .executeTakeFirstOrThrow();
    expect(count).toBe(people + 1);
  },
);
