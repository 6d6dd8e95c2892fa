import { type InboxEvent, limits, newId, unreadOf, type UnreadFrom, type Viewer } from '@parley/contract';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Engine } from '../index.ts';
import { foldedRead, read, type TestParley, testParley } from '../testing/index.ts';

let parley: TestParley;
let engines: Engine[];
let ada: Viewer;
let grace: Viewer;
beforeAll(async () => {
  parley = await testParley();
  engines = [await parley.engine(), await parley.engine()];
  [ada, grace] = [await parley.person('ada'), await parley.person('grace')];
});
afterAll(() => parley[Symbol.asyncDispose]());

const on = (n: number) => {
  const engine = engines[n % engines.length];
  if (engine === undefined) throw new Error('there are engines');
  return engine.services;
};

async function room(): Promise<string> {
  const input = { participantIds: [grace.userId], title: 'Room' };
  return (await on(0).conversations.create(ada, input)).id;
}

/** The newest mark that a stream told of. */
function markIn(events: readonly InboxEvent[]): UnreadFrom | null {
  let newest = { inboxSeq: -1, unreadFrom: null as UnreadFrom | null };
  for (const event of events)
    if (event.type === 'settings' && event.settings.inboxSeq > newest.inboxSeq) newest = event.settings;
  return newest.unreadFrom;
}

const action = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: fc.constantFrom('theirs' as const, 'mine' as const) }) },
  fc.record({ do: fc.constantFrom('read' as const, 'unread' as const), at: fc.nat(12) }),
);

test('what is unread is what the marks and the rows say, by the API, in all and by the stream', async () => {
  const property = fc.asyncProperty(fc.array(action, { minLength: 1, maxLength: 14 }), async (actions) => {
    const conversationId = await room();
    const stream = read(await on(0).inbox.watch(ada));
    await stream.next();
    const by: ('ada' | 'grace' | 'nobody')[] = ['nobody'];
    let readUpTo = 1;
    let mark: number | null = null;
    const theirs = (from: number) => by.filter((who, index) => who === 'grace' && index + 1 >= from).length;
    await on(0).messages.markRead(ada, { conversationId });
    for (const [n, step] of actions.entries()) {
      if (step.do === 'read' || step.do === 'unread') {
        const position = Math.min(step.at + 1, by.length);
        if (step.do === 'unread') {
          await on(n).messages.markUnread(ada, { conversationId, position });
          mark = position;
        } else {
          await on(n).messages.markRead(ada, { conversationId, position });
          readUpTo = Math.max(readUpTo, position);
          if (mark !== null && mark <= position) mark = theirs(position + 1) > 0 ? position + 1 : null;
        }
      } else {
        const sender = step.do === 'mine' ? ada : grace;
        await on(n).messages.send(sender, { conversationId, content: 'hello' });
        by.push(step.do === 'mine' ? 'ada' : 'grace');
      }
      const unread = Math.max(theirs(readUpTo + 1), mark === null ? 0 : Math.max(1, theirs(mark)));
      const shown = await on(n + 1).conversations.get(ada, { conversationId });
      expect(shown.unread).toBe(unread);
      expect(shown.settings?.unreadFrom?.position ?? null).toBe(mark);
      expect((await on(n).conversations.unread(ada)).messages).toBe(unread);
      const told = () => {
        const events = stream.items.flat();
        const state = foldedRead(events, conversationId, ada.userId);
        return state === null ? null : unreadOf(state, markIn(events));
      };
      await expect.poll(told, { timeout: 5_000, interval: 1 }).toBe(unread);
    }
    stream.stop();
    // The total of the next round is of the next room alone.
    await on(0).conversations.leave(ada, { conversationId });
  });
  const seed = Number(process.env['PARLEY_TEST_SEED'] ?? 1);
  await fc.assert(property, { seed, numRuns: process.env['PARLEY_TEST_FULL'] === '1' ? 300 : 20 });
});

test('a late mark as read, from a device that had not heard of it, does not take a mark as unread away', async () => {
  const conversationId = await room();
  for (let n = 0; n < 3; n += 1) await on(0).messages.send(grace, { conversationId, content: 'hello' });
  await on(0).messages.markRead(ada, { conversationId });
  const before = (await on(0).settings.set(ada, { conversationId, archived: true })).inboxSeq;
  const mark = await on(0).messages.markUnread(ada, { conversationId, position: 3 });
  // Something else changes meanwhile: the mark is as old as before.
  const after = (await on(0).settings.set(ada, { conversationId, archived: false })).inboxSeq;
  expect(mark.inboxSeq).toBeLessThan(after);
  const late = await on(1).messages.markRead(ada, { conversationId, settingsSeq: before });
  expect(late).not.toHaveProperty('settings');
  expect((await on(0).conversations.get(ada, { conversationId })).unread).toBe(2);
  const part = await on(1).messages.markRead(ada, {
    conversationId,
    position: 3,
    settingsSeq: mark.inboxSeq,
  });
  expect(part.settings).toMatchObject({ unreadFrom: { position: 4 } });
  // Moved since, by another device: it is the same mark.
  const last = await on(1).messages.markRead(ada, { conversationId, settingsSeq: mark.inboxSeq });
  expect(last.settings).toMatchObject({ unreadFrom: null });
  expect((await on(0).conversations.get(ada, { conversationId })).unread).toBe(0);
});

test('only what one may see is marked as unread, and nothing that lies too far back', async () => {
  const participantIds = [grace.userId];
  const input = { participantIds, title: 'Room', history: 'from-joining' as const };
  const { id: conversationId } = await on(0).conversations.create(ada, input);
  await on(0).messages.send(ada, { conversationId, content: 'before' });
  const eve = await parley.person(`eve-${newId()}`);
  const from = (viewer: Viewer, position: number) =>
    on(0).messages.markUnread(viewer, { conversationId, position });
  await expect(from(eve, 1)).rejects.toMatchObject({ code: 'NOT_MEMBER' });
  await on(0).conversations.addMembers(ada, { conversationId, userIds: [eve.userId] });
  await expect(from(eve, 1)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  await expect(from(eve, 4)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  expect((await from(eve, 3)).unreadFrom).toMatchObject({ position: 3 });
  await parley.db
    .updateTable('conversations')
    .set({ last_position: limits.markUnreadEntries + 3 })
    .where('id', '=', conversationId)
    .execute();
  await expect(from(ada, 3)).rejects.toMatchObject({ code: 'INVALID_INPUT', fields: [{ path: 'position' }] });
  await from(ada, 4);
});
