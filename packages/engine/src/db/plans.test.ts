import { newId, type Viewer } from '@parley/contract';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Engine } from '../engine.ts';
import { testParley, type TestParley } from '../testing/engine.ts';
import { silentLog } from '../testing/log.ts';
import { type ExecutedPlan, explainEverything, planLog, rowsLookedAt } from '../testing/plans.ts';
import { read } from '../testing/read.ts';
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
const small = new Set(['deployment', 'servers', 'kysely_migration', 'kysely_migration_lock']);

let parley: TestParley;
let engine: Engine;
let plans: ExecutedPlan[];

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
  await sql`vacuum (analyze)`.execute(parley.db);
  const { rows } = await sql<{ name: string }>`select current_database() as name`.execute(parley.db);
  for (const [setting, value] of Object.entries(explainEverything)) {
    const [name, to] = [sql.id(rows[0]?.name ?? ''), sql.lit(value)];
    await sql`alter database ${name} set ${sql.raw(setting)} = ${to}`.execute(parley.db);
  }
  const told = planLog();
  ({ plans } = told);
  engine = await parley.engine({ log: told.log, headCheckMs: 300, sessionCheckMs: 300 });
}, 300_000);
afterAll(() => parley[Symbol.asyncDispose]());

/** Somebody in a long conversation, and that conversation. */
async function somebodyBusy(): Promise<{ viewer: Viewer; conversationId: string }> {
  const { rows } = await sql<{ conversation_id: string; user_id: string }>`
    select m.conversation_id, m.user_id from members m join conversations c on c.id = m.conversation_id
    order by c.last_position desc, m.user_id limit 1`.execute(parley.db);
  const [row] = rows;
  if (row === undefined) throw new Error('nothing was seeded');
  const { accessToken } = await parley.signIn(row.user_id);
  return { viewer: await engine.authenticate(accessToken), conversationId: row.conversation_id };
}

/** Calls everything there is, in the middle of all that is stored. */
async function useEverything(): Promise<void> {
  const { viewer, conversationId } = await somebodyBusy();
  const { auth, users, conversations, messages, inbox } = engine.services;
  const here = { address: '127.0.0.1', device: 'test' };
  const newcomer = await auth.register(here, {
    ...{ email: 'newcomer@example.org', username: 'newcomer', password: 'a fine password' },
  });
  await auth.login(here, { email: 'newcomer', password: 'a fine password' });
  await auth.refresh({ refreshToken: newcomer.refreshToken });
  await auth.me(viewer);
  await auth.updateProfile(viewer, { displayName: 'Busy' });
  await auth.setOnlineStatus(viewer, { isOnline: true });
  const undo = engine.holdSession(viewer.sessionId, () => {});

  const following = read(await inbox.watch(viewer));
  await following.next();
  const watching = read(await messages.watch(viewer, { conversationId }));
  await watching.next();

  const page = await messages.list(viewer, { conversationId, limit: 50 });
  const middle = Math.floor((page.messages.at(-1)?.position ?? 0) / 2);
  await messages.list(viewer, { conversationId, limit: 50, before: middle });
  await messages.list(viewer, { conversationId, limit: 50, after: middle });
  await messages.list(viewer, { conversationId, limit: 50, around: middle });
  const sent = await messages.send(viewer, { conversationId, content: 'hello', id: newId() });
  await messages.edit(viewer, { conversationId, messageId: sent.id, content: 'hello again' });
  await messages.get(viewer, { conversationId, messageId: sent.id });
  await messages.markRead(viewer, { conversationId });
  const { epoch, joinedSeq, lastSeq } = await conversations.get(viewer, { conversationId });
  const since = { conversationId, epoch, joinedSeq, limit: 200 };
  await messages.changes(viewer, { ...since, since: lastSeq - 20 });
  await messages.changes(viewer, { ...since, since: Math.floor(lastSeq / 2) });
  await messages.delete(viewer, { conversationId, messageId: sent.id });

  const list = await conversations.list(viewer, { limit: 5 });
  if (list.nextCursor !== null) await conversations.list(viewer, { limit: 5, cursor: list.nextCursor });
  const found = await users.search(viewer, { q: 'seed', limit: 20 });
  await users.search(viewer, { q: 'newcomer@example.org', limit: 20 });
  await users.get(viewer, { userId: newcomer.user.id });
  await users.getMany(viewer, { userIds: found.map(({ id }) => id) });
  const participantIds = found.slice(0, 3).map(({ id }) => id);
  const group = await conversations.create(viewer, { participantIds, title: 'Group' });
  await conversations.create(viewer, { participantIds: participantIds.slice(0, 1) });
  const there = { conversationId: group.id };
  await conversations.members(viewer, { ...there, limit: 100 });
  await conversations.rename(viewer, { ...there, title: 'Renamed' });
  await conversations.addMembers(viewer, { ...there, userIds: [newcomer.user.id] });
  await conversations.removeMember(viewer, { ...there, userId: newcomer.user.id });
  await conversations.leave(viewer, there);

  // Both go on by themselves: feeds are compared with the database, and sessions looked at.
  const compared = () => plans.filter(({ query }) => query.includes('as k (id, head)')).length;
  await expect.poll(compared, { timeout: 10_000 }).toBeGreaterThan(0);
  following.stop();
  watching.stop();
  undo();
  await auth.logout(viewer);
}

test('nothing the engine asks grows with what is stored', { timeout: 120_000 }, async () => {
  await useEverything();
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
