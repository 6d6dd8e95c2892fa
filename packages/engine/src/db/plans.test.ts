import { newId } from '@parley/contract';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Engine } from '../engine.ts';
import type { Log } from '../log.ts';
import { testParley, type TestParley } from '../testing/engine.ts';
import { silentLog } from '../testing/log.ts';
import { type ExecutedPlan, explainEverything, planLog, rowsLookedAt } from '../testing/plans.ts';
import { useEverything } from '../testing/use-everything.ts';
import { seedMany } from './seed/seed.ts';

// Everything the engine asks of the database, carried out among many messages, people and conversations: whatever is
// looked at has to be found by an index, and be no more than a page or a person's own conversations come to.
const full = process.env['PARLEY_TEST_FULL'] === '1';
/** A few long conversations, and many short ones. */
const long = { users: 60, conversations: 10, messages: full ? 900_000 : 120_000 };
const short = { users: 20_000, conversations: 4_000, messages: full ? 100_000 : 30_000 };
/** Rows one step may look at: a page is 50, a person here is in about ten conversations. */
const mostRows = 600;
/** Few enough to be read whole, whatever is stored. */
const small = new Set([
  'deployment',
  'servers',
  'presence_holders',
  'kysely_migration',
  'kysely_migration_lock',
]);

let parley: TestParley;
let engine: Engine;
let plans: ExecutedPlan[];
let log: Log;

beforeAll(async () => {
  parley = await testParley();
  for (const size of [long, short]) {
    await seedMany(parley.connectionString, silentLog, size, 'a hash', () => {});
  }
  // As many sessions as people would have.
  await sql`insert into sessions (id, user_id, device, address, expires_at)
    select gen_random_uuid(), id, 'seeded', '127.0.0.1', now() + interval '1 day' from users`.execute(
    parley.db,
  );
  await sql`insert into refresh_tokens (hash, session_id)
    select decode(md5(id::text), 'hex'), id from sessions`.execute(parley.db);
  // And everybody there.
  await sql`with holder as (
      insert into presence_holders values (gen_random_uuid(), now() + interval '1 day') returning id
    )
    insert into presence_leases select u.id, h.id, false from users u, holder h`.execute(parley.db);
  await sql`vacuum (analyze)`.execute(parley.db);
  await explainEverything(parley.connectionString);
  ({ log, plans } = planLog());
  const presence = { leaseMs: 600, graceMs: 100 };
  engine = await parley.engine({ log, headCheckMs: 300, sessionCheckMs: 300, presence });
}, 300_000);
afterAll(() => parley[Symbol.asyncDispose]());

/** Sends as engines do that have a lane per conversation. */
async function sendAlone(): Promise<void> {
  const { conversation_id: conversationId, user_id: userId } = await parley.db
    .selectFrom('members')
    .select(['conversation_id', 'user_id'])
    .where('left_at', 'is', null)
    .executeTakeFirstOrThrow();
  const alone = await parley.engine({ log, sendLanes: 'per-conversation' });
  const viewer = await parley.signIn(userId);
  await alone.services.messages.send(viewer, { conversationId, content: 'alone', id: newId() });
}

test('nothing the engine asks grows with what is stored', { timeout: 120_000 }, async () => {
  await useEverything(parley, engine);
  await sendAlone();
  const queries = new Set(plans.map(({ query }) => query));
  console.info(`${plans.length} statements, ${queries.size} different ones`);
  expect(queries.size).toBeGreaterThan(60);
  const faults = new Set<string>();
  for (const { query, steps } of plans) {
    for (const node of steps) {
      const { 'Node Type': type, 'Relation Name': table, 'Index Name': index = 'no index' } = node;
      const rows = rowsLookedAt(node);
      const from = table === undefined ? '' : ` of ${table} by ${index}`;
      const told = `${type} of ${rows} rows${from}: ${query.slice(0, 300)}`;
      // One that ends with a limit is no more than that.
      const whole = type === 'Seq Scan' && node.under !== 'Limit';
      if (whole && table !== undefined && !small.has(table)) faults.add(told);
      else if (rows > mostRows) faults.add(told);
    }
  }
  expect([...faults]).toEqual([]);
});
