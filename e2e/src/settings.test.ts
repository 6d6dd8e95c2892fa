import type { TestParley } from '@parley/engine/testing';
import { type Conversation, limits } from '@parley/contract';
import { createClient, forEver, type ParleyClient } from '@parley/sdk';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { runDocumented } from './documented.ts';
import { memoryStorage } from './memory-storage.ts';
import type { ServerProcess } from './server-process.ts';
import { startTwoServers } from './two-servers.ts';
import { startTcpProxy } from './tcp-proxy.ts';
import { until } from './until.ts';
import { password, signUp } from './sign-up.ts';

const resources = new AsyncDisposableStack();
let parley: TestParley;
let servers: [ServerProcess, ServerProcess];
beforeAll(async () => {
  ({ parley, servers } = resources.use(await startTwoServers()));
});
afterAll(() => resources.disposeAsync());

function clientAt(url: string): ParleyClient {
  const client = createClient({ url, storage: memoryStorage() });
  onTestFinished(() => client.close());
  return client;
}

/** One more device of somebody, on a server or behind something. */
async function device(username: string, url: string): Promise<ParleyClient> {
  const client = clientAt(url);
  await client.auth.login({ email: username, password });
  return client;
}

async function somebody(username: string, url: string): Promise<{ client: ParleyClient; id: string }> {
  const client = clientAt(url);
  const { id } = await signUp(parley, client, username);
  return { client, id };
}

/** Without when it last changed, which messages do not tell. */
const lasting = ({ updatedAt: _at, ...conversation }: Conversation) => conversation;

/** All that a device shows of what its owner has set, marked and begun to write. */
function shown(client: ParleyClient) {
  const { conversations, archived, unread } = client.conversations.list.getSnapshot();
  return {
    conversations: conversations.map(lasting),
    archived: archived.map(lasting),
    ...{ unread, total: client.unread.getSnapshot() },
    drafts: [...client.drafts.all.getSnapshot()].toSorted(([a], [b]) => (a < b ? -1 : 1)),
  };
}

/** Has everything of a device live until the test is over. */
async function live(client: ParleyClient): Promise<void> {
  for (const store of [client.unread, client.drafts.all]) onTestFinished(store.subscribe(() => {}));
  await until(client.conversations.list, ({ status }) => status === 'ready');
}

const titles = (client: ParleyClient) =>
  client.conversations.list.getSnapshot().conversations.map(({ title }) => title);

test('two devices of one person show the same, live and after one was away, as a new one does', async () => {
  const { client: laptop } = await somebody('ada', servers[0].url);
  const grace = await somebody('grace', servers[1].url);
  const proxy = resources.use(await startTcpProxy(Number(new URL(servers[1].url).port)));
  const phone = await device('ada', `http://127.0.0.1:${proxy.port}`);
  const room = async (title: string) =>
    (await laptop.conversations.create({ participantIds: [grace.id], title })).id;
  const pinned = await room('Pinned');
  const archived = await room('Archived');
  const muted = await room('Muted');
  const hidden = await room('Hidden');
  const marked = await room('Marked');
  const say = (conversationId: string, content = 'hello') =>
    grace.client.messages.send({ conversationId, content });
  for (const id of [pinned, archived, muted, hidden, marked]) await say(id);
  for (const client of [laptop, phone]) await live(client);
  await until(phone.unread, ({ messages }) => messages === 5);

  await laptop.settings.set({ conversationId: pinned, pinned: true });
  await laptop.settings.set({ conversationId: archived, archived: true });
  await phone.settings.set({ conversationId: muted, mutedUntil: forEver });
  await phone.settings.set({ conversationId: hidden, hidden: true });
  laptop.drafts.open(pinned).set('half a sen');
  laptop.drafts.open(pinned).set('half a sentence');
  for (const client of [laptop, phone]) {
    await until(client.conversations.list, () => titles(client).join() === 'Pinned,Marked,Muted');
    await until(client.unread, ({ conversations, messages }) => conversations === 2 && messages === 2);
    await until(client.drafts.all, (all) => all.get(pinned)?.text === 'half a sentence');
  }
  expect(await laptop.conversations.unread()).toEqual(laptop.unread.getSnapshot());

  // Read on one, and marked as unread again on the other: from the first message of Grace's on.
  await laptop.messages.markRead({ conversationId: marked });
  await until(phone.unread, ({ messages }) => messages === 1);
  await phone.messages.markUnread({ conversationId: marked, position: 2 });
  await until(laptop.unread, ({ messages }) => messages === 2);

  // The phone is away: what it marks as read as of before must not undo what was marked meanwhile.
  proxy.route(1);
  proxy.reset();
  await until(phone.connection, ({ status }) => status !== 'online');
  await say(hidden, 'here it is again');
  await say(marked, 'one more');
  await laptop.settings.set({ conversationId: pinned, pinned: false });
  await laptop.settings.set({ conversationId: archived, archived: false });
  await laptop.settings.set({ conversationId: marked, pinned: true, mutedUntil: forEver });
  await laptop.settings.set({ conversationId: marked, mutedUntil: null });
  await laptop.messages.markRead({ conversationId: archived });
  await laptop.messages.markUnread({ conversationId: archived, position: 1 });
  await laptop.messages.send({ conversationId: pinned, content: 'half a sentence, and the other half' });
  laptop.drafts.open(hidden).set('written meanwhile');
  phone.drafts.open(muted).set('written while away');
  const late = phone.messages.markRead({ conversationId: archived });
  await until(laptop.drafts.all, (all) => all.size === 1 && all.has(hidden));
  await laptop.drafts.flush();
  proxy.route(Number(new URL(servers[1].url).port));
  phone.connection.retryNow();
  await late;
  await until(laptop.drafts.all, (all) => all.get(muted)?.text === 'written while away');
  expect(titles(laptop)[0]).toBe('Marked');
  expect(new Set(titles(laptop))).toEqual(new Set(['Marked', 'Pinned', 'Archived', 'Muted', 'Hidden']));

  const fresh = await device('ada', servers[0].url);
  await live(fresh);
  for (const client of [phone, laptop, fresh]) {
    await expect.poll(() => shown(client), { timeout: 20_000 }).toEqual(shown(laptop));
  }
  expect(await fresh.conversations.unread()).toEqual(phone.unread.getSnapshot());
  const { settings, unread } = await fresh.conversations.get({ conversationId: archived });
  expect({ from: settings?.unreadFrom?.position, unread }).toEqual({ from: 1, unread: 1 });

  // Nothing of it concerns anybody else.
  const { conversations } = (await live(grace.client), grace.client.conversations.list.getSnapshot());
  expect(conversations.filter((one) => 'settings' in one)).toEqual([]);
});

test('a mute that is over counts again by itself', async () => {
  const { client: edsger } = await somebody('edsger', servers[0].url);
  const alan = await somebody('alan', servers[1].url);
  const { id: conversationId } = await alan.client.conversations.create({
    participantIds: [(await edsger.auth.me()).id],
    title: 'Muted for a moment',
  });
  await live(edsger);
  await alan.client.messages.send({ conversationId, content: 'hello' });
  await until(edsger.unread, ({ messages }) => messages === 1);
  const mutedUntil = new Date(Date.now() + 2_000).toISOString();
  await edsger.settings.set({ conversationId, mutedUntil });
  await until(edsger.unread, ({ messages }) => messages === 0);
  await until(edsger.unread, ({ messages }) => messages === 1);
  expect(Date.now()).toBeGreaterThanOrEqual(Date.parse(mutedUntil));
  expect(await edsger.conversations.unread()).toEqual({ conversations: 1, messages: 1 });
});

test('over REST it is the same, and what is beyond a limit is refused by its code', async () => {
  const { url } = servers[0];
  const post = async (path: string, body: object, token = '') => (await call('POST', path, token, body)).body;
  const call = async (method: string, path: string, token: string, body?: object) => {
    const response = await fetch(url + path, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, body: text === '' ? null : JSON.parse(text) };
  };
  const account = (username: string) => ({ username, email: `${username}@example.com`, password });
  const { accessToken: token } = await post('/auth/register', account('barbara'));
  const other = await post('/auth/register', account('donald'));
  const rooms: string[] = [];
  for (let n = 0; n <= limits.pinnedConversations; n += 1) {
    const input = { participantIds: [other.user.id], title: `Room ${n}` };
    rooms.push((await post('/conversations', input, token)).id);
  }
  const [room = '', second = '', ...others] = rooms;
  await post('/messages', { conversationId: room, content: 'hello' }, other.accessToken);
  const put = (path: string, body: object) => call('PUT', path, token, body);
  const get = async (path: string) => (await call('GET', path, token)).body;
  const listed = async (view: string) => {
    const { conversations } = await get(`/conversations${view}`);
    return conversations.map(({ id }: { id: string }) => id);
  };

  const settings = (id: string) => `/conversations/${id}/settings`;
  expect(await put(settings(second), { archived: true, mutedUntil: forEver })).toMatchObject({
    status: 200,
    body: { conversationId: second, archived: true, mutedUntil: forEver, pinnedAt: null },
  });
  expect(await listed('?view=archived')).toEqual([second]);
  expect(await listed('')).not.toContain(second);
  expect(await listed('?view=all')).toHaveLength(rooms.length);
  await put(settings(room), { hidden: true });
  expect(await listed('?view=hidden')).toEqual([room]);
  await put(settings(room), { hidden: false });
  expect(await get('/conversations/unread')).toEqual({ conversations: 1, messages: 1 });
  await put('/messages/mark-as-read', { conversationId: room });
  expect(await get('/conversations/unread')).toEqual({ conversations: 0, messages: 0 });
  expect(await put('/messages/mark-as-unread', { conversationId: room, position: 2 })).toMatchObject({
    status: 200,
    body: { unreadFrom: { position: 2, ordinal: 0, sent: 0 } },
  });
  expect(await get(`/conversations/${room}`)).toMatchObject({ unread: 1, settings: { archived: false } });

  const draft = `/conversations/${room}/draft`;
  expect(await put(draft, { text: 'half' })).toMatchObject({ status: 200, body: { text: 'half' } });
  expect((await get('/drafts')).drafts).toMatchObject([{ conversationId: room, text: 'half' }]);
  expect(await call('DELETE', draft, token)).toMatchObject({ status: 200, body: { text: '' } });
  expect((await get('/drafts')).drafts).toEqual([]);

  const refused = (status: number, code: string) =>
    expect.objectContaining({ status, body: expect.objectContaining({ code }) });
  for (const id of [room, ...others])
    expect(await put(settings(id), { pinned: true })).toMatchObject({ status: 200 });
  expect(await put(settings(second), { pinned: true })).toEqual(refused(409, 'CONFLICT'));
  expect((await listed('')).slice(0, 2)).toEqual(rooms.toReversed().slice(0, 2));
  const invalid = refused(400, 'INVALID_INPUT');
  expect(await put(settings(room), { pinned: true, archived: true })).toEqual(invalid);
  expect(await put(settings(room), { mutedUntil: 'tomorrow' })).toEqual(invalid);
  expect(await put(draft, { text: 'x'.repeat(limits.messageCharacters + 1) })).toEqual(invalid);
  expect(await put(draft, { text: '   ' })).toEqual(invalid);
  const from = (position: number) => put('/messages/mark-as-unread', { conversationId: room, position });
  expect(await from(3)).toEqual(refused(404, 'NOT_FOUND'));
  expect(await from(0)).toEqual(invalid);
  await call('POST', `/conversations/${room}/leave`, other.accessToken);
  const theirs = await call('PUT', settings(room), other.accessToken, { archived: true });
  expect(theirs).toEqual(refused(404, 'NOT_MEMBER'));
});

test('the code about settings in docs/features.md runs as it stands', async () => {
  const stdout = await runDocumented('settings', servers[1].url);
  expect(stdout).toBe('1 unread in 1\nhalf a sentence\n');
});
