import { useComposer, useMessages, useTyping } from '@parley/sdk/react';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ReactTest, renderHooks } from './react-page.ts';

const resources = new AsyncDisposableStack();
let place: ReactTest;
beforeAll(async () => {
  place = resources.use(await ReactTest.start());
});
afterAll(() => resources.disposeAsync());

/** Ada, who writes, and Grace, in a group of theirs with a message. */
async function writing(thread?: (rootId: string) => string) {
  const [ada, grace] = [await place.somebody(), await place.somebody()];
  const { id } = await ada.client.conversations.create({ participantIds: [grace.id], title: 'room' });
  const root = await grace.client.messages.send({ conversationId: id, content: 'what do you think?' });
  const options = thread === undefined ? {} : { thread: thread(root.id) };
  const used = await renderHooks(ada.client, () => useComposer(id, options), null);
  await expect.poll(() => used.last().text).toBe('');
  const latest = async () => {
    const { messages } = await grace.client.messages.list({ conversationId: id });
    return messages.at(-1);
  };
  return { ada, grace, id, root, used, latest };
}

test('what is written is a draft on all devices and seen as typing, until it is sent', async () => {
  const { ada, grace, id, root, used, latest } = await writing();
  const other = await renderHooks(await place.device(ada.username), () => useComposer(id), null);
  const seen = await renderHooks(grace.client, () => ({ ...useTyping(id), ...useMessages(id) }), null);
  await expect.poll(() => seen.last().status).toBe('ready');
  expect([used.last().canSend, used.last().send()]).toEqual([false, false]);
  used.last().setReplyTo(root.id);
  used.last().setText('I think');
  await expect.poll(() => used.last()).toMatchObject({ text: 'I think', replyTo: root.id, canSend: true });
  await expect.poll(() => other.last()).toMatchObject({ text: 'I think', replyTo: root.id });
  // It is heard once the watch has begun.
  await expect
    .poll(() => {
      used.last().setText('');
      used.last().setText('I think so');
      return seen.last().count;
    })
    .toBe(1);
  expect(used.last().replyTo).toBe(root.id);
  expect(used.last().send()).toBe(true);
  await expect.poll(() => used.last()).toMatchObject({ text: '', replyTo: null, canSend: false });
  await expect.poll(() => seen.last().messages.at(-1)?.content).toBe('I think so');
  await expect.poll(() => seen.last().count).toBe(0);
  expect((await latest())?.replyTo?.messageId).toBe(root.id);
  await expect.poll(() => other.last().text).toBe('');
});

test('who is mentioned is mentioned for as long as the text names them', async () => {
  const { grace, used, latest } = await writing();
  used.last().mention({ id: grace.id, username: grace.username, displayName: null });
  used.last().mention('all');
  used.last().setText(`@${grace.username}, and @all`);
  await expect.poll(() => used.last()).toMatchObject({ mentions: [grace.id], mentionsAll: true });
  used.last().setText('and @all');
  await expect.poll(() => used.last()).toMatchObject({ mentions: [], mentionsAll: true });
  used.last().setText(`and @${grace.username}`);
  await expect.poll(() => used.last()).toMatchObject({ mentions: [grace.id], mentionsAll: false });
  used.last().send();
  await expect.poll(latest).toMatchObject({ content: `and @${grace.username}`, mentions: [grace.id] });
  // The next message begins without.
  used.last().setText(`@${grace.username} again`);
  await expect.poll(() => used.last().text).toContain('again');
  expect(used.last().mentions).toEqual([]);
  used.last().clear();
  await expect.poll(() => used.last().text).toBe('');
});

test('in a thread it is written apart from the draft, sent into the thread, and forgotten with the session', async () => {
  const { ada, id, root, used, latest } = await writing((rootId) => rootId);
  const draft = await renderHooks(ada.client, () => useComposer(id), null);
  draft.last().setText('for all');
  used.last().setText('a reply');
  await expect.poll(() => [draft.last().text, used.last().text]).toEqual(['for all', 'a reply']);
  used.last().send();
  await expect.poll(() => [draft.last().text, used.last().text]).toEqual(['for all', '']);
  await expect.poll(async () => (await latest())?.thread?.rootId).toBe(root.id);
  draft.last().send({ replyTo: root.id });
  await expect.poll(latest).toMatchObject({ content: 'for all', replyTo: { messageId: root.id } });
  used.last().setText('never sent');
  await expect.poll(() => used.last().text).toBe('never sent');
  await ada.client.auth.logout();
  await expect.poll(() => used.last().text).toBe('');
});
