import { newId } from '@parley/contract';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { read } from '../testing/read.ts';
import { testParley, type TestParley, type TestPerson } from '../testing/engine.ts';
import { mailbox } from '../testing/mailbox.ts';
import { useEverything } from '../testing/use-everything.ts';
import { type ExecutedPlan, explainEverything, planLog, rowsLookedAt } from '../testing/plans.ts';

// Most people are in few conversations of few people. PostgreSQL, which plans by what is usual, then takes all conversations of
// somebody, or all people of a conversation, for as cheap to go through as a key is to look up, and may go through them for each of many.
/** Of the person who is in many, and of the group that many are in. */
const many = 1_000;
const others = 2_000;
/** Messages in another of their conversations, and one in each of the rest. */
const said = 10_000;
/** How many do something at once. */
const atOnce = 40;
/** What a step may look at: so many conversations, or people, a few times. */
const mostRows = 8 * many;

let parley: TestParley;
let busy: TestPerson;
let group: string;
let members: TestPerson[];

beforeAll(async () => {
  parley = await testParley();
  const { db } = parley;
  busy = await parley.person('busy');
  await sql`
    insert into users (id, email, username, password_hash)
    select gen_random_uuid(), n || '@example.com', 'seed' || n, '' from generate_series(1, ${others}::int) n`.execute(
    db,
  );
  // Two of the others each, and the busy one in some of them.
  await sql`
    with numbered as (
      select id, row_number() over () as n from users where id <> ${busy.userId}
    ), made as (
      insert into conversations (id, kind, title, created_by, last_position, last_ordinal, last_seq, member_count, counted_version)
      select gen_random_uuid(), 'group', 'Room', id, 1, 1, 1, 2, 0 from numbered order by n returning id
    ), rooms as (
      select id, row_number() over () as n from made
    )
    insert into members (conversation_id, user_id, role, joined_seq, joined_position, seq, inbox_seq)
    select r.id, u.id, 'member', 0, 0, 0, 0 from rooms r join numbered u on u.n in (r.n, r.n % ${others}::int + 1)
    union all
    select id, ${busy.userId}, 'owner', 0, 0, 0, 0 from rooms where n <= ${many}::int`.execute(db);
  await sql`
    insert into messages (conversation_id, position, ordinal, id, sender_id, type, content, payload_hash, created_at, seq)
    select id, 1, 1, gen_random_uuid(), created_by, 'text', 'hello', '', now(), 1 from conversations`.execute(
    db,
  );
  const mine = await db
    .selectFrom('members')
    .select('conversation_id as id')
    .where('user_id', '=', busy.userId)
    .limit(2)
    .execute();
  const [long, large] = mine.map(({ id }) => id);
  if (long === undefined || large === undefined) throw new Error('the busy one is in too few');
  group = large;
  await sql`
    insert into members (conversation_id, user_id, role, joined_seq, joined_position, seq, inbox_seq)
    select ${group}, id, 'member', 0, 0, 0, 0 from users order by id limit ${many}::int
    on conflict do nothing`.execute(db);
  const { rows } = await sql<{ user_id: string }>`
    select user_id from members where conversation_id = ${group} and user_id <> ${busy.userId} limit ${atOnce}`.execute(
    db,
  );
  members = await Promise.all(rows.map((row) => parley.signIn(row.user_id)));
  await sql`vacuum (analyze)`.execute(db);
  // Since PostgreSQL last looked, a conversation has become a busy one.
  await sql`alter table messages set (autovacuum_enabled = off)`.execute(db);
  await sql`
    insert into messages (conversation_id, position, ordinal, id, sender_id, type, content, payload_hash, created_at, seq)
    select id, n, n, gen_random_uuid(), created_by, 'text', 'hello', '', now(), n
    from conversations, generate_series(2, ${said}::int) n where id = ${long}`.execute(db);
  await sql`
    update conversations set last_position = ${said}, last_ordinal = ${said}, last_seq = ${said}, updated_at = now() where id = ${long}`.execute(
    db,
  );
  await explainEverything(parley.connectionString);
});
afterAll(() => parley[Symbol.asyncDispose]());

/** What goes through a timeline in stretches, to find what somebody wrote. */
const stretches = /"position" > \$2 and "position" <= \$3 and "sender_id" = \$4/;

/** Steps that looked at more than so many. */
function dear(plans: readonly ExecutedPlan[]): string[] {
  return plans.flatMap(({ query, steps }) =>
    steps.flatMap((step) => {
      const {
        'Node Type': type,
        'Relation Name': table = 'no table',
        'Index Name': index = 'no index',
      } = step;
      const rows = rowsLookedAt(step);
      return rows > mostRows && !stretches.test(query)
        ? [`${type} of ${rows} rows of ${table} by ${index}: ${query}`]
        : [];
    }),
  );
}

test('what somebody in many conversations asks for is looked up once for each', async () => {
  const { log, plans } = planLog();
  const engine = await parley.engine({ log });
  const { conversations, inbox, mentions } = engine.services;
  // More often than PostgreSQL plans a function's statements anew.
  for (let round = 0; round < 7; round += 1) {
    const reading = read(await inbox.watch(busy));
    await reading.next();
    reading.stop();
    for (const view of ['inbox', 'all', 'archived', 'hidden', 'pinned'] as const) {
      await conversations.list(busy, { view, limit: 50 });
    }
    await conversations.unread(busy);
    await mentions.unread(busy);
  }
  expect(plans.length).toBeGreaterThan(50);
  expect(dear(plans)).toEqual([]);
});

test('what many do at once in a large group is looked up once for each', async () => {
  const { log, plans } = planLog();
  const engine = await parley.engine({ log });
  const { messages, receipts } = engine.services;
  for (let round = 0; round < 7; round += 1) {
    const sent = await Promise.all(
      members.map((viewer) =>
        messages.send(viewer, { conversationId: group, content: 'hello', id: newId() }),
      ),
    );
    const position = Math.max(...sent.map((message) => message.position));
    await Promise.all(
      members.map((viewer) => receipts.delivered(viewer, { marks: [{ conversationId: group, position }] })),
    );
    await Promise.all(
      members.map((viewer) => messages.markRead(viewer, { conversationId: group, position })),
    );
  }
  expect(plans.length).toBeGreaterThan(50);
  expect(dear(plans)).toEqual([]);
});

test('whatever is asked of a conversation that has become busy is looked up by its key', async () => {
  const { log, plans } = planLog();
  const presence = { leaseMs: 600, graceMs: 100 };
  const engine = await parley.engine({
    log,
    mail: mailbox(),
    headCheckMs: 300,
    sessionCheckMs: 300,
    presence,
  });
  await useEverything(parley, engine);
  expect(dear(plans)).toEqual([]);
});
