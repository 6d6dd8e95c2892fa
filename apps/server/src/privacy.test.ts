import { newId } from '@parley/contract';
import { signedUp } from '@parley/engine/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type RunningServer, startTestServer } from './testing/running-server.ts';

let server: RunningServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server[Symbol.asyncDispose]());

test('security, logs: nobody is named in them, whatever they do and whatever fails', async () => {
  const [name, text] = [`canary${newId().slice(-12)}`, 'canary of what people write'];
  const account = { email: `${name}@example.org`, username: name, password: `the ${name} password` };
  const { auth } = server.http();
  const { accessToken } = signedUp(await auth.register.mutate({ ...account, displayName: `The ${name}` }));
  await auth.register.mutate(account).catch(() => {});
  await auth.login.mutate({ email: account.email, password: 'wrong' }).catch(() => {});
  await auth.login.mutate({ email: name, password: account.password });
  const other = await server.parley.person(`other${newId().slice(-12)}`);
  for (const client of [server.http(accessToken), server.ws(accessToken)]) {
    await client.users.search.query({ q: account.email });
    await client.users.search.query({ q: name });
    await client.auth.updateProfile.mutate({ displayName: `Their ${name}` });
    const { id: conversationId } = await client.conversations.create.mutate({
      participantIds: [other.userId],
      title: `${name} and others`,
    });
    await client.messages.send.mutate({ conversationId, content: text });
    await client.auth.updateProfile.mutate({ username: '!' }).catch(() => {});
  }
  await fetch(`${server.url}/users/search?q=${account.email}`, {
    headers: { authorization: `Bearer ${accessToken}` },
  });
  // An error of the database that nobody foresaw, and that has the value in it.
  await server.parley.db.schema.createIndex('surprise').unique().on('users').column('display_name').execute();
  for (const client of [server.http(other.accessToken), server.ws(other.accessToken)]) {
    const call = client.auth.updateProfile.mutate({ displayName: `Their ${name}` });
    await expect(call).rejects.toMatchObject({ data: { reason: 'INTERNAL' } });
  }
  const answer = await fetch(`${server.url}/auth/profile`, {
    method: 'PUT',
    headers: { authorization: `Bearer ${other.accessToken}`, 'content-type': 'application/json' },
    body: JSON.stringify({ displayName: `Their ${name}` }),
  });
  expect(answer.status).toBe(500);

  const log = server.log();
  expect(log.match(/duplicate key value violates unique constraint/g)?.length).toBeGreaterThanOrEqual(3);
  expect(log).toContain('call refused');
  expect(log).not.toContain(name);
  expect(log).not.toContain(text);
});

test('the export is lines of JSON, the last of which counts them; without signing in there is none', async () => {
  const { userId, accessToken } = await server.parley.person(`exporter-${newId()}`);
  const url = `${server.url}/auth/export`;
  expect((await fetch(url)).status).toBe(401);
  const response = await fetch(url, { headers: { authorization: `Bearer ${accessToken}` } });
  expect(response.headers.get('content-type')).toBe('application/x-ndjson');
  expect(response.headers.get('content-disposition')).toBe('attachment; filename="parley.ndjson"');
  const lines = (await response.text())
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(lines[0]).toMatchObject({ type: 'export', userId });
  expect(lines.at(-1)).toEqual({ type: 'end', lines: lines.length - 1 });
});

test('the OpenAPI document says of every type of line what it is of', async () => {
  const person = await server.parley.person(`everything-${newId()}`);
  const other = await server.parley.person(`other-${newId()}`);
  const { services } = server.engine;
  const made = { participantIds: [other.userId], title: 'Room' };
  const { id: conversationId } = await services.conversations.create(person, made);
  const { id: messageId } = await services.messages.send(person, { conversationId, content: 'a root' });
  await services.messages.send(person, { conversationId, content: 'a reply', thread: messageId });
  await services.reactions.add(person, { messageId, emoji: '👍' });
  await services.saved.add(person, { messageId });
  await services.settings.set(person, { conversationId, archived: true });
  await services.drafts.set(person, { conversationId, text: 'half' });
  await services.blocks.add(person, { userId: other.userId });
  await services.invitations.create(person, { conversationId, expiresInSeconds: 60 });
  const headers = { authorization: `Bearer ${person.accessToken}` };
  const text = await (await fetch(`${server.url}/auth/export`, { headers })).text();
  const types = new Set([...text.matchAll(/^{"type":"(\w+)"/gm)].map(([, type = '']) => type));
  const { paths } = JSON.parse(await (await fetch(`${server.url}/api/openapi.json`)).text());
  const said: string = paths['/auth/export'].get.description;
  expect(new Set([...said.matchAll(/type `(\w+)`|^- `(\w+)`/gm)].map(([, a, b]) => a ?? b))).toEqual(types);
});

test('an export that fails in the middle is cut, not ended', async () => {
  const person = await server.parley.person(`long-${newId()}`);
  const { services } = server.engine;
  const { id: conversationId } = await services.conversations.create(person, {
    participantIds: [(await server.parley.person(`any-${newId()}`)).userId],
    title: 'Long',
  });
  // More than the buffers on the way hold.
  const content = 'x'.repeat(9_000);
  for (let n = 0; n < 8; n += 1) {
    await Promise.all(
      Array.from({ length: 250 }, () => services.messages.send(person, { conversationId, content })),
    );
  }
  const response = await fetch(`${server.url}/auth/export`, {
    headers: { authorization: `Bearer ${person.accessToken}` },
  });
  const reader = response.body?.getReader();
  expect((await reader?.read())?.done).toBe(false);
  await services.auth.logout(person);
  const rest = (async () => {
    for (let read = await reader?.read(); read?.done === false; read = await reader?.read());
  })();
  await expect(rest).rejects.toThrow('terminated');
});
