import { createHash } from 'node:crypto';
import { newId } from '@parley/contract';
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

test('a batch for one conversation is stored by either function with the same outcomes, numbers and counters', async () => {
  await using parley = await testParley();
  const { services } = await parley.engine();
  const [ada, grace, alan] = [
    await parley.person('ada'),
    await parley.person('grace'),
    await parley.person('alan'),
  ];
  const input = { participantIds: [grace.userId, alan.userId], title: 'Room' };
  const [one, other] = [
    await services.conversations.create(ada, input),
    await services.conversations.create(ada, input),
  ];
  // Alan is in no more, and a stranger never was.
  for (const { id } of [one, other]) await services.conversations.leave(alan, { conversationId: id });
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
  }
  expect([...seen].toSorted()).toEqual(['busy', 'conflict', 'not-member', 'repeated', 'stored']);
  expect(await storedIn(parley, other.id)).toEqual(await storedIn(parley, one.id));
});
