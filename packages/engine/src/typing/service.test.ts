import { limits, type TypingEvent, type Viewer } from '@parley/contract';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Engine } from '../index.ts';
import {
  type LossyBus,
  lossyBus,
  read,
  type TestParley,
  type TestPerson,
  testParley,
} from '../testing/index.ts';

let parley: TestParley;
let bus: LossyBus;
let here: Engine;
let there: Engine;
let people = 0;
let ada: TestPerson;
let grace: TestPerson;
let conversationId: string;

beforeAll(async () => {
  parley = await testParley();
  bus = lossyBus();
  [here, there] = await Promise.all([parley.engine({ bus }), parley.engine({ bus })]);
});
afterAll(() => parley[Symbol.asyncDispose]());
beforeEach(async () => {
  people += 1;
  [ada, grace] = [await parley.person(`ada-${people}`), await parley.person(`grace-${people}`)];
  const input = { participantIds: [grace.userId], title: 'Room' };
  conversationId = (await here.services.conversations.create(ada, input)).id;
});

const watch = async (engine: Engine, viewer: Viewer) =>
  read<TypingEvent>(await engine.services.typing.watch(viewer, { conversationId }));
const set = (engine: Engine, viewer: Viewer, typing: boolean) =>
  engine.services.typing.set(viewer, { conversationId, typing });
const nobody: TypingEvent = { userIds: [], count: 0 };
const only = ({ userId }: Viewer): TypingEvent => ({ userIds: [userId], count: 1 });

test('who is typing is told to the others in the conversation, on any process, and that they stopped', async () => {
  const [watching, own] = [await watch(there, ada), await watch(here, grace)];
  expect(await watching.next()).toEqual(nobody);
  await set(here, grace, true);
  expect(await watching.next()).toEqual(only(grace));
  await set(there, ada, true);
  expect(await own.next(({ count }) => count > 0)).toEqual(only(ada));
  await set(here, grace, false);
  await watching.next(({ count }) => count === 0);
  // Never of themselves.
  expect(own.items.flatMap(({ userIds }) => userIds)).not.toContain(grace.userId);
  expect(watching.items.flatMap(({ userIds }) => userIds)).not.toContain(ada.userId);
  // Whoever comes now is told how it stands.
  const alan = await parley.person(`alan-${people}`);
  await here.services.conversations.addMembers(ada, { conversationId, userIds: [alan.userId] });
  const late = await watch(here, alan);
  expect(await late.next()).toEqual(only(ada));
  for (const reading of [watching, own, late]) reading.stop();
});

test('what says nothing new is not said again', async () => {
  const words: string[] = [];
  await bus.subscribe([`t:${conversationId}`], (_channel, payload) => words.push(payload));
  const watching = await watch(there, ada);
  for (let n = 0; n < 20; n += 1) await set(here, grace, true);
  for (let n = 0; n < 20; n += 1) await set(here, grace, false);
  await watching.next(({ count }) => count === 0);
  await expect.poll(() => words).toHaveLength(2);
  watching.stop();
});

test('of a crowd only the first are named, the others counted', async () => {
  const crowd: TestPerson[] = [];
  for (let n = 0; n < limits.typistsNamed + 3; n += 1)
    crowd.push(await parley.person(`crowd-${people}-${n}`));
  const userIds = crowd.map(({ userId }) => userId);
  await here.services.conversations.addMembers(ada, { conversationId, userIds });
  const watching = await watch(there, ada);
  for (const typist of crowd) await set(here, typist, true);
  const event = await watching.next(({ count }) => count === crowd.length);
  expect(event.userIds).toEqual(userIds.slice(0, limits.typistsNamed));
  // And not in an event each.
  expect(watching.items.length).toBeLessThan(crowd.length);
  watching.stop();
});

test('security, authorisation: nobody else may say it or hear it; a removed member hears no more', async () => {
  const stranger = await parley.person(`stranger-${people}`);
  await expect(set(here, stranger, true)).rejects.toMatchObject({ code: 'NOT_MEMBER' });
  await expect(watch(here, stranger)).rejects.toMatchObject({ code: 'NOT_MEMBER' });
  const watching = await watch(there, grace);
  const other = await watch(there, ada);
  await here.services.conversations.removeMember(ada, { conversationId, userId: grace.userId });
  expect(await watching.end()).toMatchObject({ code: 'NOT_MEMBER' });
  const heard = watching.items.length;
  const alan = await parley.person(`alan-${people}`);
  await here.services.conversations.addMembers(ada, { conversationId, userIds: [alan.userId] });
  await set(here, alan, true);
  await other.next(({ count }) => count === 1);
  expect(watching.items).toHaveLength(heard);
  other.stop();
});

test('a removal is heard of while the bus is away, too', async () => {
  const watching = await watch(there, grace);
  bus.disconnect();
  try {
    await here.services.conversations.removeMember(ada, { conversationId, userId: grace.userId });
    expect(await watching.end()).toMatchObject({ code: 'NOT_MEMBER' });
  } finally {
    bus.reconnect();
  }
});

test('a member whose role changes, and one who is added again, goes on hearing', async () => {
  const watching = await watch(there, grace);
  const alan = await parley.person(`alan-${people}`);
  await here.services.conversations.addMembers(ada, { conversationId, userIds: [alan.userId] });
  await set(here, alan, true);
  expect(await watching.next(({ count }) => count > 0)).toEqual(only(alan));
  const other = await watch(there, ada);
  watching.stop();
  await here.services.conversations.removeMember(ada, { conversationId, userId: grace.userId });
  await here.services.conversations.addMembers(ada, { conversationId, userIds: [grace.userId] });
  const again = await watch(there, grace);
  expect(await again.next()).toEqual(only(alan));
  for (const reading of [again, other]) reading.stop();
});

test('streams that come and go leave nothing behind', async () => {
  const reading = await Promise.all([watch(here, ada), watch(here, grace), watch(there, ada)]);
  await set(here, grace, true);
  expect(bus.channels.has(`t:${conversationId}`)).toBe(true);
  for (const each of reading) each.stop();
  expect(bus.channels.has(`t:${conversationId}`)).toBe(false);
  expect(here.status().feeds.conversations + there.status().feeds.conversations).toBe(0);
});

test('whoever is connected here is known to be a member without asking the database', async () => {
  const inbox = read(await here.services.inbox.watch(grace));
  const watching = await watch(there, ada);
  await parley.setReachable(false);
  try {
    await set(here, grace, true);
    expect(await watching.next(({ count }) => count > 0)).toEqual(only(grace));
  } finally {
    await parley.setReachable(true);
  }
  inbox.stop();
  watching.stop();
});
