import type { TestParley } from '@parley/engine/testing';
import type { Conversation, ExportLine } from '@parley/contract';
import { createClient, type ParleyClient } from '@parley/sdk';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { memoryStorage } from './memory-storage.ts';
import type { ServerProcess } from './server-process.ts';
import { startTwoServers } from './two-servers.ts';
import { until } from './until.ts';
import { password, signUp } from './sign-up.ts';

const resources = new AsyncDisposableStack();
let parley: TestParley;
let servers: [ServerProcess, ServerProcess];

beforeAll(async () => {
  ({ parley, servers } = resources.use(await startTwoServers({ DELETED_ACCOUNT_MESSAGES: 'remove' })));
});
afterAll(() => resources.disposeAsync());

function client(server: ServerProcess): ParleyClient {
  const made = createClient({ url: server.url, storage: memoryStorage() });
  onTestFinished(() => made.close());
  return made;
}

let people = 0;

/** Somebody new, signed in. */
async function somebody(
  server: ServerProcess,
): Promise<{ client: ParleyClient; userId: string; email: string }> {
  people += 1;
  const made = client(server);
  const email = `people-${people}@example.com`;
  const { id } = await signUp(parley, made, `people-${people}`);
  return { client: made, userId: id, email };
}

test('roles reach the members’ list and the summary live, on another server, and passing ownership on too', async () => {
  const [ada, eve] = await Promise.all([somebody(servers[0]), somebody(servers[1])]);
  const { id: conversationId } = await ada.client.conversations.create({
    participantIds: [eve.userId],
    title: 'Roles',
  });
  const members = eve.client.members.open(conversationId);
  const roleOf = (userId: string, role: string) =>
    until(members, ({ members: list }) => list.some((one) => one.userId === userId && one.role === role));
  await roleOf(eve.userId, 'member');
  const set = (role: 'owner' | 'admin') =>
    ada.client.conversations.setRole({ conversationId, userId: eve.userId, role });
  await set('admin');
  await roleOf(eve.userId, 'admin');
  const summary = (role: string) =>
    until(eve.client.conversations.list, ({ conversations }) =>
      conversations.some((one) => one.id === conversationId && one.role === role),
    );
  await summary('admin');
  expect(await set('owner')).toMatchObject({ role: 'admin' });
  await Promise.all([summary('owner'), roleOf(ada.userId, 'admin'), roleOf(eve.userId, 'owner')]);
});

test('a block is known on one’s other device, and closes the conversation to both', async () => {
  const [ada, eve] = await Promise.all([somebody(servers[0]), somebody(servers[1])]);
  const phone = client(servers[1]);
  await phone.auth.login({ email: ada.email, password });
  const knows = (blocked: boolean) =>
    until(
      phone.blocks.list,
      ({ status, userIds }) => status === 'ready' && userIds.has(eve.userId) === blocked,
    );
  await knows(false);
  const { id: conversationId } = await ada.client.conversations.create({ participantIds: [eve.userId] });
  await ada.client.blocks.add({ userId: eve.userId });
  await knows(true);
  expect(phone.blocks.isBlocked(eve.userId)).toBe(true);
  const send = (from: ParleyClient) => from.messages.send({ conversationId, content: 'hello' });
  await expect(send(eve.client)).rejects.toMatchObject({
    code: 'FORBIDDEN',
    message: 'unable to send the message; the person cannot be reached',
  });
  await expect(send(ada.client)).rejects.toMatchObject({ code: 'FORBIDDEN' });
  await phone.blocks.remove({ userId: eve.userId });
  await knows(false);
  await send(eve.client);
  // What somebody else has blocked is not shown to who signs in next.
  await phone.blocks.add({ userId: eve.userId });
  await knows(true);
  await phone.auth.logout();
  expect(phone.blocks.isBlocked(eve.userId)).toBe(false);
});

test('one’s own data comes line by line, and a download that is cut throws', async () => {
  const [ada, eve] = await Promise.all([somebody(servers[0]), somebody(servers[1])]);
  const { id: conversationId } = await ada.client.conversations.create({ participantIds: [eve.userId] });
  await ada.client.messages.send({ conversationId, content: 'mine' });
  const lines: ExportLine[] = [];
  for await (const line of ada.client.auth.exportData()) lines.push(line);
  expect(lines.map(({ type }) => type)).toEqual([
    ...['export', 'profile', 'session', 'conversation', 'message'],
    // That they signed in, and ask for this.
    ...['audit', 'audit', 'end'],
  ]);
  expect(lines.at(-1)).toEqual({ type: 'end', lines: 7 });
  const stranger = client(servers[0]);
  const reading = stranger.auth.exportData().next();
  await expect(reading).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
});

test('a deleted account is gone for its devices, and for everybody who was in a conversation with it', async () => {
  const [ada, eve] = await Promise.all([somebody(servers[0]), somebody(servers[1])]);
  const phone = client(servers[1]);
  await phone.auth.login({ email: ada.email, password });
  await until(phone.conversations.list, ({ status }) => status === 'ready');
  const { id: directId } = await ada.client.conversations.create({ participantIds: [eve.userId] });
  const { id: groupId } = await ada.client.conversations.create({
    participantIds: [eve.userId],
    title: 'Group',
  });
  await ada.client.messages.send({ conversationId: groupId, content: 'to be gone' });
  const open = eve.client.messages.open(groupId);
  await until(open, ({ messages }) => messages.some(({ content }) => content === 'to be gone'));
  const shown = (wish: (peer: Conversation['peer']) => boolean) =>
    until(eve.client.conversations.list, ({ conversations }) =>
      conversations.some(({ id, peer }) => id === directId && wish(peer)),
    );
  await shown((peer) => peer?.deleted === undefined);

  await expect(ada.client.auth.deleteAccount({ password: 'wrong' })).rejects.toMatchObject({
    code: 'WRONG_CREDENTIALS',
  });
  await ada.client.auth.deleteAccount({ password });
  expect(ada.client.auth.session.getSnapshot()).toBeNull();
  await until(phone.auth.session, (session) => session === null);
  await shown((peer) => peer?.deleted === true);
  await until(open, ({ messages }) => messages.every(({ content }) => content !== 'to be gone'));
  await until(eve.client.conversations.list, ({ conversations }) =>
    conversations.some(({ id, role }) => id === groupId && role === 'owner'),
  );
  expect(await eve.client.users.get({ userId: ada.userId })).toMatchObject({
    deleted: true,
    displayName: null,
  });
});
