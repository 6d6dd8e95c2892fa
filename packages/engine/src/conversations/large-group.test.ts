import { limits, newId, type Viewer } from '@parley/contract';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Engine } from '../engine.ts';
import { type TestParley, testParley } from '../testing/index.ts';
import { type ExecutedPlan, explainEverything, planLog, rowsLookedAt } from '../testing/plans.ts';

// A group as large as they get: what one does in it must not look at everybody who is in it.
const seeded = limits.membersPerGroup - 102;
/** A page is 100, and so is who can be added at once. */
const mostRows = 400;
/**
 * Looked for among all: who becomes owner, once in the life of one; and whether somebody has read what one wrote oneself, for
 * pages with something of one's own, in some 5 ms.
 */
const amongAll = /order by role <> 'admin'|others as materialized/;

let parley: TestParley;
let engine: Engine;
let plans: ExecutedPlan[];
let owner: Viewer;
let second: Viewer;
let conversationId: string;
/** People who are in no group. */
let others: string[];

beforeAll(async () => {
  parley = await testParley();
  owner = await parley.person('owner');
  second = await parley.person('second');
  const { services } = await parley.engine();
  ({ id: conversationId } = await services.conversations.create(owner, {
    participantIds: [second.userId],
    title: 'Large',
  }));
  await seedMembers();
  const { rows } = await sql<{ id: string }>`
    select id from users u where not exists (select from members m where m.user_id = u.id)`.execute(
    parley.db,
  );
  others = rows.map(({ id }) => id);
  await sql`vacuum (analyze)`.execute(parley.db);
  // In a database that is hardly more than this group, reading all of it is what PostgreSQL would do.
  for (const way of ['seqscan', 'hashjoin', 'mergejoin']) {
    await sql
      .raw(`alter database ${new URL(parley.connectionString).pathname.slice(1)} set enable_${way} = off`)
      .execute(parley.db);
  }
  await explainEverything(parley.connectionString);
  const explained = planLog();
  plans = explained.plans;
  engine = await parley.engine({ log: explained.log });
}, 60_000);
afterAll(() => parley[Symbol.asyncDispose]());

/** As a server of an earlier release adds people: without counting them. */
async function seedMembers(): Promise<void> {
  await sql`insert into users (id, email, username, password_hash)
    select gen_random_uuid(), 'm' || n || '@example.com', 'm' || n, '' from generate_series(1, ${seeded + 110}) n`.execute(
    parley.db,
  );
  await sql`
    with held as (
      update conversations set last_seq = last_seq + ${seeded}, member_version = last_seq + ${seeded}
      where id = ${conversationId} returning id, last_seq - ${seeded} as before, last_position
    )
    insert into members (conversation_id, user_id, role, joined_seq, joined_position, seq, inbox_seq)
    select h.id, u.id, 'member', h.before + u.n, h.last_position, h.before + u.n, 0
    from held h, (
      select id, row_number() over (order by id) as n from users where username like 'm%' limit ${seeded}
    ) u`.execute(parley.db);
}

test('in a group of 10,000 nothing looks at all who are in it, and nobody is one too many', async () => {
  const { conversations, messages, invitations, groups, inbox } = engine.services;
  const there = { conversationId };
  // Not counted yet: that is what it costs once.
  expect(await conversations.get(owner, there)).toMatchObject({ memberCount: seeded + 2 });
  await conversations.addMembers(owner, { ...there, userIds: others.slice(0, 1) });
  plans.length = 0;

  expect(await conversations.addMembers(owner, { ...there, userIds: others.slice(1, 99) })).toMatchObject({
    memberCount: limits.membersPerGroup - 1,
  });
  await expect(conversations.addMembers(owner, { ...there, userIds: others.slice(99, 101) })).rejects.toThrow(
    'unable to add to the group; it has room for 1 more',
  );
  await conversations.update(owner, { ...there, isPublic: true });
  const { token } = await invitations.create(owner, { ...there, expiresInSeconds: 60 });
  const [late, later] = [await parley.signIn(others[99] ?? ''), await parley.signIn(others[100] ?? '')];
  expect(await invitations.accept(late, { token })).toMatchObject({ memberCount: limits.membersPerGroup });
  const full = { code: 'CONFLICT', message: 'unable to add to the group; it is full' };
  await expect(groups.join(later, there)).rejects.toMatchObject(full);
  await expect(invitations.accept(later, { token })).rejects.toMatchObject(full);
  await expect(
    conversations.addMembers(owner, { ...there, userIds: others.slice(100, 101) }),
  ).rejects.toMatchObject(full);

  const first = await conversations.members(owner, { ...there, limit: 100 });
  await conversations.members(owner, { ...there, limit: 100, after: first.nextAfter ?? newId() });
  await conversations.list(owner, { limit: 50 });
  await messages.send(second, { ...there, content: 'hello' });
  await messages.list(late, { ...there, limit: 50 });
  const { epoch, joinedSeq, lastSeq } = await conversations.get(late, there);
  await messages.changes(late, { ...there, epoch, joinedSeq, since: lastSeq - 50, limit: 200 });
  await inbox.watch(late);
  await messages.watch(late, there);
  const { userId } = second;
  await conversations.setRole(owner, { ...there, userId, role: 'admin' });
  await conversations.removeMember(owner, { ...there, userId: others[1] ?? '' });
  await conversations.leave(late, there);
  await conversations.leave(owner, there);
  expect(await conversations.get(second, there)).toMatchObject({
    role: 'owner',
    memberCount: limits.membersPerGroup - 3,
  });

  expect(plans.length).toBeGreaterThan(60);
  const costly = plans
    .filter(
      ({ query, steps }) => !amongAll.test(query) && steps.some((step) => rowsLookedAt(step) > mostRows),
    )
    .map(({ query }) => query.slice(0, 300));
  expect(costly).toEqual([]);
});
