import { limits, newId, type Viewer } from '@parley/contract';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Engine } from '../engine.ts';
import { type TestParley, testParley } from '../testing/index.ts';

let parley: TestParley;
let services: Engine['services'];
let ada: Viewer;
let grace: Viewer;
let eve: Viewer;

beforeAll(async () => {
  parley = await testParley();
  ({ services } = await parley.engine());
  [ada, grace, eve] = [await parley.person('ada'), await parley.person('grace'), await parley.person('eve')];
});
afterAll(() => parley[Symbol.asyncDispose]());

async function group(
  title: string,
  more: { isPublic?: boolean; description?: string } = {},
): Promise<string> {
  const { id } = await services.conversations.create(ada, { participantIds: [grace.userId], title });
  await services.conversations.update(ada, { conversationId: id, isPublic: true, ...more });
  return id;
}
const found = async (q: string) =>
  (await services.groups.search(eve, { q, limit: 50 })).groups.map(({ title }) => title);

test('public groups are found by words of title and description, in every script, and no others', async () => {
  await group('Crème brûlée fans', { description: 'For dessert people' });
  await group('编译器入门');
  await group('Secret dessert club', { isPublic: false });
  const renamed = await group('Older name');
  expect(await found('creme')).toEqual(['Crème brûlée fans']);
  expect(await found('bru')).toEqual(['Crème brûlée fans']);
  expect(await found('dessert')).toEqual(['Crème brûlée fans']);
  expect(await found('"dessert people" fans')).toEqual(['Crème brûlée fans']);
  expect(await found('dessert -people')).toEqual([]);
  expect(await found('译器')).toEqual(['编译器入门']);
  await services.conversations.rename(ada, { conversationId: renamed, title: 'Newer name' });
  expect(await found('older')).toEqual([]);
  expect(await found('newer')).toEqual(['Newer name']);
  await services.conversations.update(ada, { conversationId: renamed, isPublic: false });
  expect(await found('newer')).toEqual([]);
});

test('security, SQL: hostile queries find nothing, or say what is wrong', async () => {
  for (const q of ['%', '_', "' or 1=1 --", ':*', '!a', '\\', '<->', '-name', '“']) {
    expect(await found(q), q).toEqual([]);
  }
  const many = Array.from({ length: limits.searchWords + 1 }, (_, n) => `w${n}`).join(' ');
  await expect(found(many)).rejects.toMatchObject({ code: 'INVALID_INPUT' });
  for (const cursor of ['x', '1~x', `-1~${newId()}`, `1e3~${newId()}`]) {
    await expect(services.groups.search(eve, { q: 'name', limit: 5, cursor })).rejects.toMatchObject({
      code: 'INVALID_INPUT',
    });
  }
});

test('those with the most members come first, page by page', async () => {
  const ids = await Promise.all(Array.from({ length: 7 }, (_, n) => group(`Paged ${n}`)));
  const popular = ids[3] ?? '';
  await services.groups.join(eve, { conversationId: popular });
  const seen: string[] = [];
  for (let cursor: string | undefined; ;) {
    const page = await services.groups.search(eve, { q: 'paged', limit: 3, ...(cursor && { cursor }) });
    seen.push(...page.groups.map(({ id }) => id));
    if (page.nextCursor === null) break;
    cursor = page.nextCursor;
  }
  expect(seen).toHaveLength(7);
  expect(seen[0]).toBe(popular);
  expect(new Set(seen)).toEqual(new Set(ids));
});

test('one joins a public group once, sees it before, and comes back after leaving', async () => {
  const conversationId = await group('Joined', { description: 'About' });
  const preview = await services.groups.get(eve, { conversationId });
  expect(preview).toEqual({
    ...{ id: conversationId, title: 'Joined', avatar: null, description: 'About', history: 'full' },
    ...{ createdAt: expect.any(String), memberCount: 2, joined: false },
  });
  const joined = await Promise.all(
    Array.from({ length: 10 }, () => services.groups.join(eve, { conversationId })),
  );
  expect(new Set(joined.map(({ joinedSeq }) => joinedSeq)).size).toBe(1);
  expect(await services.groups.get(eve, { conversationId })).toMatchObject({ memberCount: 3, joined: true });
  const { messages } = await services.messages.list(eve, { conversationId, limit: 20 });
  expect(messages.filter(({ notice }) => notice?.kind === 'joined')).toHaveLength(1);
  await services.conversations.leave(eve, { conversationId });
  await services.groups.join(eve, { conversationId });
});

test('security, authorisation: one that is not public is as if there were none, and whom somebody removed is kept out', async () => {
  const conversationId = await group('Hidden', { isPublic: false });
  const none = { code: 'NOT_FOUND', message: 'unable to open the group; there is no such public group' };
  const direct = await services.conversations.create(ada, { participantIds: [grace.userId] });
  for (const id of [conversationId, direct.id, newId()]) {
    await expect(services.groups.get(eve, { conversationId: id })).rejects.toMatchObject(none);
    await expect(services.groups.join(eve, { conversationId: id })).rejects.toMatchObject(none);
  }
  await services.conversations.update(ada, { conversationId, isPublic: true });
  await services.conversations.removeMember(ada, { conversationId, userId: grace.userId });
  await expect(services.groups.join(grace, { conversationId })).rejects.toMatchObject({ code: 'FORBIDDEN' });
  await services.conversations.addMembers(ada, { conversationId, userIds: [grace.userId] });
  await services.conversations.leave(grace, { conversationId });
  await services.groups.join(grace, { conversationId });
});

test('a public group that everybody has left belongs to whoever joins it next', async () => {
  const conversationId = await group('Abandoned');
  await services.conversations.leave(grace, { conversationId });
  await services.conversations.leave(ada, { conversationId });
  expect(await services.groups.get(eve, { conversationId })).toMatchObject({ memberCount: 0 });
  expect(await services.groups.join(eve, { conversationId })).toMatchObject({
    role: 'owner',
    memberCount: 1,
  });
});

test('joining is kept in the audit log', async () => {
  const conversationId = await group('Audited');
  await services.groups.join(eve, { conversationId });
  const rows = await parley.db
    .selectFrom('audit_events')
    .select(['kind', 'actor_id'])
    .where('conversation_id', '=', conversationId)
    .orderBy('id')
    .execute();
  expect(rows).toEqual([
    { kind: 'group-made-public', actor_id: ada.userId },
    { kind: 'member-joined', actor_id: eve.userId },
  ]);
});

test('of more groups than are put in order, the newest are', async () => {
  await sql`
    insert into conversations (id, kind, title, is_public, created_by)
    select gen_random_uuid(), 'group', 'Crowded', true, ${ada.userId} from generate_series(1, 1200)`.execute(
    parley.db,
  );
  await sql`
    insert into public_groups select id, to_tsvector('simple', 'crowded') from conversations where title = 'Crowded'`.execute(
    parley.db,
  );
  let count = 0;
  for (let cursor: string | undefined; ;) {
    const page = await services.groups.search(eve, { q: 'crowded', limit: 50, ...(cursor && { cursor }) });
    count += page.groups.length;
    if (page.nextCursor === null) break;
    cursor = page.nextCursor;
  }
  expect(count).toBe(limits.publicGroupsRanked);
});
