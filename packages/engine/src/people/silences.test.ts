import type { PresenceEvent, TypingEvent, Viewer } from '@parley/contract';
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
let eve: TestPerson;
let alan: TestPerson;
let conversationId: string;

beforeAll(async () => {
  parley = await testParley();
  bus = lossyBus();
  [here, there] = await Promise.all([parley.engine({ bus }), parley.engine({ bus })]);
});
afterAll(() => parley[Symbol.asyncDispose]());
beforeEach(async () => {
  people += 1;
  ada = await parley.person(`ada-${people}`);
  eve = await parley.person(`eve-${people}`);
  alan = await parley.person(`alan-${people}`);
  const input = { participantIds: [eve.userId, alan.userId], title: 'Room' };
  conversationId = (await here.services.conversations.create(ada, input)).id;
  for (const viewer of [ada, eve, alan]) await here.services.auth.setOnlineStatus(viewer, { isOnline: true });
});

const block = (viewer: Viewer, { userId }: Viewer) => here.services.blocks.add(viewer, { userId });
const all = () => ({ userIds: [ada.userId, eve.userId, alan.userId] });
const watchPresence = async (viewer: Viewer) =>
  read<PresenceEvent>(await there.services.presence.watch(viewer, all()));
const watchTyping = async (viewer: Viewer) =>
  read<TypingEvent>(await there.services.typing.watch(viewer, { conversationId }));
const type = (viewer: Viewer) => here.services.typing.set(viewer, { conversationId, typing: true });
const gone = ({ userId }: Viewer): PresenceEvent => ({
  type: 'changed',
  presence: { userId, status: 'offline', lastSeen: null },
});

test('security, authorisation: between two of whom one blocked the other presence is not given', async () => {
  await block(ada, eve);
  for (const [viewer, other] of [
    [ada, eve],
    [eve, ada],
  ] as const) {
    const given = await here.services.presence.get(viewer, all());
    expect(given.map(({ userId }) => userId).toSorted()).toEqual([viewer.userId, alan.userId].toSorted());
    const watching = await watchPresence(viewer);
    const ready = await watching.next();
    expect(JSON.stringify(ready)).toContain(alan.userId);
    expect(JSON.stringify(ready)).not.toContain(other.userId);
    watching.stop();
  }
});

test('security, authorisation: a block ends presence that is watched already, on any process', async () => {
  const [own, other] = [await watchPresence(ada), await watchPresence(eve)];
  for (const each of [own, other]) await each.next();
  await block(ada, eve);
  expect(await own.next()).toEqual(gone(eve));
  expect(await other.next()).toEqual(gone(ada));
  for (const viewer of [ada, eve, alan])
    await here.services.auth.setOnlineStatus(viewer, { isOnline: false });
  for (const each of [own, other])
    await each.next((event) => event.type === 'changed' && event.presence.userId === alan.userId);
  const heard = (items: readonly PresenceEvent[], { userId }: Viewer) =>
    items.filter((event) => event.type === 'changed' && event.presence.userId === userId);
  expect(heard(own.items, eve)).toEqual([gone(eve)]);
  expect(heard(other.items, ada)).toEqual([gone(ada)]);
  for (const each of [own, other]) each.stop();
});

test.each(['before', 'while'])(
  'security, authorisation: blocked %s it is watched, typing is not heard',
  async (when) => {
    if (when === 'before') await block(ada, eve);
    const [own, other] = [await watchTyping(ada), await watchTyping(eve)];
    for (const each of [own, other]) await each.next();
    if (when === 'while') {
      await type(eve);
      await own.next(({ userIds }) => userIds.includes(eve.userId));
      await block(ada, eve);
      await own.next(({ count }) => count === 0);
    }
    const from = own.items.length;
    await Promise.all([type(ada), type(eve)]);
    await type(alan);
    for (const each of [own, other]) {
      const { userIds, count } = await each.next((event) => event.userIds.includes(alan.userId));
      expect({ userIds, count }).toEqual({ userIds: [alan.userId], count: 1 });
    }
    expect(JSON.stringify(own.items.slice(from))).not.toContain(eve.userId);
    expect(JSON.stringify(other.items)).not.toContain(ada.userId);
    for (const each of [own, other]) each.stop();
  },
);

test('a block whose word was lost is heard of when the bus is back', async () => {
  const [presence, typing] = [await watchPresence(eve), await watchTyping(eve)];
  for (const each of [presence, typing]) await each.next();
  await type(ada);
  await typing.next(({ count }) => count === 1);
  bus.disconnect();
  await block(ada, eve);
  bus.reconnect();
  expect(await presence.next()).toEqual(gone(ada));
  await typing.next(({ count }) => count === 0);
  for (const each of [presence, typing]) each.stop();
});
