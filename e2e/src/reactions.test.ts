import { limits } from '@parley/contract';
import type { TestParley, TestPerson } from '@parley/engine/testing';
import { createClient, type MessageList, type ParleyClient } from '@parley/sdk';
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

function client(url: string): ParleyClient {
  const made = createClient({ url, storage: memoryStorage() });
  onTestFinished(() => made.close());
  return made;
}

let people = 0;

async function somebody(url: string): Promise<{ client: ParleyClient; id: string; email: string }> {
  people += 1;
  const made = client(url);
  const email = `reacting-${people}@example.com`;
  const { id } = await signUp(parley, made, `reacting-${people}`);
  return { client: made, id, email };
}

/** A device of somebody's behind a network that can be cut. */
async function cuttable({ email }: { email: string }, server: ServerProcess) {
  const proxy = await startTcpProxy(Number(new URL(server.url).port));
  onTestFinished(() => proxy[Symbol.asyncDispose]());
  const device = client(`http://127.0.0.1:${proxy.port}`);
  await device.auth.login({ email, password });
  const offline = () => until(device.connection, ({ status }) => status !== 'online').then(() => {});
  return {
    device,
    async cut() {
      proxy.blackhole(true);
      proxy.reset();
      await offline();
    },
    mend() {
      proxy.blackhole(false);
      proxy.reset();
      device.connection.retryNow();
    },
  };
}

/** Reactions of a list's only message, as shown. */
function shown(list: MessageList, messageId: string): string[] {
  const message = list.getSnapshot().messages.find(({ id }) => id === messageId);
  return (message?.reactions ?? []).map(({ emoji, count, own }) => `${emoji} ${count}${own ? ' own' : ''}`);
}

const shows = (list: MessageList, messageId: string, wished: readonly string[]) =>
  until(list, () => JSON.stringify(shown(list, messageId)) === JSON.stringify(wished));

/** Calls a REST path as somebody. */
function rest({ accessToken }: TestPerson, method: string, path: string, body?: object): Promise<Response> {
  const headers = { authorization: `Bearer ${accessToken}`, 'content-type': 'application/json' };
  return fetch(servers[0].url + path, {
    ...{ method, headers },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
}

/** People who are in a group and react to a message, over REST. */
async function crowd(
  owner: ParleyClient,
  place: { conversationId: string; messageId: string },
  count: number,
) {
  const everybody: TestPerson[] = [];
  for (let n = 0; n < count; n += 1) {
    people += 1;
    everybody.push(await parley.person(`reacting-${people}`));
  }
  const userIds = everybody.map(({ userId }) => userId);
  await owner.conversations.addMembers({ conversationId: place.conversationId, userIds });
  for (const person of everybody) {
    const answer = await rest(person, 'PUT', `/messages/${place.messageId}/reactions`, { emoji: '👍' });
    expect(answer.status).toBe(200);
  }
  return everybody;
}

test('reactions reach everybody, and whoever was cut off meanwhile shows what everybody else does', async () => {
  const [ada, eve] = await Promise.all([somebody(servers[0].url), somebody(servers[1].url)]);
  const { device: phone, cut, mend } = await cuttable(eve, servers[1]);
  const { id: conversationId } = await ada.client.conversations.create({
    participantIds: [eve.id],
    title: 'Reactions',
  });
  const { id: messageId } = await ada.client.messages.send({ conversationId, content: 'hello' });
  const [adas, eves, phones] = [ada.client, eve.client, phone].map((each) =>
    each.messages.open(conversationId),
  );
  if (adas === undefined || eves === undefined || phones === undefined) throw new Error('there are three');
  await eve.client.reactions.add({ messageId, emoji: '❤' });
  await Promise.all([
    shows(adas, messageId, ['❤️ 1']),
    shows(eves, messageId, ['❤️ 1 own']),
    shows(phones, messageId, ['❤️ 1 own']),
  ]);
  await cut();
  await ada.client.reactions.add({ messageId, emoji: '👍' });
  await ada.client.reactions.add({ messageId, emoji: '❤️' });
  await eve.client.reactions.remove({ messageId, emoji: '❤️' });
  await eve.client.reactions.add({ messageId, emoji: '👍' });
  await shows(eves, messageId, ['❤️ 1', '👍 2 own']);
  mend();
  await Promise.all([
    shows(phones, messageId, ['❤️ 1', '👍 2 own']),
    shows(adas, messageId, ['❤️ 1 own', '👍 2 own']),
  ]);
  expect(phones.getSnapshot().messages).toEqual(eves.getSnapshot().messages);
  // What is deleted has none.
  await ada.client.messages.delete({ messageId });
  await Promise.all([adas, eves, phones].map((list) => shows(list, messageId, [])));
});

test('of many, one’s own are marked on every device, live and after a reconnect', async () => {
  const [ada, eve] = await Promise.all([somebody(servers[0].url), somebody(servers[1].url)]);
  const { device: phone, cut, mend } = await cuttable(eve, servers[0]);
  const { id: conversationId } = await ada.client.conversations.create({
    participantIds: [eve.id],
    title: 'Viral',
  });
  const { id: messageId } = await ada.client.messages.send({ conversationId, content: 'hello' });
  const count = limits.reactions.named.ofFew + 2;
  const everybody = await crowd(ada.client, { conversationId, messageId }, count);
  const phones = phone.messages.open(conversationId);
  await shows(phones, messageId, [`👍 ${count}`]);
  // Nothing that everybody gets says that it was Eve.
  await eve.client.reactions.add({ messageId, emoji: '👍' });
  await shows(phones, messageId, [`👍 ${count + 1} own`]);
  await cut();
  await eve.client.reactions.remove({ messageId, emoji: '👍' });
  const [first] = everybody;
  if (first === undefined) throw new Error('there is nobody');
  const hearts = `/messages/${messageId}/reactions`;
  const heart = { emoji: '❤️' };
  expect((await rest(first, 'PUT', hearts, heart)).status).toBe(200);
  const takenBack = await rest(first, 'DELETE', `${hearts}?emoji=${encodeURIComponent(heart.emoji)}`);
  expect(await takenBack.json()).not.toMatchObject({ data: { reactions: [{}, heart] } });
  expect((await rest(first, 'PUT', hearts, heart)).status).toBe(200);
  mend();
  await shows(phones, messageId, [`👍 ${count}`, '❤️ 1']);
  await eve.client.reactions.add({ messageId, emoji: '👍' });
  await shows(phones, messageId, [`👍 ${count + 1} own`, '❤️ 1']);
  const { reactions, nextCursor } = await phone.reactions.list({ messageId, emoji: '👍', limit: 5 });
  expect(reactions.map(({ user }) => user.id)).toEqual(everybody.slice(0, 5).map(({ userId }) => userId));
  expect(nextCursor).not.toBeNull();
});

test('what is refused says why, over REST and tRPC', async () => {
  const [ada, eve] = await Promise.all([somebody(servers[0].url), somebody(servers[1].url)]);
  const { id: conversationId } = await ada.client.conversations.create({
    participantIds: [eve.id],
    title: 'Refused',
  });
  const { id: messageId } = await ada.client.messages.send({ conversationId, content: 'hello' });
  for (const emoji of ['a', '👍👍', '', ':)', '👍'.repeat(100)]) {
    const adding = ada.client.reactions.add({ messageId, emoji });
    await expect(adding).rejects.toMatchObject({
      ...{
        code: 'INVALID_INPUT',
        fields: expect.arrayContaining([expect.objectContaining({ path: 'emoji' })]),
      },
    });
  }
  await expect(eve.client.pins.add({ messageId })).rejects.toMatchObject({ code: 'FORBIDDEN' });
  const stranger = await parley.person('a-stranger-to-reactions');
  for (const [method, path, body] of [
    ['PUT', `/messages/${messageId}/reactions`, { emoji: '👍' }],
    ['GET', `/messages/${messageId}/reactions`],
    ['PUT', `/messages/${messageId}/pin`],
    ['GET', `/conversations/${conversationId}/pins`],
    ['PUT', `/saved/${messageId}`],
  ] as const) {
    const { status } = await rest(stranger, method, path, body);
    expect(status, path).toBe(404);
  }
});

test('pins reach everybody, and what one saves one’s other devices', async () => {
  const [ada, eve] = await Promise.all([somebody(servers[0].url), somebody(servers[1].url)]);
  const { device: phone, cut, mend } = await cuttable(eve, servers[0]);
  const { id: conversationId } = await ada.client.conversations.create({
    participantIds: [eve.id],
    title: 'Kept',
  });
  const { id: messageId } = await ada.client.messages.send({ conversationId, content: 'to be kept' });
  const pinned = (by: string | undefined) =>
    until(
      phone.messages.open(conversationId),
      ({ status, messages }) =>
        status === 'ready' && messages.some(({ id, pinned: mark }) => id === messageId && mark?.by === by),
    );
  const saves = (...contents: string[]) =>
    until(
      phone.saved.list,
      ({ status, saved }) =>
        status === 'ready' && saved.map(({ message }) => message.content).join() === contents.join(),
    );
  await Promise.all([pinned(undefined), saves()]);
  await ada.client.pins.add({ messageId });
  await eve.client.saved.add({ messageId });
  await Promise.all([pinned(ada.id), saves('to be kept')]);
  expect(phone.saved.list.getSnapshot().messageIds.has(messageId)).toBe(true);
  expect((await phone.pins.list({ conversationId })).map(({ id }) => id)).toEqual([messageId]);
  await cut();
  await ada.client.pins.remove({ messageId });
  await eve.client.saved.remove({ messageId });
  const next = await ada.client.messages.send({ conversationId, content: 'another' });
  await eve.client.saved.add({ messageId: next.id });
  mend();
  await Promise.all([pinned(undefined), saves('another')]);
  await ada.client.conversations.removeMember({ conversationId, userId: eve.id });
  await until(eve.client.saved.list, ({ status, saved }) => status === 'ready' && saved.length === 0);
  // Also where nothing is asked for anew.
  await saves();
  await ada.client.conversations.addMembers({ conversationId, userIds: [eve.id] });
  await saves('another');
});

test('the code about reactions in docs/features.md runs as it stands', async () => {
  const stdout = await runDocumented('reactions', servers[1].url);
  expect(stdout).toBe('❤️ 2, one of them mine\npinned: Lunch at noon?\nsaved: Lunch at noon?\n');
});
