import type { Viewer } from '@parley/contract';
import fc from 'fast-check';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Engine } from '../engine.ts';
import { type TestParley, testParley } from '../testing/index.ts';

let parley: TestParley;
let engines: [Engine, Engine];
let owner: Viewer;
let people: Viewer[];

beforeAll(async () => {
  parley = await testParley();
  engines = [await parley.engine(), await parley.engine()];
  owner = await parley.person('owner');
  people = await Promise.all(Array.from({ length: 6 }, (_, n) => parley.person(`person-${n}`)));
});
afterAll(() => parley[Symbol.asyncDispose]());

/** As a server of the release before has somebody leave: it does not count. */
async function leaveUncounted(conversationId: string, userId: string): Promise<void> {
  await parley.db.transaction().execute(async (trx) => {
    const { rows } = await sql<{ seq: number }>`
      update conversations set last_seq = last_seq + 1, member_version = last_seq + 1
      where id = ${conversationId}
        and exists (select from members where conversation_id = ${conversationId} and user_id = ${userId} and left_at is null)
      returning last_seq as seq`.execute(trx);
    const [row] = rows;
    if (row === undefined) return;
    await sql`
      update members set left_at = now(), seq = ${row.seq}
      where conversation_id = ${conversationId} and user_id = ${userId}`.execute(trx);
  });
}

const step = fc.record({
  what: fc.constantFrom('add', 'add all', 'remove', 'leave', 'role', 'join', 'uncounted' as const),
  who: fc.nat(5),
  at: fc.nat(1),
});

test('however people come and go, and on whichever servers, the count is that of the rows', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 15 }), async (steps) => {
      const [{ services }] = engines;
      const first = people[0]?.userId ?? '';
      const { id } = await services.conversations.create(owner, {
        participantIds: [first],
        title: 'Counted',
      });
      const there = { conversationId: id };
      await services.conversations.update(owner, { ...there, isPublic: true });
      for (const { what, who, at } of steps) {
        const { conversations, groups } = (engines[at] ?? engines[0]).services;
        const person = people[who] ?? owner;
        const { userId } = person;
        const doing = {
          add: () => conversations.addMembers(owner, { ...there, userIds: [userId] }),
          'add all': () =>
            conversations.addMembers(owner, { ...there, userIds: people.map((one) => one.userId) }),
          remove: () => conversations.removeMember(owner, { ...there, userId }),
          leave: () => conversations.leave(person, there),
          role: () =>
            conversations.setRole(owner, { ...there, userId, role: who % 2 === 0 ? 'admin' : 'member' }),
          join: () => groups.join(person, there),
          uncounted: () => leaveUncounted(id, userId),
        };
        // What is refused changes nothing.
        await doing[what]().catch(() => {});
        const { rows } = await sql<{ count: number }>`
          select count(*) as count from members where conversation_id = ${id} and left_at is null`.execute(
          parley.db,
        );
        const { memberCount, epoch, joinedSeq } = await services.conversations.get(owner, there);
        const page = await services.messages.changes(owner, {
          ...there,
          epoch,
          joinedSeq,
          since: 0,
          limit: 200,
        });
        const found = await services.groups.get(owner, there);
        expect([memberCount, page.type === 'page' && page.memberCount, found.memberCount]).toEqual(
          Array(3).fill(rows[0]?.count),
        );
      }
    }),
    { numRuns: 12 },
  );
});

test('what is counted is told from the conversation’s row, and no longer once others changed it uncounted', async () => {
  const { conversations } = engines[0].services;
  const participantIds = people.map(({ userId }) => userId);
  const { id: conversationId } = await conversations.create(owner, { participantIds, title: 'Told' });
  const counted = () =>
    parley.db
      .selectFrom('conversations')
      .select(['member_count', sql<boolean>`counted_version = member_version`.as('good')])
      .where('id', '=', conversationId)
      .executeTakeFirstOrThrow();
  expect(await counted()).toEqual({ member_count: 7, good: true });
  await parley.db
    .updateTable('conversations')
    .set({ member_count: 70 })
    .where('id', '=', conversationId)
    .execute();
  expect(await conversations.get(owner, { conversationId })).toMatchObject({ memberCount: 70 });
  await leaveUncounted(conversationId, participantIds[0] ?? '');
  expect(await counted()).toEqual({ member_count: 70, good: false });
  expect(await conversations.get(owner, { conversationId })).toMatchObject({ memberCount: 6 });
  await conversations.removeMember(owner, { conversationId, userId: participantIds[1] ?? '' });
  expect(await counted()).toEqual({ member_count: 5, good: true });
});
