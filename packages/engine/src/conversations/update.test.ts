import { limits, newId, type Viewer } from '@parley/contract';
import type { Services } from '@parley/contract/router';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { read, type TestParley, testParley } from '../testing/index.ts';

const avatar = 'https://example.com/a.png';

let parley: TestParley;
let services: Services;
let ada: Viewer;
let eve: Viewer;
let there: { conversationId: string };

beforeAll(async () => {
  parley = await testParley();
  ({ services } = await parley.engine());
  [ada, eve] = [await parley.person('ada'), await parley.person('eve')];
});
afterAll(() => parley[Symbol.asyncDispose]());
beforeEach(async () => {
  const group = await services.conversations.create(ada, { participantIds: [eve.userId], title: 'Group' });
  there = { conversationId: group.id };
});

async function notices(): Promise<unknown[]> {
  const { messages } = await services.messages.list(ada, { ...there, limit: 100 });
  return messages.map(({ notice }) => notice);
}

test('several things are changed at once: one change of the conversation, and an entry for each', async () => {
  const before = await services.conversations.get(ada, there);
  expect(before).not.toHaveProperty('description');
  expect(before).not.toHaveProperty('isPublic');
  const all = { title: 'Open group', avatar, description: 'About\nthis', isPublic: true } as const;
  const after = await services.conversations.update(ada, { ...there, ...all });
  expect(after).toMatchObject({ ...all, changedSeq: before.lastSeq + 1, lastSeq: before.lastSeq + 5 });
  expect(after.unread).toBe(0);
  expect((await notices()).slice(1)).toEqual([
    { kind: 'renamed', title: 'Open group' },
    { kind: 'picture' },
    { kind: 'description' },
    { kind: 'public', isPublic: true },
  ]);
  const audit = await parley.db
    .selectFrom('audit_events')
    .select(['kind', 'actor_id'])
    .where('conversation_id', '=', there.conversationId)
    .execute();
  expect(audit).toEqual([{ kind: 'group-made-public', actor_id: ada.userId }]);
});

test('what is so already changes nothing, and null takes away', async () => {
  const first = await services.conversations.update(ada, { ...there, avatar, description: 'About' });
  const again = await services.conversations.update(ada, {
    ...{ ...there, avatar, description: 'About', isPublic: false, title: 'Group' },
  });
  expect(again.lastSeq).toBe(first.lastSeq);
  expect((await services.conversations.rename(ada, { ...there, title: 'Group' })).lastSeq).toBe(
    first.lastSeq,
  );
  const without = await services.conversations.update(ada, { ...there, avatar: null, description: null });
  expect(without).toMatchObject({ avatar: null, changedSeq: first.lastSeq + 1 });
  expect(without).not.toHaveProperty('description');
});

test('one who may change some of it changes nothing when something else is refused', async () => {
  await services.conversations.setRole(ada, { ...there, userId: eve.userId, role: 'admin' });
  await expect(
    services.conversations.update(eve, { ...there, title: 'Mine', isPublic: true }),
  ).rejects.toMatchObject({ code: 'FORBIDDEN', message: expect.stringContaining('only the owner') });
  expect(await services.conversations.get(ada, there)).toMatchObject({ title: 'Group' });
  await services.conversations.update(eve, { ...there, title: 'Ours', description: 'By an admin' });
});

test('a group without a title is not made public', async () => {
  const third = await parley.person(`third-${newId()}`);
  const { id: conversationId } = await services.conversations.create(ada, {
    participantIds: [eve.userId, third.userId],
  });
  await expect(services.conversations.update(ada, { conversationId, isPublic: true })).rejects.toMatchObject({
    code: 'INVALID_INPUT',
    fields: [{ path: 'isPublic' }],
  });
  await services.conversations.update(ada, { conversationId, isPublic: true, title: 'Named' });
});

test('it comes to those who watch as a change of the conversation, without what is gone', async () => {
  const description = 'x'.repeat(limits.descriptionCharacters);
  await services.conversations.update(ada, { ...there, description, isPublic: true });
  const watching = read(await services.messages.watch(eve, there));
  await watching.next();
  await services.conversations.update(ada, { ...there, description: null, isPublic: false });
  const [, event] = await watching.next();
  const rows = event.type === 'changes' ? event.rows : [];
  const [row] = rows;
  expect(rows.map(({ type }) => type)).toEqual(['conversation', 'message', 'message']);
  if (row?.type !== 'conversation') throw new Error('the first row is no conversation');
  expect(row.conversation).not.toHaveProperty('description');
  expect(row.conversation).not.toHaveProperty('isPublic');
  watching.stop();
});
