import type { Conversation } from '@parley/contract';
import type { TestParley } from '@parley/engine/testing';
import { createClient, type ParleyClient } from '@parley/sdk';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { runDocumented } from './documented.ts';
import { RestCaller } from './rest/rest-caller.ts';
import type { ServerProcess } from './server-process.ts';
import { startTwoServers } from './two-servers.ts';
import { startTcpProxy } from './tcp-proxy.ts';
import { until } from './until.ts';
import { password, signUp } from './sign-up.ts';

const avatar = 'https://example.com/group.png';
/** Nothing listens there. */
const nowhere = 9;

const resources = new AsyncDisposableStack();
let parley: TestParley;
let servers: [ServerProcess, ServerProcess];
beforeAll(async () => {
  ({ parley, servers } = resources.use(await startTwoServers()));
});
afterAll(() => resources.disposeAsync());

function clientAt(url: string): ParleyClient {
  const client = createClient({ url });
  onTestFinished(() => client.close());
  return client;
}

let people = 0;

async function somebody(url: string): Promise<{ client: ParleyClient; id: string; email: string }> {
  people += 1;
  const client = clientAt(url);
  const email = `groups-${people}@example.com`;
  const { id } = await signUp(parley, client, `groups-${people}`);
  return { client, id, email };
}

/** Waits until somebody's list shows the conversation as wished. */
const shown = async ({ conversations }: ParleyClient, id: string, wish: (one: Conversation) => boolean) =>
  (
    await until(conversations.list, (list) => list.conversations.some((one) => one.id === id && wish(one)))
  ).conversations.find((one) => one.id === id);
const gone = ({ conversations }: ParleyClient, id: string) =>
  until(conversations.list, ({ status, conversations: list }) =>
    status === 'ready' ? list.every((one) => one.id !== id) : false,
  );

test('what changes while one is cut off is all there afterwards, as for somebody who has just come', async () => {
  const proxy = await startTcpProxy(servers[1].port);
  onTestFinished(() => proxy[Symbol.asyncDispose]());
  const [ada, grace, eve] = [
    await somebody(servers[0].url),
    await somebody(`http://127.0.0.1:${proxy.port}`),
    await somebody(servers[0].url),
  ];
  const { id: conversationId } = await ada.client.conversations.create({
    participantIds: [grace.id],
    title: 'Before',
  });
  const members = grace.client.members.open(conversationId);
  const messages = grace.client.messages.open(conversationId);
  await ada.client.conversations.update({ conversationId, avatar, description: 'About', isPublic: true });
  await shown(grace.client, conversationId, ({ isPublic }) => isPublic === true);
  expect(await shown(grace.client, conversationId, () => true)).toMatchObject({
    avatar,
    description: 'About',
  });
  await until(members, ({ members: list }) => list.length === 2);
  await until(messages, (list) => list.messages.some(({ notice }) => notice?.kind === 'public'));

  proxy.route(nowhere);
  proxy.reset();
  const { token } = await ada.client.invitations.create({ conversationId, maxUses: 2 });
  await eve.client.invitations.accept({ token });
  await ada.client.conversations.update({
    ...{ conversationId, title: 'After', avatar: null, description: null, isPublic: false },
  });
  await eve.client.messages.send({ conversationId, content: 'hello from within' });
  proxy.route(servers[1].port);

  const after = await shown(
    grace.client,
    conversationId,
    ({ title, unread }) => title === 'After' && unread === 1,
  );
  expect(after).toMatchObject({ avatar: null, memberCount: 3 });
  expect(after).not.toHaveProperty('description');
  expect(after).not.toHaveProperty('isPublic');
  await until(members, ({ members: list }) => list.some(({ userId }) => userId === eve.id));
  const fresh = clientAt(servers[0].url);
  await fresh.auth.login({ email: grace.email, password });
  await until(fresh.conversations.list, ({ status }) => status === 'ready');
  expect(after).toEqual(await shown(fresh, conversationId, () => true));
  const last = await until(messages, (list) => list.messages.at(-1)?.content === 'hello from within');
  const freshMessages = await until(fresh.messages.open(conversationId), ({ status }) => status === 'ready');
  expect(last.messages.map(({ position }) => position)).toEqual(
    freshMessages.messages.map(({ position }) => position),
  );
});

test('who joins has the group on every device, and who is removed loses it until somebody adds them', async () => {
  const [ada, eve] = [await somebody(servers[0].url), await somebody(servers[1].url)];
  const { id: otherId } = await somebody(servers[0].url);
  const phone = clientAt(servers[0].url);
  await phone.auth.login({ email: eve.email, password });
  await until(phone.conversations.list, ({ status }) => status === 'ready');
  const { id: conversationId } = await ada.client.conversations.create({
    participantIds: [otherId],
    title: 'Bird watchers',
  });
  await expect(eve.client.groups.join({ conversationId })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  await ada.client.conversations.update({ conversationId, isPublic: true });
  const { groups } = await eve.client.groups.search({ q: 'bird' });
  expect(groups).toMatchObject([{ id: conversationId, memberCount: 2, joined: false }]);
  await eve.client.groups.join({ conversationId });
  await Promise.all([
    shown(phone, conversationId, ({ memberCount }) => memberCount === 3),
    shown(eve.client, conversationId, ({ memberCount }) => memberCount === 3),
    shown(ada.client, conversationId, ({ lastMessage }) => lastMessage?.notice?.kind === 'joined'),
  ]);
  await ada.client.conversations.removeMember({ conversationId, userId: eve.id });
  await Promise.all([gone(phone, conversationId), gone(eve.client, conversationId)]);
  const { token } = await ada.client.invitations.create({ conversationId });
  const refused = { code: 'FORBIDDEN' };
  await expect(eve.client.groups.join({ conversationId })).rejects.toMatchObject(refused);
  await expect(eve.client.invitations.accept({ token })).rejects.toMatchObject(refused);
  await ada.client.conversations.addMembers({ conversationId, userIds: [eve.id] });
  await Promise.all([phone, eve.client].map((each) => shown(each, conversationId, () => true)));
});

test('twenty people come at once to two servers with an invitation for five', async () => {
  const ada = await somebody(servers[0].url);
  const { id: otherId } = await somebody(servers[0].url);
  const { id: conversationId } = await ada.client.conversations.create({
    participantIds: [otherId],
    title: 'Few',
  });
  const { token, id } = await ada.client.invitations.create({ conversationId, maxUses: 5 });
  const twenty = await Promise.all(Array.from({ length: 20 }, (_, n) => parley.person(`one-of-${n}`)));
  const answers = await Promise.all(
    twenty.map(({ accessToken }, n) => {
      const rest = new RestCaller((servers[n % 2] ?? servers[0]).url);
      rest.token = accessToken;
      return rest.call('POST', '/invitations/accept', { token });
    }),
  );
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(5);
  expect(answers.filter(({ status, body }) => status === 409 && body.code === 'CONFLICT')).toHaveLength(15);
  await shown(ada.client, conversationId, ({ memberCount }) => memberCount === 7);
  const stored = await parley.db
    .selectFrom('invitations')
    .select('uses')
    .where('id', '=', id)
    .executeTakeFirstOrThrow();
  expect(stored.uses).toBe(5);
});

test('all of it over REST, and what is wrong with it', async () => {
  const [ada, eve] = [await parley.person('rest-ada'), await parley.person('rest-eve')];
  const { userId } = await parley.person('rest-other');
  const [mine, theirs] = [new RestCaller(servers[0].url), new RestCaller(servers[1].url)];
  [mine.token, theirs.token] = [ada.accessToken, eve.accessToken];
  const { id } = await mine.expectStatus(201, 'POST', '/conversations', {
    participantIds: [userId],
    title: 'Over REST',
  });
  const there = `/conversations/${id}`;
  const changes = { avatar, description: 'Plain fetch', isPublic: true };
  expect(await mine.expectStatus(200, 'PATCH', there, changes)).toMatchObject(changes);
  for (const [method, path, body] of [
    ['PATCH', there, {}],
    ['PATCH', there, { avatar: 'javascript:alert(1)' }],
    ['PATCH', there, { description: 'x'.repeat(501) }],
    ['PATCH', there, { history: 'full' }],
    ['POST', `${there}/invitations`, { expiresInSeconds: 59 }],
    ['POST', `${there}/invitations`, { expiresInSeconds: 366 * 86_400 }],
    ['POST', `${there}/invitations`, { maxUses: 0 }],
    ['POST', `${there}/invitations`, { maxUses: 10_001 }],
    ['POST', '/invitations/accept', {}],
    ['GET', '/groups?q=', undefined],
    ['GET', '/groups?q=rest&cursor=x', undefined],
  ] as const) {
    const refused = await mine.expectStatus(400, method, path, body);
    expect(refused.code, `${method} ${path} ${JSON.stringify(body)}`).toBe('INVALID_INPUT');
  }
  const made = await mine.expectStatus(200, 'POST', `${there}/invitations`, { maxUses: 1 });
  expect((await mine.expectStatus(200, 'GET', `${there}/invitations`)).invitations).toMatchObject([
    { id: made.id, hint: made.token.slice(-4), maxUses: 1, uses: 0 },
  ]);
  expect(await theirs.expectStatus(200, 'POST', '/invitations/preview', { token: made.token })).toMatchObject(
    {
      ...{ conversationId: id, title: 'Over REST', memberCount: 2, joined: false },
      invitedBy: { id: ada.userId },
    },
  );
  await theirs.expectStatus(404, 'POST', '/invitations/preview', { token: 'made-up' });
  await theirs.expectStatus(404, 'GET', there);
  const { groups } = await theirs.expectStatus(200, 'GET', '/groups?q=over%20rest');
  expect(groups).toMatchObject([{ id, description: 'Plain fetch' }]);
  expect(await theirs.expectStatus(200, 'GET', `/groups/${id}`)).toMatchObject({ id, joined: false });
  await theirs.expectStatus(200, 'POST', '/invitations/accept', { token: made.token });
  await theirs.expectStatus(200, 'POST', `/groups/${id}/join`, {});
  await theirs.expectStatus(403, 'POST', `${there}/invitations`, {});
  await mine.expectStatus(204, 'DELETE', `${there}/invitations/${made.id}`);
  await mine.expectStatus(404, 'DELETE', `${there}/invitations/${id}`);
  await theirs.expectStatus(403, 'PATCH', there, { isPublic: false });
});

test('the code about groups in docs/features.md runs as it stands', async () => {
  const stdout = await runDocumented('groups', servers[1].url);
  expect(stdout).toBe(
    'Rosa found Chess club, with 2 members\nVera was invited to Chess club by hedy\nNow there are 4\n',
  );
});
