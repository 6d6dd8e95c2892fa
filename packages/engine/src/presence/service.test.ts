import type { InboxEvent, Presence, PresenceEvent, Viewer } from '@parley/contract';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Engine } from '../index.ts';
import { Silences } from '../people/silences.ts';
import { PresenceWatches } from './watches.ts';
import {
  type LossyBus,
  lossyBus,
  read,
  type Reading,
  silentLog,
  type TestParley,
  type TestPerson,
  testParley,
} from '../testing/index.ts';

const presence = { leaseMs: 900, graceMs: 300 };

let parley: TestParley;
let bus: LossyBus;
let here: Engine;
let there: Engine;
let people = 0;
let ada: TestPerson;
let grace: TestPerson;

beforeAll(async () => {
  parley = await testParley();
  bus = lossyBus();
  [here, there] = await Promise.all([parley.engine({ bus, presence }), parley.engine({ bus, presence })]);
});
afterAll(() => parley[Symbol.asyncDispose]());
beforeEach(async () => {
  people += 1;
  [ada, grace] = [await parley.person(`ada-${people}`), await parley.person(`grace-${people}`)];
  await here.services.conversations.create(ada, { participantIds: [grace.userId] });
});

const connect = async (engine: Engine, viewer: Viewer) =>
  read<readonly InboxEvent[]>(await engine.services.inbox.watch(viewer));

const watch = async (engine: Engine, viewer: Viewer, userIds: readonly string[]) =>
  read<PresenceEvent>(await engine.services.presence.watch(viewer, { userIds: [...userIds] }));

/** Every status somebody was seen with, in order. */
function statuses({ items }: Reading<PresenceEvent>, userId: string): string[] {
  return items.flatMap((event) => {
    const presences = event.type === 'ready' ? event.presences : [event.presence];
    return presences.filter((each) => each.userId === userId).map(({ status }) => status);
  });
}

const becomes = (watching: Reading<PresenceEvent>, userId: string, status: Presence['status']) =>
  watching.next(
    (event) =>
      event.type === 'changed' && event.presence.userId === userId && event.presence.status === status,
  );

/** Whether somebody is online for ada, wherever she looks at them: the list of conversations asks in words of its own. */
const isOnline = async (userId: string) => {
  const { conversations } = await there.services.conversations.list(ada, { limit: 50 });
  const { isOnline: online } = await there.services.users.get(ada, { userId });
  expect(conversations.find(({ peer }) => peer?.id === userId)?.peer?.isOnline).toBe(online);
  return online;
};

test('somebody is online while connected to any process, and offline a while after the last one was left', async () => {
  const watching = await watch(there, ada, [grace.userId]);
  expect(await watching.next()).toEqual({
    type: 'ready',
    presences: [{ userId: grace.userId, status: 'offline', lastSeen: null }],
  });
  const laptop = await connect(here, grace);
  await becomes(watching, grace.userId, 'online');
  expect(await isOnline(grace.userId)).toBe(true);
  const phone = await connect(there, grace);
  laptop.stop();
  // As if it had stayed: the lease of the first process is gone, the other one counts.
  await expect.poll(async () => (await leasesOf(grace)).length).toBe(1);
  expect(await isOnline(grace.userId)).toBe(true);
  const before = Date.now();
  phone.stop();
  const left = await becomes(watching, grace.userId, 'offline');
  expect(Date.now() - before).toBeGreaterThan(presence.graceMs - 50);
  expect(statuses(watching, grace.userId)).toEqual(['offline', 'online', 'offline']);
  const { isOnline: online, lastSeen } = await there.services.users.get(ada, { userId: grace.userId });
  expect(online).toBe(false);
  expect(left).toMatchObject({ presence: { lastSeen } });
  // When they left, not when that was found out.
  expect(Math.abs(Date.parse(lastSeen ?? '') - before)).toBeLessThan(presence.graceMs);
  watching.stop();
});

const leasesOf = ({ userId }: Viewer) =>
  parley.db.selectFrom('presence_leases').selectAll().where('user_id', '=', userId).execute();

test('whoever is back before the grace is over was never gone, whichever process they come back to', async () => {
  const slow = { bus, presence: { leaseMs: 60_000, graceMs: 60_000 } };
  const [first, second] = [await parley.engine(slow), await parley.engine(slow)];
  const watching = await watch(second, ada, [grace.userId]);
  const alan = await parley.person(`alan-${people}`);
  const leave = [await connect(first, grace), read(await first.services.presence.away(grace))];
  await becomes(watching, grace.userId, 'away');
  for (const each of leave) each.stop();
  // By then it has been written what became of whom.
  const marker = await connect(first, alan);
  await expect.poll(() => leasesOf(alan)).toHaveLength(1);
  expect(await leasesOf(grace)).toHaveLength(1);
  const back = await connect(second, grace);
  await becomes(watching, grace.userId, 'online');
  const [, ...seen] = statuses(watching, grace.userId);
  expect(seen).not.toContain('offline');
  for (const each of [marker, back, watching]) each.stop();
});

test('somebody is away once every client of theirs says so, and not before', async () => {
  const laptop = await connect(here, grace);
  const phone = await connect(there, grace);
  const watching = await watch(there, ada, [grace.userId]);
  const idle = async (engine: Engine) => {
    const away = read(await engine.services.presence.away(grace));
    await away.next();
    return away;
  };
  const laptopIdle = await idle(here);
  await expect.poll(async () => (await leasesOf(grace)).some(({ away }) => away)).toBe(true);
  expect(await here.services.presence.get(ada, { userIds: [grace.userId] })).toMatchObject([
    { status: 'online' },
  ]);
  const phoneIdle = await idle(there);
  await becomes(watching, grace.userId, 'away');
  expect(await isOnline(grace.userId)).toBe(true);
  laptopIdle.stop();
  await becomes(watching, grace.userId, 'online');
  for (const reading of [laptop, phone, phoneIdle, watching]) reading.stop();
});

test('security, authorisation: whoever one shares no conversation with is left out, silently', async () => {
  const stranger = await parley.person(`stranger-${people}`);
  const connected = await connect(here, stranger);
  const nobody = '0198a000-0000-7000-8000-000000000001';
  const userIds = [grace.userId, stranger.userId, nobody];
  const watching = await watch(here, ada, userIds);
  expect(await watching.next()).toMatchObject({ presences: [{ userId: grace.userId }] });
  const got = await here.services.presence.get(ada, { userIds });
  expect(got.map(({ userId }) => userId)).toEqual([grace.userId]);
  connected.stop();
  watching.stop();
});

test('security, authorisation: whoever one shares no conversation with any more is watched no longer', async () => {
  const alan = await parley.person(`alan-${people}`);
  const input = { participantIds: [grace.userId, alan.userId], title: 'Room' };
  const { id: conversationId } = await here.services.conversations.create(ada, input);
  // One that finds out every time whether it may.
  const { db } = parley;
  const parts = { db, bus, log: silentLog, silences: new Silences({ db, bus, log: silentLog }) };
  const watches = new PresenceWatches(parts, { everyMs: 3_600_000, recheckMs: 0 });
  const watching = read<PresenceEvent>(await watches.watch(ada, [grace.userId, alan.userId]));
  await watching.next(({ type }) => type === 'ready');
  const alanHere = await connect(here, alan);
  await becomes(watching, alan.userId, 'online');
  await here.services.conversations.removeMember(ada, { conversationId, userId: alan.userId });
  const graceHere = await connect(here, grace);
  await becomes(watching, grace.userId, 'online');
  // Who is there still, but is not to be seen, is not left standing as they were seen last.
  expect(statuses(watching, alan.userId)).toEqual(['offline', 'online', 'offline']);
  expect(await leasesOf(alan)).toHaveLength(1);
  expect(watches.size).toBe(1);
  alanHere.stop();
  await expect.poll(() => leasesOf(alan)).toEqual([]);
  expect(statuses(watching, alan.userId)).toEqual(['offline', 'online', 'offline']);
  const other = read<PresenceEvent>(await watches.watch(grace, [ada.userId]));
  expect(watches.size).toBe(2);
  other.stop();
  expect(watches.size).toBe(1);
  watches.close();
  expect(watches.size).toBe(0);
  expect(await watching.end()).toMatchObject({ code: 'UNAVAILABLE' });
  graceHere.stop();
});

test('whoever is to appear offline does while connected, until told otherwise', async () => {
  const connected = await connect(here, grace);
  const watching = await watch(there, ada, [grace.userId]);
  await expect.poll(() => isOnline(grace.userId)).toBe(true);
  const hidden = await here.services.auth.setOnlineStatus(grace, { isOnline: false });
  expect(hidden.isOnline).toBe(false);
  const { presence: seen } = Object(await becomes(watching, grace.userId, 'offline'));
  connected.stop();
  await expect.poll(() => leasesOf(grace)).toEqual([]);
  const [later] = await here.services.presence.get(ada, { userIds: [grace.userId] });
  // Coming and going unseen leaves no trace either.
  expect(later?.lastSeen).toBe(seen.lastSeen);
  const again = await connect(here, grace);
  await expect.poll(async () => (await leasesOf(grace)).length).toBe(1);
  expect(await isOnline(grace.userId)).toBe(false);
  await here.services.auth.setOnlineStatus(grace, { isOnline: true });
  await becomes(watching, grace.userId, 'online');
  for (const reading of [again, watching]) reading.stop();
});

test('without a connection one can be online for a minute', async () => {
  await here.services.auth.setOnlineStatus(grace, { isOnline: true });
  const row = await parley.db
    .selectFrom('users')
    .select(['online_until', 'last_seen_at'])
    .where('id', '=', grace.userId)
    .executeTakeFirstOrThrow();
  expect(Number(row.online_until) - Number(row.last_seen_at)).toBe(60_000);
  const watching = await watch(there, ada, [grace.userId]);
  expect(await watching.next()).toMatchObject({ presences: [{ status: 'online' }] });
  expect(await isOnline(grace.userId)).toBe(true);
  // A minute later.
  await parley.db
    .updateTable('users')
    .set({ online_until: new Date() })
    .where('id', '=', grace.userId)
    .execute();
  await becomes(watching, grace.userId, 'offline');
  watching.stop();
});

test('when somebody was last seen is known to themselves only, if they want it so', async () => {
  await here.services.auth.setOnlineStatus(grace, { isOnline: true });
  const { lastSeen } = await here.services.auth.me(grace);
  expect(lastSeen).not.toBeNull();
  expect(await here.services.users.get(ada, { userId: grace.userId })).toMatchObject({ lastSeen });
  const watching = await watch(there, ada, [grace.userId]);
  await watching.next();
  const self = await here.services.auth.updateProfile(grace, { lastSeenVisible: 'nobody' });
  expect(self).toMatchObject({ lastSeen, lastSeenVisible: 'nobody' });
  expect(await watching.next()).toMatchObject({ presence: { status: 'online', lastSeen: null } });
  expect(await here.services.users.get(ada, { userId: grace.userId })).toMatchObject({ lastSeen: null });
  watching.stop();
});

test('a word that is lost is made up for by the next look, and the leases of a dead process by their expiry', async () => {
  const watching = await watch(there, ada, [grace.userId]);
  bus.lose('presence');
  try {
    const connected = await connect(here, grace);
    await becomes(watching, grace.userId, 'online');
    connected.stop();
    await becomes(watching, grace.userId, 'offline');
    // A process that died without a word.
    const holder = '0198a000-0000-7000-8000-000000000002';
    const soon = new Date(Date.now() + 2_000);
    await parley.db.insertInto('presence_holders').values({ id: holder, alive_until: soon }).execute();
    const lease = { user_id: grace.userId, holder_id: holder, away: false };
    await parley.db.insertInto('presence_leases').values(lease).execute();
    await becomes(watching, grace.userId, 'online');
    await becomes(watching, grace.userId, 'offline');
    // What it left is cleared away by the others.
    const another = await connect(here, ada);
    await expect.poll(() => leasesOf(grace), { timeout: 5_000 }).toEqual([]);
    another.stop();
  } finally {
    bus.lose(null);
  }
  watching.stop();
});

test('a process that was taken for dead takes its people up again', async () => {
  const connected = await connect(here, grace);
  await expect.poll(async () => (await leasesOf(grace)).length).toBe(1);
  await parley.db.deleteFrom('presence_leases').execute();
  await parley.db.deleteFrom('presence_holders').execute();
  await expect.poll(async () => (await leasesOf(grace)).length, { timeout: 5_000 }).toBe(1);
  connected.stop();
});

test('also when somebody comes before it has given the next sign of life', async () => {
  // Which it would in twenty seconds.
  const cutOff = await parley.engine({ bus, presence: { leaseMs: 60_000, graceMs: 300 } });
  const connected = await connect(cutOff, grace);
  await expect.poll(async () => (await leasesOf(grace)).length).toBe(1);
  await parley.db.deleteFrom('presence_leases').execute();
  await parley.db.deleteFrom('presence_holders').execute();
  const another = await connect(cutOff, ada);
  await expect.poll(async () => (await leasesOf(grace)).length).toBe(1);
  expect(await isOnline(grace.userId)).toBe(true);
  for (const reading of [connected, another]) reading.stop();
  await cutOff[Symbol.asyncDispose]();
});

test('an engine that is closed lets its people count for the grace, and frees what it held', async () => {
  const stopping = await parley.engine({ bus, presence: { leaseMs: 60_000, graceMs: 300 } });
  await connect(stopping, grace);
  const watching = await watch(there, ada, [grace.userId]);
  await expect.poll(() => isOnline(grace.userId)).toBe(true);
  const theirs = await watch(stopping, grace, [ada.userId]);
  await stopping[Symbol.asyncDispose]();
  expect(await isOnline(grace.userId)).toBe(true);
  expect(await theirs.end()).toMatchObject({ code: 'UNAVAILABLE' });
  await becomes(watching, grace.userId, 'offline');
  watching.stop();
});
