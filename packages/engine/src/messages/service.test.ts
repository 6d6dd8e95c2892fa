import { newId, ParleyError, type Viewer } from '@parley/contract';
import type { Services } from '@parley/contract/router';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type TestParley, testParley } from '../testing/index.ts';

let parley: TestParley;
let services: Services;
let ada: Viewer;
let grace: Viewer;
let alan: Viewer;

beforeAll(async () => {
  parley = await testParley();
  ({ services } = await parley.engine());
  [ada, grace, alan] = [
    await parley.person('ada'),
    await parley.person('grace'),
    await parley.person('alan'),
  ];
});
afterAll(() => parley[Symbol.asyncDispose]());

async function room(owner = ada, others = [grace], options: { history?: 'full' | 'from-joining' } = {}) {
  const participantIds = others.map((viewer) => viewer.userId);
  const { id } = await services.conversations.create(owner, { participantIds, title: 'Room', ...options });
  return id;
}

const code = (expected: string) => expect.objectContaining({ name: 'ParleyError', code: expected });

describe('listing', () => {
  test('pages by position, both ways and around one', async () => {
    const conversationId = await room();
    for (let n = 2; n <= 12; n += 1) await services.messages.send(ada, { conversationId, content: `${n}` });
    const page = async (at: object) => {
      const { messages, hasBefore, hasAfter } = await services.messages.list(grace, {
        conversationId,
        limit: 4,
        ...at,
      });
      return [messages.map(({ position }) => position), hasBefore, hasAfter];
    };
    expect(await page({})).toEqual([[9, 10, 11, 12], true, false]);
    expect(await page({ before: 9 })).toEqual([[5, 6, 7, 8], true, true]);
    expect(await page({ before: 3 })).toEqual([[1, 2], false, true]);
    expect(await page({ after: 10 })).toEqual([[11, 12], true, false]);
    expect(await page({ after: 0 })).toEqual([[1, 2, 3, 4], false, true]);
    expect(await page({ around: 6 })).toEqual([[4, 5, 6, 7], true, true]);
    expect(await page({ around: 1 })).toEqual([[1, 2], false, true]);
  });

  test('finds where a time begins, of what one may see', async () => {
    const conversationId = await room(ada, [grace], { history: 'from-joining' });
    for (let n = 2; n <= 30; n += 1) await services.messages.send(ada, { conversationId, content: `${n}` });
    await services.conversations.addMembers(ada, { conversationId, userIds: [alan.userId] });
    await services.messages.send(ada, { conversationId, content: 'for everybody' });
    // An entry a day; the third and the fourth of one moment.
    await sql`
      update messages set created_at = timestamptz '2026-01-01T12:00:00Z'
        + make_interval(days => (case position when 4 then 3 else position end)::int)
      where conversation_id = ${conversationId}`.execute(parley.db);
    const found = async (viewer: Viewer, at: string) =>
      (await services.messages.positionAt(viewer, { conversationId, at })).position;
    const days = await Promise.all([
      found(grace, '2020-01-01T00:00:00Z'),
      found(grace, '2026-01-02T12:00:00Z'),
      found(grace, '2026-01-02T12:00:01Z'),
      found(grace, '2026-01-04T12:00:00Z'),
      found(grace, '2026-01-05T00:00:00Z'),
      found(grace, '2026-01-21T00:00:00Z'),
      found(grace, '2026-02-02T12:00:00Z'),
      found(grace, '2026-02-02T12:00:01Z'),
    ]);
    expect(days).toEqual([1, 1, 2, 3, 5, 20, 32, null]);
    // That they were added they see, too.
    expect(await found(alan, '2020-01-01T00:00:00Z')).toBe(31);
    expect(await found(alan, '2026-02-02T12:00:01Z')).toBeNull();
    const stranger = await parley.person('stranger-to-times');
    await expect(found(stranger, '2026-01-21T00:00:00Z')).rejects.toEqual(code('NOT_MEMBER'));
  });

  test('whoever is removed while a page, a message or the list is read sees nothing from afterwards', async () => {
    const conversationId = await room();
    const { id: messageId, position } = await services.messages.send(ada, {
      conversationId,
      content: 'before',
    });
    const waiting = async () =>
      (
        await sql`select from pg_stat_activity
          where wait_event_type = 'Lock' and datname = current_database() and query not like '%from search_%'`.execute(
          parley.db,
        )
      ).rows.length;
    const reading = await parley.db.transaction().execute(async (trx) => {
      await sql`lock table messages in access exclusive mode`.execute(trx);
      const page = services.messages.list(grace, { conversationId, limit: 50 });
      const list = services.conversations.list(grace, { limit: 50 });
      const view = services.conversations.get(grace, { conversationId });
      const message = services.messages.get(grace, { conversationId, messageId });
      await expect.poll(waiting, { timeout: 4_000 }).toBe(4);
      await trx
        .updateTable('members')
        .set({ left_at: new Date() })
        .where('conversation_id', '=', conversationId)
        .where('user_id', '=', grace.userId)
        .execute();
      await sql`update messages set content = 'edited behind your back'
        where conversation_id = ${conversationId} and position = ${position}`.execute(trx);
      await sql`insert into messages (conversation_id, position, ordinal, id, sender_id, type, content, payload_hash,
          created_at, seq)
        values (${conversationId}, ${position + 1}, 2, ${newId()}, ${ada.userId}, 'text', 'behind your back', '',
          now(), 100)`.execute(trx);
      await sql`update conversations set last_position = ${position + 1} where id = ${conversationId}`.execute(
        trx,
      );
      return { answers: Promise.allSettled([page, list, view, message]) };
    });
    // What is one statement waits before it has seen anything, and then finds that she is gone.
    const answers = await reading.answers;
    const seen = answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []));
    const refused = answers.flatMap((answer) => (answer.status === 'rejected' ? [answer.reason] : []));
    expect(seen).toContainEqual(expect.objectContaining({ content: 'before' }));
    expect(JSON.stringify(seen)).not.toContain('behind your back');
    for (const reason of refused) expect(reason).toEqual(code('NOT_MEMBER'));
  });

  test('newcomers to a conversation with history from joining see nothing from before', async () => {
    const conversationId = await room(ada, [grace], { history: 'from-joining' });
    const secret = await services.messages.send(ada, { conversationId, content: 'secret' });
    await services.conversations.addMembers(ada, { conversationId, userIds: [alan.userId] });
    const { messages, hasBefore } = await services.messages.list(alan, { conversationId, limit: 50 });
    expect(messages.map(({ messageType }) => messageType)).toEqual(['system']);
    expect(hasBefore).toBe(false);
    const around = await services.messages.list(alan, { conversationId, around: secret.position, limit: 50 });
    expect(around.messages).toEqual(messages);
    await expect(
      services.messages.edit(alan, { conversationId, messageId: secret.id, content: 'x' }),
    ).rejects.toEqual(code('NOT_FOUND'));
  });
});

describe('editing and deleting', () => {
  test('an edit keeps the place and takes the next seq; repeating it changes nothing', async () => {
    const conversationId = await room();
    const message = await services.messages.send(ada, { conversationId, content: 'one' });
    const edited = await services.messages.edit(ada, {
      conversationId,
      messageId: message.id,
      content: 'uno',
    });
    expect(edited).toEqual({
      ...message,
      content: 'uno',
      seq: message.seq + 1,
      editedAt: expect.any(String),
      isEdited: true,
    });
    expect(
      await services.messages.edit(ada, { conversationId, messageId: message.id, content: 'uno' }),
    ).toEqual(edited);
  });

  test('a deleted message stays as an empty place, and can no longer be edited', async () => {
    const conversationId = await room();
    const message = await services.messages.send(grace, { conversationId, content: 'oops' });
    const deleted = await services.messages.delete(grace, { conversationId, messageId: message.id });
    expect(deleted).toMatchObject({
      position: message.position,
      content: '',
      deletedAt: expect.any(String),
      isDeleted: true,
    });
    expect(await services.messages.delete(grace, { conversationId, messageId: message.id })).toEqual(deleted);
    await expect(
      services.messages.edit(grace, { conversationId, messageId: message.id, content: 'x' }),
    ).rejects.toEqual(code('CONFLICT'));
  });

  test('only the sender edits; the sender and those who manage the group delete', async () => {
    const conversationId = await room(ada, [grace, alan]);
    const message = await services.messages.send(grace, { conversationId, content: 'mine' });
    const target = { conversationId, messageId: message.id };
    await expect(services.messages.edit(ada, { ...target, content: 'x' })).rejects.toEqual(code('FORBIDDEN'));
    await expect(services.messages.delete(alan, target)).rejects.toEqual(code('FORBIDDEN'));
    expect((await services.messages.delete(ada, target)).deletedAt).not.toBeNull();
    const [notice] = (await services.messages.list(ada, { conversationId, limit: 1, after: 0 })).messages;
    await expect(
      services.messages.delete(ada, { conversationId, messageId: notice?.id ?? '' }),
    ).rejects.toEqual(code('FORBIDDEN'));
    await expect(services.messages.delete(ada, { conversationId, messageId: newId() })).rejects.toEqual(
      code('NOT_FOUND'),
    );
  });
});

test('errors are of the closed set', async () => {
  const error = await services.messages
    .send(alan, { conversationId: newId(), content: 'x' })
    .catch((e: unknown) => e);
  expect(error).toBeInstanceOf(ParleyError);
});

describe('a message by its id alone', () => {
  test('is found, edited and deleted wherever the viewer may see it', async () => {
    const conversationId = await room();
    const { epoch, ...sent } = await services.messages.send(ada, { conversationId, content: 'one' });
    expect(await services.messages.get(grace, { messageId: sent.id })).toEqual({ ...sent, isRead: false });
    const edited = await services.messages.edit(ada, { messageId: sent.id, content: 'two' });
    expect(edited).toMatchObject({ id: sent.id, conversationId, content: 'two' });
    const deleted = await services.messages.delete(ada, { messageId: sent.id });
    const read = await services.messages.get(ada, { messageId: sent.id });
    expect({ ...read, epoch }).toEqual(deleted);
  });

  test('is not there for strangers, nor for those who joined later and see no history', async () => {
    const conversationId = await room(ada, [grace], { history: 'from-joining' });
    const { id: messageId } = await services.messages.send(ada, { conversationId, content: 'one' });
    await expect(services.messages.get(alan, { messageId })).rejects.toEqual(code('NOT_FOUND'));
    await services.conversations.addMembers(ada, { conversationId, userIds: [alan.userId] });
    await expect(services.messages.get(alan, { messageId })).rejects.toEqual(code('NOT_FOUND'));
    const change = { messageId, content: 'x' };
    await expect(services.messages.edit(alan, change)).rejects.toEqual(code('NOT_FOUND'));
  });

  test('needs the conversation when the same id was used in two of the viewer’s', async () => {
    const [one, two] = [await room(), await room(ada, [alan])];
    const messageId = newId();
    for (const conversationId of [one, two]) {
      await services.messages.send(ada, { conversationId, content: 'same', id: messageId });
    }
    await expect(services.messages.get(ada, { messageId })).rejects.toEqual(code('CONFLICT'));
    await expect(services.messages.delete(ada, { messageId })).rejects.toEqual(code('CONFLICT'));
    const deleted = await services.messages.delete(ada, { messageId, conversationId: two });
    expect(deleted.conversationId).toBe(two);
    expect((await services.messages.get(grace, { messageId })).conversationId).toBe(one);
  });
});

describe('isRead', () => {
  const readBy = async (viewer: Viewer, conversationId: string) => {
    const { messages } = await services.messages.list(viewer, { conversationId, limit: 100 });
    return messages.map(({ isRead }) => isRead);
  };

  test('of others’ is what the viewer has read, of one’s own what another has', async () => {
    const conversationId = await room(ada, [grace, alan]);
    const sent = [];
    for (const content of ['one', 'two', 'three']) {
      sent.push(await services.messages.send(ada, { conversationId, content }));
    }
    expect(sent.map(({ isRead }) => isRead)).toEqual([false, false, false]);
    expect(await readBy(grace, conversationId)).toEqual([false, false, false, false]);
    const messageIds = sent.slice(0, 2).map(({ id }) => id);
    const read = await services.messages.markRead(grace, { conversationId, messageIds });
    expect(read.readPosition).toBe(3);
    expect(await readBy(ada, conversationId)).toEqual([true, true, true, false]);
    expect(await readBy(grace, conversationId)).toEqual([true, true, true, false]);
    expect(await readBy(alan, conversationId)).toEqual([false, false, false, false]);
    const edit = { messageId: sent[0]?.id ?? '', content: 'uno' };
    expect((await services.messages.edit(ada, edit)).isRead).toBe(true);
  });

  test('of one’s own is not made true by somebody who joins, nor kept so by one who left', async () => {
    const conversationId = await room(ada, [grace]);
    const sent = await services.messages.send(ada, { conversationId, content: 'one' });
    await services.conversations.addMembers(ada, { conversationId, userIds: [alan.userId] });
    await services.messages.markRead(alan, { conversationId });
    expect((await services.messages.get(ada, { messageId: sent.id })).isRead).toBe(false);
    await services.messages.markRead(grace, { conversationId });
    expect((await services.messages.get(ada, { messageId: sent.id })).isRead).toBe(true);
    await services.conversations.leave(grace, { conversationId });
    expect((await services.messages.get(ada, { messageId: sent.id })).isRead).toBe(false);
  });

  test('marking messages that are not in the conversation is refused', async () => {
    const [here, there] = [await room(), await room()];
    const { id } = await services.messages.send(ada, { conversationId: there, content: 'one' });
    await expect(
      services.messages.markRead(grace, { conversationId: here, messageIds: [id] }),
    ).rejects.toEqual(code('NOT_FOUND'));
  });
});
