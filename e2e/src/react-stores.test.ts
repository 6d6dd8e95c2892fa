import {
  useBlocks,
  useComposer,
  useConnection,
  useConversation,
  useConversations,
  useFollowedThreads,
  useMembers,
  useMessages,
  usePresence,
  useReceipts,
  useSaved,
  useSearch,
  useThread,
  useTyping,
} from '@parley/sdk/react';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ReactTest, renderHooks } from './react-page.ts';

const resources = new AsyncDisposableStack();
let place: ReactTest;
beforeAll(async () => {
  place = resources.use(await ReactTest.start());
});
afterAll(() => resources.disposeAsync());

/** Two people in a group of theirs. */
async function two() {
  const [ada, grace] = [await place.somebody(), await place.somebody()];
  const { id } = await ada.client.conversations.create({ participantIds: [grace.id], title: 'room' });
  return { ada, grace, id };
}

test('who is there, who is in it, and how far they have read', async () => {
  const { ada, grace, id } = await two();
  const other = await place.somebody();
  const message = await ada.client.messages.send({ conversationId: id, content: 'read me' });
  const used = await renderHooks(
    ada.client,
    () => ({
      presence: usePresence([grace.id]),
      members: useMembers(id),
      receipts: useReceipts(id),
      connection: useConnection(),
    }),
    null,
  );
  await expect.poll(() => used.last().connection.status).toBe('online');
  await expect.poll(() => used.last().members.members.length).toBe(2);
  await expect.poll(() => used.last().receipts.status).toBe('ready');
  expect(used.last().receipts.receiptOf(message).read).toBe(0);
  const { loadMore } = used.last().members;
  await ada.client.conversations.addMembers({ conversationId: id, userIds: [other.id] });
  await expect.poll(() => used.last().members.members.map(({ userId }) => userId)).toContain(other.id);
  await grace.client.messages.markRead({ conversationId: id });
  await expect.poll(() => used.last().receipts.receiptOf(message)).toMatchObject({ state: 'read', read: 1 });
  // She is there once a live store of hers is.
  const leave = grace.client.conversations.list.subscribe(() => {});
  await expect.poll(() => used.last().presence.get(grace.id)?.status).toBe('online');
  leave();
  expect(used.last().members.loadMore).toBe(loadMore);
});

test('a thread, the threads one follows, what is saved and who is blocked', async () => {
  const { ada, grace, id } = await two();
  const root = await ada.client.messages.send({ conversationId: id, content: 'root' });
  const used = await renderHooks(
    ada.client,
    () => ({
      thread: useThread({ id: root.id, conversationId: id }),
      followed: useFollowedThreads(),
      saved: useSaved(),
      blocks: useBlocks(),
    }),
    null,
  );
  await expect.poll(() => used.last().thread.root?.content).toBe('root');
  await expect.poll(() => used.last().saved.status).toBe('ready');
  await expect.poll(() => used.last().blocks.status).toBe('ready');
  await grace.client.messages.send({ conversationId: id, content: 'reply', thread: root.id });
  await expect.poll(() => used.last().thread.replies.map(({ content }) => content)).toEqual(['reply']);
  await expect.poll(() => used.last().followed).toMatchObject({ status: 'ready', unread: 1 });
  expect(used.last().followed.threads.map((followed) => followed.root.id)).toEqual([root.id]);
  await ada.client.saved.add({ conversationId: id, messageId: root.id });
  await expect.poll(() => used.last().saved.messageIds.has(root.id)).toBe(true);
  await ada.client.blocks.add({ userId: grace.id });
  await expect.poll(() => used.last().blocks.userIds.has(grace.id)).toBe(true);
});

test('pages are loaded both ways, and a jump shows another stretch', async () => {
  const { ada, id } = await two();
  const contents = Array.from({ length: 180 }, (_, n) => `message ${n + 1}`);
  await Promise.all(contents.map((content) => ada.client.messages.send({ conversationId: id, content })));
  const client = await place.device(ada.username);
  const used = await renderHooks(client, () => useMessages(id), null);
  const shown = () => used.last().messages.map(({ position }) => position);
  const latest = () => used.last().messages.at(-1)?.content;
  await expect.poll(latest).toBe('message 180');
  const [begun, atEnd] = [used.last(), shown()];
  expect(begun).toMatchObject({ hasOlder: true, hasNewer: false });
  await begun.jumpTo(1);
  await expect.poll(() => shown()[0]).toBe(1);
  expect(used.last().hasNewer).toBe(true);
  const atStart = shown();
  await begun.loadNewer();
  await expect.poll(() => shown().length).toBeGreaterThan(atStart.length);
  expect(shown().slice(0, atStart.length)).toEqual(atStart);
  begun.jumpToLatest();
  await expect.poll(shown).toEqual(atEnd);
  await begun.loadOlder();
  await expect.poll(() => shown().length).toBeGreaterThan(atEnd.length);
  expect(shown().slice(-atEnd.length)).toEqual(atEnd);
  const { loadOlder, loadNewer, jumpTo, jumpToLatest } = used.last();
  const same = [
    loadOlder === begun.loadOlder,
    loadNewer === begun.loadNewer,
    jumpTo === begun.jumpTo,
    jumpToLatest === begun.jumpToLatest,
  ];
  expect(same).toEqual([true, true, true, true]);
});

test('null is nothing to show and connects to nothing, until there is something', async () => {
  const { ada, id } = await two();
  await ada.client.messages.send({ conversationId: id, content: 'something' });
  const client = await place.device(ada.username);
  const used = await renderHooks(
    client,
    (given: string | null) => ({
      conversation: useConversation(given),
      messages: useMessages(given),
      thread: useThread(null),
      members: useMembers(given),
      typing: useTyping(given),
      receipts: useReceipts(given),
      presence: usePresence([]),
      composer: useComposer(given),
      search: useSearch(' '),
      connection: useConnection(),
    }),
    null,
  );
  await expect.poll(() => used.last().connection.status).toBe('idle');
  const { composer, search, presence, typing, ...loading } = used.last();
  composer.setText('to nobody');
  expect([composer.send(), used.last().composer.text]).toEqual([false, '']);
  expect([search.status, presence.size, typing.count]).toEqual(['idle', 0, 0]);
  for (const each of [
    loading.conversation,
    loading.messages,
    loading.thread,
    loading.members,
    loading.receipts,
  ])
    expect(each.status).toBe('loading');
  expect(client.connection.getSnapshot().status).toBe('idle');
  used.give(id);
  await expect.poll(() => used.last().messages.messages.at(-1)?.content).toBe('something');
  await expect.poll(() => used.last().conversation.conversation?.title).toBe('room');
  await expect.poll(() => used.last().members.members.length).toBe(2);
  await expect.poll(() => used.last().receipts.status).toBe('ready');
  used.give(null);
  await expect.poll(() => used.last().messages.status).toBe('loading');
});

test('an answer that comes late to an earlier search is not shown', async () => {
  const { client } = await place.somebody();
  const late = await place.somebody();
  const others = [late.id];
  for (const title of ['zebras', 'lions'])
    await client.conversations.create({ participantIds: others, title });
  // The answer to the first is held back.
  const { search } = client;
  const all = search.all.bind(search);
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  const answers = new Map<string, Promise<unknown>>();
  search.all = (input) => {
    const answer = all(input).then(async (found) => {
      if (input.q === 'zebra') await released;
      return found;
    });
    answers.set(input.q, answer);
    return answer;
  };
  const used = await renderHooks(client, (given: string) => useSearch(given, { pauseMs: 0 }), 'zebra');
  await expect.poll(() => answers.has('zebra')).toBe(true);
  used.give('lion');
  const lions = { status: 'ready', query: 'lion', conversations: [{ title: 'lions' }] };
  await expect.poll(() => used.last()).toMatchObject(lions);
  release();
  await answers.get('zebra');
  // What it would render is rendered by then.
  used.give('lion ');
  await expect.poll(() => used.last()).toMatchObject(lions);
  await new Promise(setImmediate);
  expect(used.last()).toMatchObject(lions);
});

test('signing out empties what is shown', async () => {
  const { ada } = await two();
  const used = await renderHooks(ada.client, () => useConversations(), null);
  await expect.poll(() => used.last().conversations.length).toBe(1);
  await ada.client.auth.logout();
  await expect.poll(() => used.last().conversations.length).toBe(0);
});
