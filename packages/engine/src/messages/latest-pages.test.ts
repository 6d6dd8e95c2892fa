import type { Message, Viewer } from '@parley/contract';
import type { Services } from '@parley/contract/router';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestParley, testParley } from '../testing/index.ts';
import { explainEverything, planLog, rowsLookedAt } from '../testing/plans.ts';
import { LatestPages } from './latest-pages.ts';

const limit = 5;

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

async function room(history: 'full' | 'from-joining'): Promise<string> {
  const participantIds = [grace.userId, alan.userId];
  return (await services.conversations.create(ada, { participantIds, title: 'Room', history })).id;
}

async function say(from: Viewer, conversationId: string, content = 'hello'): Promise<Message> {
  return services.messages.send(from, { conversationId, content });
}

test.for(['full', 'from-joining'] as const)(
  'a kept page is what a fresh one is, for everybody and after every change, with history %s',
  async (history) => {
    const conversationId = await room(history);
    /** Twice, so that what one reads is kept for the next. What is asked for by position is not kept. */
    const agree = async (people: readonly Viewer[]) => {
      for (const viewer of [...people, ...people]) {
        const read = await services.messages.list(viewer, { conversationId, before: 1_000, limit });
        expect(await services.messages.list(viewer, { conversationId, limit })).toEqual(read);
      }
    };
    const everybody = [ada, grace, alan];
    await agree(everybody);
    const first = await say(ada, conversationId);
    await agree(everybody);
    const second = await say(grace, conversationId);
    const third = await say(alan, conversationId, 'and hello');
    await agree(everybody);
    const changes: readonly (() => Promise<unknown>)[] = [
      () => services.messages.edit(ada, { conversationId, messageId: first.id, content: 'hello all' }),
      () => services.reactions.add(grace, { conversationId, messageId: first.id, emoji: '👍' }),
      // What others have read changes nothing of the conversation.
      () => services.messages.markRead(grace, { conversationId }),
      () => services.messages.markRead(ada, { conversationId, messageIds: [second.id] }),
      () => services.auth.updateProfile(grace, { readReceipts: 'nobody' }),
      () => services.auth.updateProfile(grace, { readReceipts: 'everybody' }),
      () => services.blocks.add(ada, { userId: grace.userId }),
      () => services.blocks.remove(ada, { userId: grace.userId }),
      () => services.pins.add(ada, { conversationId, messageId: third.id }),
      () => services.reactions.remove(grace, { conversationId, messageId: first.id, emoji: '👍' }),
      () => services.messages.delete(alan, { conversationId, messageId: third.id }),
      () => services.conversations.leave(grace, { conversationId }),
    ];
    for (const change of changes) {
      await change();
      const gone = change === changes.at(-1);
      await agree(gone ? [ada, alan] : everybody);
    }
    await expect(services.messages.list(grace, { conversationId, limit })).rejects.toMatchObject({
      code: 'NOT_MEMBER',
    });
    await services.conversations.addMembers(ada, { conversationId, userIds: [grace.userId] });
    // Whoever came back may see less than the others, who are to see all of it after that.
    await agree([grace, ada, alan, grace]);
    for (let n = 0; n < limit; n += 1) {
      await say(ada, conversationId, `more ${n}`);
      await agree([grace, ada, alan]);
    }
  },
);

test('of a conversation that stands where it stood, no messages are read again but one’s own', async () => {
  await explainEverything(parley.connectionString);
  const { log, plans } = planLog();
  const explained = await parley.engine({ log });
  const conversationId = await room('full');
  for (let n = 0; n < limit; n += 1) await say(ada, conversationId, `${n}`);
  await say(grace, conversationId);
  const messagesRead = async (viewer: Viewer) => {
    plans.length = 0;
    await explained.services.messages.list(viewer, { conversationId, limit });
    // What indexes messages for search reads them meanwhile.
    const steps = plans
      .filter(({ query }) => query.startsWith('with viewer as'))
      .flatMap((plan) => plan.steps);
    expect(steps.length).toBeGreaterThan(0);
    const read = steps.filter((step) => step['Relation Name'] === 'messages').map(rowsLookedAt);
    return read.reduce((sum, rows) => sum + rows, 0);
  };
  expect(await messagesRead(alan)).toBe(limit + 1);
  expect(await messagesRead(alan)).toBe(0);
  expect(await messagesRead(grace)).toBe(1);
  await say(grace, conversationId);
  expect(await messagesRead(alan)).toBe(limit + 1);
});

test('pages are kept up to a size, the latest ones', () => {
  const pages = new LatestPages();
  const content = 'x'.repeat(4_000_000);
  const message = (id: string) => ({ id, content }) as Message;
  for (const id of ['a', 'b', 'c', 'd', 'e'])
    pages.set(id, limit, { epoch: 'e', asOf: 1, hidden: 0, messages: [message(id)] });
  expect(pages.get('a', limit)).toBeUndefined();
  expect(pages.get('e', limit)?.messages[0]?.id).toBe('e');
  expect(pages.get('e', limit + 1)).toBeUndefined();
  pages.close();
  expect(pages.get('e', limit)).toBeUndefined();
});
