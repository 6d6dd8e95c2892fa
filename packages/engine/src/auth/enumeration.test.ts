import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Engine } from '../index.ts';
import { type TestParley, testParley } from '../testing/index.ts';
import { Passwords } from './passwords.ts';

// A hash takes a quarter of a second of a core. In the small size a median is of few probes beside other tests: what it shows
// is that nobody is answered without one, which takes a hundredth of the time.
const full = process.env['PARLEY_TEST_FULL'] === '1';
const probes = full ? 500 : 2;
const tolerance = full ? 0.05 : 0.8;
const client = { address: '203.0.113.9', device: 'test' };

let parley: TestParley;
let engine: Engine;
beforeAll(async () => {
  parley = await testParley();
  engine = await parley.engine();
  await using passwords = new Passwords();
  const hash = await passwords.hash('a fine password');
  for (const name of ['known', 'disabled', 'without']) await parley.person(name);
  const { db } = parley;
  await db.updateTable('users').set({ password_hash: hash }).where('username', '<>', 'without').execute();
  await db.updateTable('users').set({ disabled_at: new Date() }).where('username', '=', 'disabled').execute();
});
afterAll(() => parley[Symbol.asyncDispose]());

const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;

test(
  'security, enumeration: signing in is refused alike, and as slowly, for accounts known, unknown, disabled and without a password',
  { timeout: 3_600_000 },
  async () => {
    const names = ['known', 'nobody', 'disabled', 'without'];
    const times = new Map(names.map((name) => [name, [] as number[]]));
    for (let n = 0; n < probes; n += 1) {
      for (const [name, taken] of times) {
        const started = performance.now();
        const answer = await engine.services.auth
          .login(client, { email: name, password: 'not the password' })
          .catch((error: unknown) => error);
        taken.push(performance.now() - started);
        expect(answer).toMatchObject({
          code: 'WRONG_CREDENTIALS',
          message: 'unable to sign in; the name or the password is wrong',
        });
      }
    }
    const medians = [...times].map(([name, taken]) => [name, Math.round(median(taken))] as const);
    console.info(`medians of ${probes}: ${medians.map(([name, ms]) => `${name} ${ms} ms`).join(', ')}`);
    const all = medians.map(([, ms]) => ms);
    expect(Math.min(...all) / Math.max(...all)).toBeGreaterThan(1 - tolerance);
  },
);

test('security, enumeration: a failed sign-in is kept without what was typed', async () => {
  const secretName = 'typed-in-the-wrong-field';
  await engine.services.auth.login(client, { email: secretName, password: 'x' }).catch(() => {});
  const events = await parley.db
    .selectFrom('audit_events')
    .selectAll()
    .where('kind', '=', 'sign-in-failed')
    .execute();
  const unknown = events.filter(({ details }) => details?.['reason'] === 'unknown');
  expect(unknown.length).toBeGreaterThan(0);
  for (const event of unknown) expect(event).toMatchObject({ subject_id: null, address: client.address });
  expect(JSON.stringify(events)).not.toContain(secretName);
});
