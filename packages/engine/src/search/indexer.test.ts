import { newId } from '@parley/contract';
import { sql } from 'kysely';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { seedMany } from '../db/seed/seed.ts';
import { testParley, type TestParley } from '../testing/engine.ts';
import { silentLog } from '../testing/log.ts';

const size = { users: 12, conversations: 600, messages: 3_000 };
const never = 3_600_000;

let parley: TestParley;
beforeEach(async () => {
  parley = await testParley();
});
afterEach(() => parley[Symbol.asyncDispose]());

async function count(query: ReturnType<typeof sql<{ count: number }>>): Promise<number | undefined> {
  return (await query.execute(parley.db)).rows[0]?.count;
}

const entries = () => count(sql`select count(*) from search_entries`);
const lagging = () =>
  count(sql`select count(*) from conversations c left join search_progress p on p.conversation_id = c.id
    where c.last_seq > coalesce(p.indexed_seq, 0)`);
/** Messages that are not in the index as they are, or in it and not there. */
const wrong = () =>
  count(sql`select count(*) from (select * from messages where type = 'text' and deleted_at is null) m
    full join search_entries e on e.conversation_id = m.conversation_id and e.position = m.position
    where m.id is null or e.words is null or e.sender_id <> m.sender_id
      or e.sent_at <> date_trunc('milliseconds', m.created_at)`);

test('several engines share what has to be caught up with, more than one look finds', async () => {
  await seedMany(parley.connectionString, silentLog, size, 'a hash', () => {});
  await Promise.all([parley.engine(), parley.engine(), parley.engine()]);
  await expect.poll(lagging, { timeout: 30_000, interval: 100 }).toBe(0);
  expect(await entries()).toBe(size.messages);
  expect(await wrong()).toBe(0);
});

test('what one stores oneself is indexed without a look at everything, and a deletion that came between as well', async () => {
  const engine = await parley.engine({ searchSweepMs: never });
  const [ada, grace] = [await parley.person('ada'), await parley.person('grace')];
  const { id: conversationId } = await engine.services.conversations.create(ada, {
    participantIds: [grace.userId],
  });
  const send = (content: string) =>
    engine.services.messages.send(ada, { conversationId, content, id: newId() });
  const [first] = await Promise.all([send('one'), send('two'), send('...')]);
  await engine.services.messages.delete(ada, { messageId: first.id });
  await expect.poll(lagging).toBe(0);
  expect(await entries()).toBe(1);
  const { id } = await send('three');
  await engine.services.messages.edit(ada, { messageId: id, content: '???' });
  await expect.poll(lagging).toBe(0);
  expect(await entries()).toBe(1);
});

test('with the database away it says so once, and goes on when it is back', async () => {
  const warnings: string[] = [];
  const log = { ...silentLog, warn: (_: object, message: string) => void warnings.push(message) };
  const engine = await parley.engine({ log, searchSweepMs: 50 });
  const [ada, grace] = [await parley.person('ada'), await parley.person('grace')];
  const { id: conversationId } = await engine.services.conversations.create(ada, {
    participantIds: [grace.userId],
  });
  const failed = () => warnings.filter((warning) => warning === 'unable to index messages for search').length;
  await parley.setReachable(false);
  await expect.poll(failed, { timeout: 10_000 }).toBe(1);
  await parley.setReachable(true);
  await engine.services.messages.send(ada, { conversationId, content: 'back', id: newId() });
  await expect.poll(entries, { timeout: 10_000 }).toBe(1);
  expect(failed()).toBe(1);
});
