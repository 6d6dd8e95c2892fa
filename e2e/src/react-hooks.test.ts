import {
  ParleyProvider,
  useConversation,
  useConversations,
  useMessages,
  useReactions,
  useSearch,
  useSession,
  useTyping,
  useUnread,
} from '@parley/sdk/react';
import { createElement as h, memo, StrictMode, useEffect } from 'react';
import { renderToString } from 'react-dom/server';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ReactTest, show } from './react-page.ts';

const resources = new AsyncDisposableStack();
let place: ReactTest;
beforeAll(async () => {
  place = resources.use(await ReactTest.start());
});
afterAll(() => resources.disposeAsync());

/** How often each component was rendered. */
class Renders {
  readonly #counts = new Map<string, number>();

  add(name: string): void {
    this.#counts.set(name, (this.#counts.get(name) ?? 0) + 1);
  }

  take(): Record<string, number> {
    const taken = Object.fromEntries(this.#counts);
    this.#counts.clear();
    return taken;
  }
}

const renders = new Renders();

const Row = memo(({ id, name }: { id: string; name: string }) => {
  renders.add(`row ${name}`);
  const { conversation } = useConversation(id);
  return h('p', null, `[${conversation?.title} ${conversation?.unread}]`);
});

function List() {
  renders.add('list');
  const { conversations } = useConversations();
  return conversations.map(({ id, title }) => h(Row, { key: id, id, name: title ?? '' }));
}

const Pane = memo(({ id, name }: { id: string; name: string }) => {
  renders.add(`pane ${name}`);
  const { status, messages } = useMessages(id);
  return [`(${name} ${status})`, ...messages.map(({ id: key, content }) => h('p', { key }, content))];
});

function Total() {
  renders.add('total');
  return `total ${useUnread().total}`;
}

test('a message renders the list, the row and the messages of its conversation, the numbers, and nothing else', async () => {
  const [ada, grace] = [await place.somebody(), await place.somebody()];
  const participantIds = [ada.id];
  const one = await grace.client.conversations.create({ participantIds, title: 'one' });
  const two = await grace.client.conversations.create({ participantIds, title: 'two' });
  function App() {
    renders.add('app');
    return [one, two]
      .map(({ id, title }) => h(Pane, { key: id, id, name: title ?? '' }))
      .concat(h(List, { key: 'list' }) as never, h(Total, { key: 'total' }) as never);
  }
  const shown = await show(ada.client, h(App));
  await grace.client.messages.send({ conversationId: two.id, content: 'a beginning' });
  await expect.poll(shown.text).toContain('a beginning');
  await expect.poll(shown.text).toContain('[two 1]');
  for (const text of ['[one 0]', '(one ready)', '(two ready)', 'total 1'])
    await expect.poll(shown.text).toContain(text);
  renders.take();
  await grace.client.messages.send({ conversationId: one.id, content: 'and more' });
  await expect.poll(shown.text).toContain('and more');
  await expect.poll(shown.text).toContain('total 2');
  expect(renders.take()).toEqual({ list: 1, 'row one': 1, 'pane one': 1, total: 1 });
});

test('what strict mode opens twice is live once, and let go when it is taken away', async () => {
  const [ada, grace] = [await place.somebody(), await place.somebody()];
  const { id } = await grace.client.conversations.create({ participantIds: [ada.id], title: 'room' });
  function Room() {
    const { messages } = useMessages(id);
    return `${messages.length} messages, ${useTyping(id).count} typing`;
  }
  const shown = await show(ada.client, h(StrictMode, null, h(Room)));
  await grace.client.messages.send({ conversationId: id, content: 'hello' });
  await expect.poll(shown.text).toContain('2 messages');
  // It is heard once the watch has begun.
  await expect
    .poll(() => {
      grace.client.typing.set({ conversationId: id, typing: false });
      grace.client.typing.set({ conversationId: id, typing: true });
      return shown.text();
    })
    .toContain('1 typing');
  const [messages, typing] = [ada.client.messages.open(id), ada.client.typing.open(id)];
  expect([messages.live, typing.live]).toEqual([true, true]);
  shown.unmount();
  await expect.poll(() => [messages.live, typing.live]).toEqual([false, false]);
});

test('reactions are toggled, and a search shows the latest answer', async () => {
  const [ada, grace] = [await place.somebody(), await place.somebody()];
  const { id } = await grace.client.conversations.create({ participantIds: [ada.id], title: 'zebras' });
  const message = await grace.client.messages.send({ conversationId: id, content: 'stripes' });
  const toggles = new Set<(emoji: string) => Promise<void>>();
  function Message({ messageId }: { messageId: string }) {
    const found = useMessages(id).messages.find((each) => each.id === messageId);
    const used = useReactions(found ?? { id: message.id, conversationId: id });
    useEffect(() => void toggles.add(used.toggle));
    const { conversations, status } = useSearch('zebra');
    const counts = used.reactions.map(({ emoji, count, own }) => `${emoji} ${count} ${own}`);
    return `${found?.content} ${counts.join()} ${status} ${conversations[0]?.title}`;
  }
  const shown = await show(ada.client, h(Message, { messageId: message.id }));
  await expect.poll(shown.text).toContain('stripes  ready zebras');
  const [toggle] = toggles;
  await toggle?.('👍');
  await expect.poll(shown.text).toContain('👍 1 true');
  expect(toggles.size).toBe(1);
  await toggle?.('👍');
  await expect.poll(shown.text).not.toContain('👍');
});

test('a server renders a page it has read, and opens nothing', async () => {
  const [ada, grace] = [await place.somebody(), await place.somebody()];
  const { id: conversationId } = await grace.client.conversations.create({ participantIds: [ada.id] });
  await grace.client.messages.send({ conversationId, content: 'read on the server' });
  const initial = await grace.client.messages.list({ conversationId });
  const client = place.client();
  function Page({ page }: { page: typeof initial | null }) {
    const { status, messages } = useMessages(conversationId, { initial: page });
    return `${useSession() === null} ${useConversations().status} ${status} ${messages.at(-1)?.content}`;
  }
  const render = (page: typeof initial | null) =>
    renderToString(h(ParleyProvider, { client }, h(Page, { page })));
  expect(render(null)).toBe('true loading loading undefined');
  expect(render(initial)).toBe('true loading ready read on the server');
  expect([client.messages.open(conversationId).live, client.connection.getSnapshot().status]).toEqual([
    false,
    'idle',
  ]);
});
