import { limits, newId, ParleyError, type Viewer } from '@parley/contract';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Engine } from '../index.ts';
import { type TestParley, testParley } from '../testing/index.ts';

let parley: TestParley;
let engine: Engine;
let rooms = 0;
let ada: Viewer;
let grace: Viewer;
let alan: Viewer;
let conversationId: string;

beforeAll(async () => {
  parley = await testParley();
  engine = await parley.engine({ deletionCheckMs: 50 });
});
afterAll(() => parley[Symbol.asyncDispose]());
beforeEach(async () => {
  rooms += 1;
  const person = (name: string) => parley.person(`${name}-${rooms}`);
  [ada, grace, alan] = [await person('ada'), await person('grace'), await person('alan')];
  conversationId = await group();
});

/** Ada owns it. */
async function group(history: 'full' | 'from-joining' = 'full'): Promise<string> {
  const input = { participantIds: [grace.userId, alan.userId], title: 'Room', history };
  return (await engine.services.conversations.create(ada, input)).id;
}

interface Whom {
  readonly mentions?: string[];
  readonly mentionsAll?: boolean;
}
const send = (viewer: Viewer, content: string, whom: Whom = {}, into = conversationId) =>
  engine.services.messages.send(viewer, { conversationId: into, content, ...whom });
const edit = (viewer: Viewer, messageId: string, content: string, whom: Whom = {}) =>
  engine.services.messages.edit(viewer, { conversationId, messageId, content, ...whom });
const unreadIn = async (viewer: Viewer, id = conversationId) =>
  (await engine.services.conversations.get(viewer, { conversationId: id })).mentions?.latest.map(
    ({ position }) => position,
  ) ?? [];
const total = async (viewer: Viewer) => (await engine.services.mentions.unread(viewer)).total;
const listed = async (viewer: Viewer) => {
  const { messages } = await engine.services.mentions.list(viewer, { limit: 50 });
  return messages.map(({ content }) => content);
};
const failure = async (call: Promise<unknown>) => {
  const error: unknown = await call.catch((reason: unknown) => reason);
  if (!(error instanceof ParleyError)) throw new Error('it did not fail', { cause: error });
  return { code: error.code, message: error.message, fields: error.fields };
};

describe('a message', () => {
  test('mentions members by name, each once, and tells everybody of it; plain ones say nothing', async () => {
    const whom = { mentions: [grace.userId, ada.userId, grace.userId] };
    const sent = await send(ada, 'Hello @grace', whom);
    expect(sent.mentions).toEqual([grace.userId, ada.userId]);
    expect(sent).not.toHaveProperty('mentionsAll');
    const plain = await send(ada, '@grace', { mentions: [], mentionsAll: false });
    expect(Object.keys(plain)).toEqual(expect.not.arrayContaining(['mentions', 'mentionsAll']));
    // Of oneself nothing is counted, nor listed.
    expect([await unreadIn(grace), await unreadIn(ada), await unreadIn(alan)]).toEqual([
      [sent.position],
      [],
      [],
    ]);
    expect([await total(grace), await total(ada), await total(alan)]).toEqual([1, 0, 0]);
    expect([await listed(grace), await listed(ada)]).toEqual([['Hello @grace'], []]);
  });

  test('mentions everybody once, however many they are', async () => {
    const { position } = await send(ada, '@all', { mentions: [grace.userId], mentionsAll: true });
    for (const viewer of [grace, alan]) {
      expect(await unreadIn(viewer)).toEqual([position]);
      expect(await listed(viewer)).toEqual(['@all']);
    }
    expect(await unreadIn(ada)).toEqual([]);
    const rows = await parley.db
      .selectFrom('mentions')
      .selectAll()
      .where('conversation_id', '=', conversationId)
      .execute();
    expect(rows).toHaveLength(1);
  });

  test('can be a reply as well, and is the same when it is repeated with its mentions', async () => {
    const asked = await send(grace, 'Who?');
    const input = {
      conversationId,
      content: 'You',
      id: newId(),
      replyTo: asked.id,
      mentions: [grace.userId],
    };
    const sent = await engine.services.messages.send(ada, input);
    expect(sent).toMatchObject({ replyTo: { messageId: asked.id }, mentions: [grace.userId] });
    const twice = { ...input, mentions: [grace.userId, grace.userId] };
    expect(await engine.services.messages.send(ada, twice)).toMatchObject({ position: sent.position });
    expect(await failure(engine.services.messages.send(ada, { ...input, mentions: [] }))).toMatchObject({
      code: 'CONFLICT',
    });
    expect(await unreadIn(grace)).toEqual([sent.position]);
  });

  test('that is edited mentions those it did, unless it is said anew; who has read it is not counted', async () => {
    const { id, position } = await send(ada, 'Hello @grace', { mentions: [grace.userId] });
    expect(await edit(ada, id, 'Hello there @grace')).toMatchObject({ mentions: [grace.userId] });
    await engine.services.messages.markRead(alan, { conversationId });
    const both = await edit(ada, id, 'Hello', { mentions: [alan.userId, grace.userId] });
    expect(both.mentions).toEqual([alan.userId, grace.userId]);
    expect([await unreadIn(alan), await unreadIn(grace)]).toEqual([[], [position]]);
    expect(await listed(alan)).toEqual(['Hello']);
    const { seq } = await edit(ada, id, 'Hello', { mentions: [alan.userId, grace.userId] });
    expect(seq).toBe(both.seq);
    const none = await edit(ada, id, 'Hello', { mentions: [] });
    expect(none).not.toHaveProperty('mentions');
    expect(none.isEdited).toBe(true);
    expect([await unreadIn(grace), await listed(grace), await listed(alan)]).toEqual([[], [], []]);
    expect(await edit(ada, id, 'Hello', { mentionsAll: true })).toMatchObject({ mentionsAll: true });
    expect([await unreadIn(alan), await unreadIn(grace)]).toEqual([[], [position]]);
  });

  test('that mentions somebody who has left since can be edited, by one who may not mention everybody any more', async () => {
    const { conversations } = engine.services;
    await conversations.setRole(ada, { conversationId, userId: grace.userId, role: 'admin' });
    const { id } = await send(grace, '@alan', { mentions: [alan.userId] });
    const { id: toAll } = await send(grace, '@all', { mentionsAll: true });
    await conversations.leave(alan, { conversationId });
    await conversations.setRole(ada, { conversationId, userId: grace.userId, role: 'member' });
    expect(await edit(grace, id, '@alan!', { mentions: [alan.userId, ada.userId] })).toMatchObject({
      mentions: [alan.userId, ada.userId],
    });
    expect(await edit(grace, toAll, '@all!', { mentionsAll: true })).toMatchObject({ mentionsAll: true });
    const { id: later } = await send(grace, 'later');
    expect(await failure(edit(grace, later, '@all', { mentionsAll: true }))).toMatchObject({
      code: 'FORBIDDEN',
    });
    expect(await failure(edit(grace, later, '@alan', { mentions: [alan.userId] }))).toMatchObject({
      code: 'INVALID_INPUT',
    });
  });

  test('that is deleted mentions nobody', async () => {
    const { id } = await send(ada, '@grace', { mentions: [grace.userId] });
    const { id: toAll } = await send(ada, '@all', { mentionsAll: true });
    for (const messageId of [id, toAll]) {
      const gone = await engine.services.messages.delete(ada, { conversationId, messageId });
      expect(Object.keys(gone)).toEqual(expect.not.arrayContaining(['mentions', 'mentionsAll']));
    }
    expect([await unreadIn(grace), await listed(grace), await total(grace)]).toEqual([[], [], 0]);
  });
});

describe('bad input', () => {
  test('nobody who is not a member can be mentioned, and it is not told whether they exist', async () => {
    const stranger = await parley.person(`stranger-${rooms}`);
    await engine.services.conversations.removeMember(ada, { conversationId, userId: alan.userId });
    const refusals = [];
    for (const userId of [stranger.userId, newId(), alan.userId]) {
      refusals.push(await failure(send(ada, 'Hello', { mentions: [grace.userId, userId] })));
    }
    const fields = [{ path: 'mentions.1', message: 'must be a member of the conversation' }];
    const message = 'unable to mention somebody; they are not in the conversation';
    expect(refusals).toEqual(refusals.map(() => ({ code: 'INVALID_INPUT', message, fields })));
    expect((await failure(send(stranger, 'Hello', { mentions: [newId()] }))).code).toBe('NOT_MEMBER');
    expect(await unreadIn(grace)).toEqual([]);
  });

  test('everybody is mentioned by owners and admins of a group only', async () => {
    expect((await failure(send(grace, '@all', { mentionsAll: true }))).code).toBe('FORBIDDEN');
    await engine.services.conversations.setRole(ada, { conversationId, userId: grace.userId, role: 'admin' });
    await send(grace, '@all', { mentionsAll: true });
    const { id } = await engine.services.conversations.create(ada, { participantIds: [grace.userId] });
    expect((await failure(send(ada, '@all', { mentionsAll: true }, id))).code).toBe('FORBIDDEN');
    expect(await send(ada, '@grace', { mentions: [grace.userId] }, id)).toMatchObject({
      mentions: [grace.userId],
    });
  });

  test('a cursor that no page gave is refused', async () => {
    const { mentions } = engine.services;
    expect(await failure(mentions.list(ada, { cursor: '1~2', limit: 5 }))).toMatchObject({
      ...{ code: 'INVALID_INPUT', fields: [{ path: 'cursor' }] },
    });
  });
});

describe('the list', () => {
  test('goes through all conversations, the latest first, page by page, with what is read', async () => {
    const other = await group();
    const sent = [];
    for (let n = 0; n < 12; n += 1) {
      const whom = n % 3 === 0 ? { mentionsAll: true } : { mentions: [grace.userId] };
      sent.push((await send(ada, `${n}`, whom, n % 2 === 0 ? conversationId : other)).content);
      await send(ada, 'plain', {}, other);
    }
    await engine.services.messages.markRead(grace, { conversationId: other });
    const found: string[] = [];
    const told = (content: string, isRead: boolean) => `${content}, ${isRead ? 'read' : 'unread'}`;
    let cursor: string | undefined;
    do {
      const page = await engine.services.mentions.list(grace, {
        limit: 5,
        ...(cursor !== undefined && { cursor }),
      });
      found.push(...page.messages.map(({ content, isRead }) => told(content, isRead)));
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
    const expected = sent.map((content) => told(content, Number(content) % 2 === 1));
    // Within a millisecond the order is by conversation.
    expect(found.toSorted()).toEqual(expected.toSorted());
    expect(await total(grace)).toBe(6);
  });

  test('has nothing of what one may not see: conversations one is not in, and what was before one joined', async () => {
    const { conversations } = engine.services;
    const closed = await group('from-joining');
    await send(ada, 'before', { mentions: [grace.userId] }, closed);
    await send(ada, 'before, all', { mentionsAll: true }, closed);
    await conversations.removeMember(ada, { conversationId: closed, userId: grace.userId });
    expect([await listed(grace), await total(grace)]).toEqual([[], 0]);
    await send(ada, 'meanwhile, all', { mentionsAll: true }, closed);
    await conversations.addMembers(ada, { conversationId: closed, userIds: [grace.userId] });
    expect([await listed(grace), await total(grace)]).toEqual([[], 0]);
    const { position } = await send(ada, 'after', { mentions: [grace.userId] }, closed);
    expect([await listed(grace), await unreadIn(grace, closed)]).toEqual([['after'], [position]]);
    const stranger = await parley.person(`outsider-${rooms}`);
    expect(await listed(stranger)).toEqual([]);
  });
});

describe('the numbers', () => {
  test('are without what was written by people one has blocked, who are told nothing', async () => {
    const { position } = await send(alan, '@grace', { mentions: [grace.userId] });
    await engine.services.blocks.add(grace, { userId: alan.userId });
    expect(await send(alan, '@grace!', { mentions: [grace.userId] })).toMatchObject({
      mentions: [grace.userId],
    });
    expect([await total(grace), await listed(grace)]).toEqual([0, []]);
    expect(await engine.services.mentions.unread(grace)).toEqual({
      total: 0,
      more: false,
      conversations: [],
    });
    // What they follow from is the same for whoever blocks, and comes with who wrote it.
    const { mentions } = await engine.services.conversations.get(grace, { conversationId });
    expect(mentions?.latest).toEqual(
      [position, position + 1].map((at) => ({ position: at, senderId: alan.userId })),
    );
    await engine.services.blocks.remove(grace, { userId: alan.userId });
    expect([await total(grace), await listed(grace)]).toEqual([2, ['@grace!', '@grace']]);
  });

  test('stop at a hundred in a conversation, and say that there are more', async () => {
    const positions: number[] = [];
    for (let n = 0; n <= limits.unreadMentions; n += 1) {
      const whom = n % 10 === 0 ? { mentionsAll: true } : { mentions: [grace.userId] };
      positions.push((await send(ada, `${n}`, whom)).position);
    }
    const { mentions } = await engine.services.conversations.get(grace, { conversationId });
    expect(mentions?.latest.map(({ position }) => position)).toEqual(positions.slice(1));
    expect(mentions?.more).toBe(true);
    const count = { count: limits.unreadMentions, more: true };
    expect(await engine.services.mentions.unread(grace)).toEqual({
      ...{ total: limits.unreadMentions, more: true },
      conversations: [{ conversationId, ...count }],
    });
    await engine.services.messages.markRead(grace, { conversationId, position: positions[0] ?? 0 });
    expect(await engine.services.mentions.unread(grace)).toMatchObject({ more: false });
  });
});

test('privacy: what a deleted account wrote mentions nobody, and it is mentioned nowhere that is looked up', async () => {
  const erasing = await parley.engine({ deletionCheckMs: 50, deletedAccountMessages: 'remove' });
  await send(ada, '@alan', { mentions: [alan.userId] });
  await send(alan, '@grace', { mentions: [grace.userId] });
  const owner = await parley.person(`owner-${rooms}`, 'a fine password');
  await engine.services.conversations.addMembers(ada, { conversationId, userIds: [owner.userId] });
  await send(owner, '@grace', { mentions: [grace.userId] });
  await send(ada, '@owner', { mentions: [owner.userId] });
  expect(await total(grace)).toBe(2);
  await erasing.services.auth.deleteAccount(owner, { password: 'a fine password' });
  const left = () =>
    parley.db
      .selectFrom('mentions')
      .select('user_id')
      .where('conversation_id', '=', conversationId)
      .execute()
      .then((rows) => rows.map(({ user_id }) => user_id).toSorted());
  await expect.poll(left, { timeout: 10_000 }).toEqual([alan.userId, grace.userId].toSorted());
  expect([await total(grace), await listed(grace)]).toEqual([1, ['@grace']]);
});
