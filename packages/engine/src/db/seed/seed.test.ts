import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { silentLog } from '../../testing/log.ts';
import { testParley, type TestParley } from '../../testing/engine.ts';
import { seedMany } from './seed.ts';

let parley: TestParley;
const size = { users: 20, conversations: 30, messages: 41_007 };
const heard: number[] = [];
beforeAll(async () => {
  parley = await testParley();
  await seedMany(parley.connectionString, silentLog, size, 'a hash', (done) => heard.push(done));
});
afterAll(() => parley[Symbol.asyncDispose]());

async function only(query: ReturnType<typeof sql<Record<string, unknown>>>): Promise<unknown> {
  return (await query.execute(parley.db)).rows;
}

test('it makes as much as it was told to', async () => {
  const counts = await only(sql`select (select count(*) from users) as users,
    (select count(*) from conversations) as conversations,
    (select count(*) from messages where type = 'text') as messages`);
  expect(counts).toEqual([size]);
  expect(heard.at(-1)).toBe(size.messages);
});

test('positions, ordinals and seqs are what sending them one by one would have given', async () => {
  expect(
    await only(sql`
      select c.id from conversations c
      join lateral (select count(*) as n, min(position) as low, max(position) as high, max(ordinal) as ordinal,
        count(*) filter (where type = 'text') as texts, count(distinct seq) as seqs, max(seq) as seq
        from messages m where m.conversation_id = c.id) m on true
      join lateral (select count(*) as n, max(seq) as version, min(seq) as low from members m
        where m.conversation_id = c.id) p on true
      where m.n <> c.last_position or m.low <> 1 or m.high <> c.last_position or m.texts <> c.last_ordinal
        or m.ordinal <> c.last_ordinal or m.seqs <> m.n or m.seq <> c.last_seq or c.changed_seq <> 1
        or p.version <> c.member_version or p.low <> 2 or c.last_seq <> 1 + p.n + m.n`),
  ).toEqual([]);
  expect(
    await only(sql`
      select position from (select position, ordinal, seq, created_at, type,
        lag(ordinal) over w as before, lag(seq) over w as seq_before, lag(created_at) over w as at_before
        from messages window w as (partition by conversation_id order by position)) m
      where ordinal <> before + 1 or seq <> seq_before + 1 or created_at < at_before`),
  ).toEqual([]);
});

test('what members wrote and have not read is what their numbers say', async () => {
  expect(
    await only(sql`
      select m.user_id from members m join conversations c on c.id = m.conversation_id
      join lateral (select count(*) filter (where s.sender_id = m.user_id) as own,
        count(*) filter (where s.sender_id <> m.user_id and s.position > m.read_position) as unread
        from messages s where s.conversation_id = c.id and s.type = 'text') s on true
      where m.sent <> s.own or c.last_ordinal - m.read_ordinal - (m.sent - m.read_sent) <> s.unread`),
  ).toEqual([]);
  expect(await only(sql`select distinct read_position > 0 as read from members order by 1`)).toEqual([
    { read: false },
    { read: true },
  ]);
  expect(
    await only(sql`select u.id from users u join lateral (select count(*) as n, max(inbox_seq) as last,
      count(distinct inbox_seq) as different from members m where m.user_id = u.id) m on true
      where u.inbox_seq <> m.n or m.last <> m.n or m.different <> m.n`),
  ).toEqual([]);
});

test('the engine takes them for its own: a send goes on where they end, a repeated one is known', async () => {
  const [first] = await parley.db
    .selectFrom('messages')
    .selectAll()
    .where('type', '=', 'text')
    .orderBy('position', 'desc')
    .limit(1)
    .execute();
  if (first === undefined) throw new Error('there is no message');
  const engine = await parley.engine();
  const viewer = { userId: first.sender_id, sessionId: first.id };
  const { conversation_id: conversationId, id, content } = first;
  const repeated = await engine.services.messages.send(viewer, { conversationId, id, content });
  expect(repeated.position).toBe(first.position);
  const next = await engine.services.messages.send(viewer, { conversationId, content: 'next' });
  expect(next.position).toBe(first.position + 1);
});
