import { newId } from '@parley/contract';
import type { Services } from '@parley/contract/router';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestParley, type TestPerson, testParley } from '../testing/index.ts';

let parley: TestParley;
let services: Services;
let ada: TestPerson;
let eve: TestPerson;
beforeAll(async () => {
  parley = await testParley();
  ({ services } = await parley.engine());
  [ada, eve] = [await parley.person('ada'), await parley.person('eve')];
  await parley.db
    .updateTable('users')
    .set({ email: 'eve.private@hidden.example' })
    .where('id', '=', eve.userId)
    .execute();
});
afterAll(() => parley[Symbol.asyncDispose]());

test('security, output: nowhere that people are shown is the e-mail address of others, nor what nobody asked for', async () => {
  const { users, conversations, blocks, messages } = services;
  const direct = await conversations.create(ada, { participantIds: [eve.userId] });
  const group = await conversations.create(ada, { participantIds: [eve.userId], title: 'Group' });
  const there = { conversationId: group.id };
  const own = { userId: eve.userId };
  await messages.send(eve, { ...there, content: 'hello' });
  await blocks.add(ada, own);
  const shown = [
    direct,
    group,
    await users.get(ada, own),
    await users.getMany(ada, { userIds: [eve.userId] }),
    await users.search(ada, { q: 'eve.private@hidden.example', limit: 5 }),
    await conversations.list(ada, { limit: 10 }),
    await conversations.get(ada, { conversationId: direct.id }),
    await conversations.members(ada, { ...there, limit: 10 }),
    await messages.list(ada, { ...there, limit: 10 }),
    await blocks.list(ada, { limit: 10 }),
  ];
  const text = JSON.stringify(shown);
  expect(text).toContain(eve.userId);
  for (const secret of ['hidden.example', 'eve.private', 'password', 'email', 'inboxSeq']) {
    expect(text).not.toContain(secret);
  }
  const person = ['avatar', 'displayName', 'id', 'isOnline', 'lastSeen', 'username'];
  expect(Object.keys(await users.get(ada, own)).toSorted()).toEqual(person);
});

test('security, output: search finds an e-mail address by all of it only', async () => {
  const found = async (q: string) => (await services.users.search(ada, { q, limit: 5 })).map(({ id }) => id);
  expect(await found('eve.private@hidden.example')).toEqual([eve.userId]);
  expect(await found('EVE.Private@Hidden.Example')).toEqual([eve.userId]);
  const parts = [
    'eve.private',
    'eve.private@',
    '@hidden.example',
    'hidden',
    'eve.private@hidden.exampl',
    'private',
  ];
  for (const part of [...parts, '%@hidden.example', 'eve_private@hidden.example', '%']) {
    expect(await found(part), part).toEqual([]);
  }
  expect(await found(newId())).toEqual([]);
});
