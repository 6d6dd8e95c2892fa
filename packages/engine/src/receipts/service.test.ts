import { limits, newId, type ReceiptEvent, type Viewer } from '@parley/contract';
import fc from 'fast-check';
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { inTransaction } from '../db/transaction.ts';
import type { Engine } from '../index.ts';
import { beginDeletion } from '../privacy/begin-deletion.ts';
import {
  type LossyBus,
  lossyBus,
  read,
  type Reading,
  type TestParley,
  type TestPerson,
  testParley,
} from '../testing/index.ts';

let parley: TestParley;
let bus: LossyBus;
let here: Engine;
let there: Engine;
let rooms = 0;
let ada: TestPerson;
let grace: TestPerson;
let alan: TestPerson;
let conversationId: string;

beforeAll(async () => {
  parley = await testParley();
  bus = lossyBus();
  [here, there] = await Promise.all([parley.engine({ bus }), parley.engine({ bus })]);
});
afterAll(() => parley[Symbol.asyncDispose]());
beforeEach(async () => {
  rooms += 1;
  ada = await parley.person(`ada-${rooms}`);
  grace = await parley.person(`grace-${rooms}`);
  alan = await parley.person(`alan-${rooms}`);
  const input = { participantIds: [grace.userId, alan.userId], title: 'Room' };
  conversationId = (await here.services.conversations.create(ada, input)).id;
});

const send = (viewer: Viewer, content = 'hello') =>
  here.services.messages.send(viewer, { conversationId, content });
const got = (viewer: Viewer, position: number, engine = here) =>
  engine.services.receipts.delivered(viewer, { marks: [{ conversationId, position }] });
const readUpTo = (viewer: Viewer, position?: number, engine = here) =>
  engine.services.messages.markRead(viewer, {
    conversationId,
    ...(position === undefined ? {} : { position }),
  });
const list = async (viewer: Viewer) =>
  (await here.services.receipts.list(viewer, { conversationId, limit: 100 })).receipts;
const of = (viewer: Viewer, messageId: string) =>
  here.services.receipts.of(viewer, { messageId, limit: 100 });
const watch = async (viewer: Viewer, engine = there): Promise<Reading<ReceiptEvent>> =>
  read(await engine.services.receipts.watch(viewer, { conversationId }));
const share = (viewer: Viewer, readReceipts: 'everybody' | 'nobody') =>
  here.services.auth.updateProfile(viewer, { readReceipts });
const isReadBy = async (viewer: Viewer, messageId: string) => {
  const page = await here.services.messages.list(viewer, { conversationId, limit: 50 });
  const { isRead } = await here.services.messages.get(viewer, { conversationId, messageId });
  expect(page.messages.find(({ id }) => id === messageId)?.isRead).toBe(isRead);
  return isRead;
};
/** What somebody is told in the end, by what they were told since the last `ready`. */
const shown = (items: readonly ReceiptEvent[]) => {
  const from = items.findLastIndex(({ type }) => type === 'ready');
  const all = items.slice(from).flatMap(({ receipts }) => receipts);
  return Object.fromEntries(all.map((each) => [each.userId, each]));
};

test('who has got and who has read a message is told, to those who did not write it as well', async () => {
  const { id, position } = await send(ada);
  expect(await of(ada, id)).toMatchObject({ members: 2, delivered: 0, read: 0, people: [] });
  await got(grace, position);
  await readUpTo(alan);
  const byId = [
    { userId: grace.userId, state: 'delivered' },
    { userId: alan.userId, state: 'read' },
  ].toSorted((a, b) => (a.userId < b.userId ? -1 : 1));
  expect(await of(ada, id)).toMatchObject({ position, members: 2, delivered: 2, read: 1, people: byId });
  const readers = await here.services.receipts.of(ada, { messageId: id, state: 'read', limit: 1 });
  expect(readers).toMatchObject({ people: [{ userId: alan.userId }], nextAfter: null });
  // Neither the sender nor oneself.
  expect(await of(grace, id)).toMatchObject({ members: 1, delivered: 1, read: 1 });
  expect(await list(ada)).toEqual(
    [
      { userId: grace.userId, joinedPosition: 0, deliveredPosition: position, readPosition: 0 },
      { userId: alan.userId, joinedPosition: 0, deliveredPosition: position, readPosition: position },
    ].toSorted((a, b) => (a.userId < b.userId ? -1 : 1)),
  );
});

test('pages of receipts and of receivers go on where the one before ended', async () => {
  const { id } = await send(ada);
  for (const reader of [grace, alan]) await readUpTo(reader);
  const ids = [grace.userId, alan.userId].toSorted();
  const { receipts } = here.services;
  const [first, second] = ids;
  const one = await receipts.list(ada, { conversationId, limit: 1 });
  expect(one).toMatchObject({ receipts: [{ userId: first }], nextAfter: first });
  const two = await receipts.list(ada, { conversationId, limit: 1, after: first });
  expect(two).toMatchObject({ receipts: [{ userId: second }], nextAfter: null });
  const readers = await receipts.of(ada, { messageId: id, limit: 1 });
  expect(readers).toMatchObject({ people: [{ userId: first }], nextAfter: first });
  const more = await receipts.of(ada, { messageId: id, limit: 1, after: first });
  expect(more).toMatchObject({ people: [{ userId: second }], nextAfter: null });
});

test('who joined after a message is not counted, whatever position they begin at', async () => {
  const before = await send(ada);
  const eve = await parley.person(`eve-${rooms}`);
  await here.services.conversations.addMembers(ada, { conversationId, userIds: [eve.userId] });
  const after = await send(ada);
  await readUpTo(eve);
  expect(await of(ada, before.id)).toMatchObject({ members: 2, read: 0 });
  expect(await of(ada, after.id)).toMatchObject({ members: 3, read: 1, people: [{ userId: eve.userId }] });
  await here.services.conversations.removeMember(ada, { conversationId, userId: eve.userId });
  expect(await of(ada, after.id)).toMatchObject({ members: 2, read: 0, people: [] });
});

const act = fc.record({
  engine: fc.nat(1),
  who: fc.nat(2),
  what: fc.constantFrom('send', 'got', 'read', 'all'),
  at: fc.nat(40),
});

test('I7 marks and sends of all at once, on two engines, only move positions up, and never past the end', async () => {
  const property = fc.asyncProperty(
    fc.array(fc.array(act, { maxLength: 12 }), { maxLength: 6 }),
    async (steps) => {
      const people = [ada, grace, alan];
      const input = { participantIds: [grace.userId, alan.userId], title: 'Model' };
      ({ id: conversationId } = await here.services.conversations.create(ada, input));
      let before = new Map(people.map(({ userId }) => [userId, { delivered: 0, read: 0 }]));
      for (const acts of steps) {
        await Promise.all(
          acts.map(({ engine, who, what, at }) => {
            const [viewer = ada, on] = [people[who], engine === 0 ? here : there];
            if (what === 'send')
              return on.services.messages.send(viewer, { conversationId, content: 'x', id: newId() });
            if (what === 'got') return got(viewer, at, on);
            return readUpTo(viewer, what === 'all' ? undefined : at, on);
          }),
        );
        const { rows } = await sql<{ id: string; delivered: number; read: number; last: number }>`
        select m.user_id as id, greatest(m.delivered_position, m.read_position) as delivered, m.read_position as read,
          c.last_position as last
        from members m join conversations c on c.id = m.conversation_id where c.id = ${conversationId}`.execute(
          parley.db,
        );
        for (const row of rows) {
          const known = before.get(row.id) ?? { delivered: 0, read: 0 };
          const marks = acts.filter(({ who }) => people[who]?.userId === row.id);
          const last = (wanted: string) =>
            Math.max(0, ...marks.flatMap(({ what, at }) => (what === wanted ? Math.min(at, row.last) : [])));
          // A mark past the end is as far as the conversation went when it was stored.
          const sends = acts.filter(({ what }) => what === 'send').length;
          expect(row.read).toBeGreaterThanOrEqual(Math.max(known.read, last('read') - sends));
          expect(row.delivered).toBeGreaterThanOrEqual(
            Math.max(known.delivered, row.read, last('got') - sends),
          );
          expect(row.delivered).toBeLessThanOrEqual(row.last);
        }
        before = new Map(rows.map((row) => [row.id, row]));
        // I8: unread is what is left of others' messages, whichever way the position moved.
        for (const viewer of people) {
          const { unread, read: state } = await there.services.conversations.get(viewer, { conversationId });
          const { messages } = await there.services.messages.list(viewer, { conversationId, limit: 100 });
          const left = messages.filter(
            ({ position, senderId, messageType }) =>
              messageType === 'text' && position > state.readPosition && senderId !== viewer.userId,
          );
          expect(unread).toBe(left.length);
        }
      }
    },
  );
  const seed = Number(process.env['PARLEY_TEST_SEED'] ?? 1);
  await fc.assert(property, { seed, numRuns: process.env['PARLEY_TEST_FULL'] === '1' ? 200 : 15 });
});

test('I8 one’s own replies in threads, which nothing counts, are not taken for read messages', async () => {
  await send(grace);
  const root = await send(ada);
  await send(grace);
  const { position } = await send(ada);
  await here.services.messages.send(grace, { conversationId, content: 'in its thread', thread: root.id });
  await readUpTo(grace, position);
  await send(ada);
  const { unread } = await here.services.conversations.get(grace, { conversationId });
  expect(unread).toBe(1);
});

test('a member whose row somebody holds keeps nobody else from being marked, and is marked after', async () => {
  const { position } = await send(ada);
  const { promise: held, resolve: release } = Promise.withResolvers<void>();
  const { promise: locked, resolve: hasLocked } = Promise.withResolvers<void>();
  const holding = parley.db.transaction().execute(async (trx) => {
    await sql`select from members where conversation_id = ${conversationId} and user_id = ${grace.userId} for update`.execute(
      trx,
    );
    hasLocked();
    await held;
  });
  await locked;
  const waiting = Promise.all([readUpTo(grace), got(grace, position)]);
  expect((await readUpTo(alan)).readPosition).toBe(position);
  // Nor does it keep anybody from sending, whose row it is not.
  await send(alan);
  release();
  await holding;
  expect((await waiting)[0].readPosition).toBeGreaterThanOrEqual(position);
});

test('marks of many are stored in few statements', async () => {
  const crowd: TestPerson[] = [];
  for (let n = 0; n < 40; n += 1) crowd.push(await parley.person(`crowd-${rooms}-${n}`));
  const userIds = crowd.map(({ userId }) => userId);
  await here.services.conversations.addMembers(ada, { conversationId, userIds });
  const { position, id } = await send(ada);
  const payloads: string[] = [];
  await bus.subscribe([`r:${conversationId}`], (_channel, payload) => payloads.push(payload));
  await Promise.all(crowd.flatMap((reader) => [got(reader, position), readUpTo(reader)]));
  expect(await of(ada, id)).toMatchObject({ delivered: 40, read: 40 });
  await expect.poll(() => payloads.length).toBeGreaterThan(0);
  expect(payloads.length).toBeLessThan(5);
});

test('receipts are followed on another process: first how all stands, then what changes', async () => {
  const { position } = await send(ada);
  const watching = await watch(ada);
  const ready = await watching.next();
  expect(ready).toMatchObject({ type: 'ready' });
  expect(ready.receipts.map(({ userId }) => userId).toSorted()).toEqual(
    [ada.userId, grace.userId, alan.userId].toSorted(),
  );
  await got(grace, position);
  const delivered = await watching.next(({ type, receipts }) => type === 'changed' && receipts.length > 0);
  expect(delivered.receipts).toMatchObject([
    { userId: grace.userId, deliveredPosition: position, readPosition: 0 },
  ]);
  await readUpTo(grace);
  await watching.next(() => shown(watching.items)[grace.userId]?.readPosition === position);
  // Sending reads what lies before, which nobody marks.
  const sent = await send(grace, 'answer');
  await watching.next(() => shown(watching.items)[grace.userId]?.readPosition === sent.position);
  const eve = await parley.person(`eve-${rooms}`);
  await here.services.conversations.addMembers(ada, { conversationId, userIds: [eve.userId] });
  await watching.next(() => eve.userId in shown(watching.items));
  await here.services.conversations.removeMember(ada, { conversationId, userId: eve.userId });
  await watching.next(() => !(eve.userId in shown(watching.items)));
  watching.stop();
});

test('what was lost while the bus was away is read when it is back', async () => {
  const { position } = await send(ada);
  const watching = await watch(ada);
  await watching.next();
  bus.disconnect();
  await readUpTo(grace);
  bus.reconnect();
  await watching.next(() => shown(watching.items)[grace.userId]?.readPosition === position);
  expect(shown(watching.items)).toMatchObject({ [alan.userId]: { readPosition: 0 } });
  watching.stop();
});

test('of whom keeps receipts to themselves nothing is told, and they see none', async () => {
  const { id, position } = await send(ada);
  for (const reader of [grace, alan]) await readUpTo(reader);
  const [adas, graces] = [await watch(ada), await watch(grace)];
  for (const each of [adas, graces]) await each.next();
  expect(await isReadBy(ada, id)).toBe(true);
  expect((await share(grace, 'nobody')).readReceipts).toBe('nobody');
  // At once, where somebody looks.
  await adas.next(() => !(grace.userId in shown(adas.items)));
  await graces.next(() => Object.keys(shown(graces.items)).length === 0);
  expect((await list(ada)).map(({ userId }) => userId)).toEqual([alan.userId]);
  expect(await of(ada, id)).toMatchObject({
    members: 1,
    delivered: 1,
    read: 1,
    people: [{ userId: alan.userId }],
  });
  expect(await list(grace)).toEqual([]);
  expect(await of(grace, id)).toMatchObject({ members: 0, delivered: 0, read: 0, people: [] });
  const late = await watch(grace);
  expect((await late.next()).receipts).toEqual([]);
  const other = await watch(ada, here);
  await other.next();

  // What they get and read from now on is not told either, nor kept as got.
  const more = await send(ada);
  const told = [adas.items.length, graces.items.length, late.items.length];
  const { waits } = await got(grace, more.position);
  expect(waits).toMatchObject([{ conversationId }]);
  await readUpTo(grace);
  await readUpTo(alan);
  await adas.next(() => shown(adas.items)[alan.userId]?.readPosition === more.position);
  expect(JSON.stringify(adas.items.slice(told[0]))).not.toContain(grace.userId);
  expect([graces.items.length, late.items.length]).toEqual(told.slice(1));

  // Of one's own messages they are not told either whether they are read; of others' they know it themselves.
  const own = await send(grace);
  await readUpTo(alan);
  expect(await isReadBy(grace, own.id)).toBe(false);
  expect(await isReadBy(grace, more.id)).toBe(true);
  // And only they have read it: to others it is unread.
  const last = await send(ada);
  await readUpTo(grace);
  expect(await isReadBy(ada, last.id)).toBe(false);

  await share(grace, 'everybody');
  await adas.next(() => shown(adas.items)[grace.userId]?.readPosition === last.position);
  await graces.next(() => alan.userId in shown(graces.items));
  // Also where nobody has ever seen them.
  await other.next(() => grace.userId in shown(other.items));
  expect(await isReadBy(ada, last.id)).toBe(true);
  expect(position).toBeLessThan(last.position);
  for (const each of [adas, graces, late, other]) each.stop();
});

test('a change of who shares receipts is heard of when the bus is back', async () => {
  await send(ada);
  const watching = await watch(ada);
  await watching.next();
  bus.disconnect();
  await share(grace, 'nobody');
  bus.reconnect();
  await watching.next(() => !(grace.userId in shown(watching.items)));
  expect(Object.keys(shown(watching.items)).toSorted()).toEqual([ada.userId, alan.userId].toSorted());
  watching.stop();
});

test('security, authorisation: between two of whom one has blocked the other nothing is told', async () => {
  const [adas, graces] = [await watch(ada), await watch(grace)];
  for (const each of [adas, graces]) await each.next();
  const { id } = await send(ada);
  await readUpTo(grace);
  expect(await isReadBy(ada, id)).toBe(true);
  await here.services.blocks.add(ada, { userId: grace.userId });
  await adas.next(() => !(grace.userId in shown(adas.items)));
  await graces.next(() => !(ada.userId in shown(graces.items)));
  for (const [viewer, other] of [
    [ada, grace],
    [grace, ada],
  ] as const) {
    expect((await list(viewer)).map(({ userId }) => userId)).toEqual([alan.userId]);
    expect(JSON.stringify(await of(viewer, id))).not.toContain(other.userId);
    const again = await watch(viewer);
    expect((await again.next()).receipts.map(({ userId }) => userId)).not.toContain(other.userId);
    again.stop();
  }
  expect(await isReadBy(ada, id)).toBe(false);
  const [from, more] = [adas.items.length, await send(alan)];
  await readUpTo(grace);
  await readUpTo(alan);
  await adas.next(() => shown(adas.items)[alan.userId]?.readPosition === more.position);
  expect(JSON.stringify(adas.items.slice(from))).not.toContain(grace.userId);
  for (const each of [adas, graces]) each.stop();
});

test('security, authorisation: strangers mark, list and follow nothing; a removed member follows no more', async () => {
  const stranger = await parley.person(`stranger-${rooms}`);
  const { id, position } = await send(ada);
  expect(await got(stranger, position)).toEqual({ waits: [] });
  for (const refused of [list, watch, readUpTo])
    await expect(refused(stranger)).rejects.toMatchObject({ code: 'NOT_MEMBER' });
  await expect(of(stranger, id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  const watching = await watch(grace);
  await watching.next();
  await here.services.conversations.removeMember(ada, { conversationId, userId: grace.userId });
  expect(await watching.end()).toMatchObject({ code: 'NOT_MEMBER' });
});

test('what somebody kept to themselves stays so while their account is being deleted', async () => {
  await share(grace, 'nobody');
  const { id, position } = await send(ada);
  await readUpTo(grace, position);
  // The first step alone: their memberships have not ended yet.
  await inTransaction(parley.db, (trx) => beginDeletion(trx, grace.userId, 'keep'));
  expect((await list(ada)).map(({ userId }) => userId)).toEqual([alan.userId]);
  expect(await of(ada, id)).toMatchObject({ read: 0 });
  expect(await isReadBy(ada, id)).toBe(false);
});

test('a conversation with more members than can be followed is asked for, and acknowledged less often', async () => {
  const crowd: string[] = [];
  for (let n = 0; n < limits.receiptsWatched - 2; n += 1)
    crowd.push((await parley.person(`many-${rooms}-${n}`)).userId);
  const { conversations } = here.services;
  await conversations.addMembers(ada, { conversationId, userIds: crowd.slice(1) });
  const { id, position } = await send(ada);
  const watching = await watch(ada);
  await watching.next();
  expect(await got(grace, position)).toEqual({ waits: [] });
  await conversations.addMembers(ada, { conversationId, userIds: crowd.slice(0, 1) });
  expect(await watching.end()).toMatchObject({ code: 'CONFLICT' });
  await expect(watch(ada)).rejects.toMatchObject({ code: 'CONFLICT' });
  const { waits } = await got(alan, position);
  expect(waits).toMatchObject([{ conversationId }]);
  // Whoever is not in it learns nothing of it.
  expect(await got(await parley.person(`stranger-${rooms}`), position)).toEqual({ waits: [] });
  await readUpTo(alan);
  expect(await of(ada, id)).toMatchObject({ delivered: 2, read: 1 });
});

test('streams that come and go leave nothing behind', async () => {
  const reading = await Promise.all([watch(ada, here), watch(grace, here), watch(alan, there)]);
  for (const each of reading) await each.next();
  expect(bus.channels.has(`r:${conversationId}`)).toBe(true);
  for (const each of reading) each.stop();
  expect(bus.channels.has(`r:${conversationId}`)).toBe(false);
  expect(here.status().feeds.conversations + there.status().feeds.conversations).toBe(0);
});
