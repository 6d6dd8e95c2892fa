import { newId } from '@parley/contract';
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { testParley } from '../testing/engine.ts';
import { explainEverything, planLog, rowsLookedAt } from '../testing/plans.ts';

/** As many as a group may have. */
const people = 10_000;
/** Of a few who are marked at once. */
const mostRows = 300;

test('a large group is found by its keys while PostgreSQL still believes that there is nothing', async () => {
  await using parley = await testParley();
  const [owner, other] = [await parley.person('ada'), await parley.person('grace')];
  for (const table of ['members', 'users', 'conversations', 'messages']) {
    await sql`alter table ${sql.table(table)} set (autovacuum_enabled = off)`.execute(parley.db);
  }
  await sql`analyze`.execute(parley.db);
  const made = await parley.engine();
  const { id: conversationId } = await made.services.conversations.create(owner, {
    title: 'Everybody',
    participantIds: [other.userId],
  });
  await sql`
    with made as (
      insert into users (id, email, username, display_name, password_hash)
      select gen_random_uuid(), n || '@example.com', 'person' || n, 'Somebody', '' from generate_series(1, ${people}::int) n
      returning id
    )
    insert into members (conversation_id, user_id, role, joined_seq, joined_position, seq, inbox_seq)
    select ${conversationId}, id, 'member', 1, 0, 1, 0 from made`.execute(parley.db);
  await explainEverything(parley.connectionString);
  const { log, plans } = planLog();
  const engine = await parley.engine({ log });
  const { receipts, messages } = engine.services;
  const { position } = await messages.send(owner, { conversationId, content: 'hello', id: newId() });
  const { rows } = await sql<{
    id: string;
  }>`select id from users where username like 'person%' limit 10`.execute(parley.db);
  for (const { id } of rows) {
    const reader = await parley.signIn(id);
    await receipts.delivered(reader, { marks: [{ conversationId, position }] });
    await messages.markRead(reader, { conversationId, position });
    await messages.send(reader, { conversationId, content: 'hello', id: newId() });
  }
  expect(plans.filter(({ query }) => query.startsWith('select * from mark_members('))).toHaveLength(20);
  const dear = plans.filter(({ steps }) => steps.some((step) => rowsLookedAt(step) > mostRows));
  expect(dear.map(({ query }) => query)).toEqual([]);
});
