import { createHash } from 'node:crypto';
import { newId } from '@parley/contract';
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { type TestParley, testParley } from '../testing/index.ts';
import { type OutgoingMessage, sendMessages, sendToConversation } from './queries.ts';

/** What is stored of a conversation, without its id and the time. */
async function storedIn({ db }: TestParley, id: string) {
  const conversation = await db
    .selectFrom('conversations')
    .select(['last_position', 'last_ordinal', 'last_seq', 'member_version'])
    .where('id', '=', id)
    .executeTakeFirstOrThrow();
  const columns = ['user_id', 'sent', 'read_position', 'read_ordinal', 'read_sent'] as const;
  const members = db.selectFrom('members').select(columns).where('conversation_id', '=', id);
  const messages = db
    .selectFrom('messages')
    .select(['position', 'ordinal', 'seq', 'sender_id', 'type', 'content', 'payload_hash'])
    .where('conversation_id', '=', id)
    .where('type', '=', 'text');
  return {
    conversation,
    members: await members.orderBy('user_id').execute(),
    messages: await messages.orderBy('position').execute(),
  };
}

/** Stores a batch by the function for batches, however short it is. */
async function sendBatchOf({ db }: TestParley, batch: readonly OutgoingMessage[]) {
  const { rows } = await sql<{ outcome: string; position: number | null; seq: number | null }>`
    select outcome, case when outcome in ('stored', 'repeated') then position end as position,
      case when outcome in ('stored', 'repeated') then seq end as seq
    from send_messages(
      ${batch.map((message) => message.conversationId)}::uuid[],
      ${batch.map((message) => message.id)}::uuid[],
      ${batch.map((message) => message.senderId)}::uuid[],
      ${batch.map((message) => message.content)}::text[],
      ${batch.map((message) => message.payloadHash)}::bytea[],
      true
    )`.execute(db);
  return rows;
}

test('a batch is stored by any of the functions that can with the same outcomes, numbers and counters', async () => {
  await using parley = await testParley();
  const { services } = await parley.engine();
  const [ada, grace, alan] = [
    await parley.person('ada'),
    await parley.person('grace'),
    await parley.person('alan'),
  ];
  const input = { participantIds: [grace.userId, alan.userId], title: 'Room' };
  const [one, other, single, alone] = [
    await services.conversations.create(ada, input),
    await services.conversations.create(ada, input),
    await services.conversations.create(ada, input),
    await services.conversations.create(ada, input),
  ];
  // Alan is in no more, and a stranger never was.
  for (const { id } of [one, other, single, alone])
    await services.conversations.leave(alan, { conversationId: id });
  const senders = [ada.userId, ada.userId, grace.userId, alan.userId, newId()];
  const ids = Array.from({ length: 40 }, () => newId());
  // Few ids and texts, so that batches repeat and contradict what is stored, and themselves.
  const anyOf = <T>(list: readonly T[], n: number): T | undefined => list[Math.trunc(n) % list.length];
  let state = 7;
  const random = () => (state = (state * 48_271) % 2_147_483_647);
  const batchOf = (size: number): Omit<OutgoingMessage, 'conversationId'>[] =>
    Array.from({ length: size }, () => {
      const content = `text ${random() % 2}`;
      return {
        id: anyOf(ids, random()) ?? '',
        senderId: anyOf(senders, random()) ?? '',
        content,
        payloadHash: createHash('md5').update(content).digest(),
      };
    });
  const seen = new Set<string>();
  for (let round = 0; round < 25; round += 1) {
    // As a direct conversation is while one of the two has blocked the other.
    await parley.db
      .updateTable('conversations')
      .set({ closed: round % 5 === 4 })
      .execute();
    const batch = batchOf(1 + (random() % 6));
    const inConversation = ({ id: conversationId }: { id: string }) =>
      batch.map((message) => ({ ...message, conversationId }));
    const outcomes = [
      await sendMessages(parley.db, inConversation(one), false),
      await sendToConversation(parley.db, inConversation(other)),
    ].map((rows) =>
      rows
        .toSorted((a, b) => a.index - b.index)
        .map((row) => {
          seen.add(row.outcome);
          if (!('row' in row)) return row;
          const { position, ordinal, seq } = row.row;
          return { index: row.index, outcome: row.outcome, position, ordinal, seq };
        }),
    );
    expect(outcomes[1]).toEqual(outcomes[0]);
    for (const message of inConversation(single)) {
      const [stored] = await sendMessages(parley.db, [message], true);
      const [expected] = await sendBatchOf(parley, [{ ...message, conversationId: alone.id }]);
      const numbers = stored !== undefined && 'row' in stored ? stored.row : { position: null, seq: null };
      const { position, seq } = numbers;
      expect({ outcome: stored?.outcome, position, seq }).toEqual(expected);
    }
  }
  expect([...seen].toSorted()).toEqual(['busy', 'closed', 'conflict', 'not-member', 'repeated', 'stored']);
  expect(await storedIn(parley, other.id)).toEqual(await storedIn(parley, one.id));
  expect(await storedIn(parley, single.id)).toEqual(await storedIn(parley, alone.id));
});
