import { newId } from '@parley/contract';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Database, openDatabase } from '../db/database.ts';
import { type LossyBus, lossyBus, silentLog, type TestParley, testParley } from '../testing/index.ts';
import { type ExecutedPlan, explainEverything, planLog } from '../testing/plans.ts';
import { presenceChannel } from './channel.ts';
import { PresenceLeases } from './leases.ts';

const people = process.env['PARLEY_TEST_FULL'] === '1' ? 10_000 : 2_000;
const periods = { leaseMs: 600, graceMs: 200 };

let parley: TestParley;
let bus: LossyBus;
let db: Database;
let plans: ExecutedPlan[];
beforeAll(async () => {
  parley = await testParley();
  bus = lossyBus();
  await explainEverything(parley.connectionString);
  const told = planLog();
  ({ plans } = told);
  db = openDatabase(parley.connectionString, 2, told.log);
});
afterAll(async () => {
  await db.destroy();
  await parley[Symbol.asyncDispose]();
});

const leases = async () => {
  const { people: found } = await parley.db
    .selectFrom('presence_leases')
    .select((eb) => eb.fn.countAll<number>().as('people'))
    .executeTakeFirstOrThrow();
  return found;
};

test('what many people cost is a few statements when they come and go, and none while they stay', async () => {
  let words = 0;
  await bus.subscribe([presenceChannel], () => (words += 1));
  const held = new PresenceLeases({ db, bus, log: silentLog }, periods);
  const userIds = Array.from({ length: people }, () => newId());
  const from = performance.now();
  for (const userId of userIds) held.arrived(userId);
  await expect.poll(leases, { timeout: 10_000 }).toBe(people);
  const came = performance.now() - from;
  // A thousand at a time.
  expect(plans.filter(({ query }) => query.includes('into presence_leases'))).toHaveLength(people / 1_000);
  plans.length = 0;
  const renewals = () => plans.filter(({ query }) => query.includes('into presence_holders')).length;
  await expect.poll(renewals, { timeout: 10_000 }).toBeGreaterThan(3);
  expect(plans.filter(({ query }) => query.includes('presence_leases'))).toEqual([]);
  plans.length = 0;
  for (const userId of userIds) held.left(userId);
  // Back before anybody has noticed.
  for (const userId of userIds) held.arrived(userId);
  await expect.poll(renewals, { timeout: 10_000 }).toBeGreaterThan(1);
  expect(plans.filter(({ query }) => query.includes('presence_leases'))).toEqual([]);
  for (const userId of userIds) held.left(userId);
  await expect.poll(leases, { timeout: 10_000 }).toBe(0);
  // Some of them left a moment after the others.
  const ends = plans.filter(({ query }) => query.includes('delete from presence_leases'));
  expect(ends.length).toBeLessThanOrEqual(people / 1_000 + 2);
  // And as few words for those who watch.
  expect(words).toBeLessThanOrEqual((2 * people) / 1_000 + 2);
  await held.close();
  console.info(`${people} people were held within ${Math.round(came)} ms`);
});
