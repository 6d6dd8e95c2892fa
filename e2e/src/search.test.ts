import type { TestParley } from '@parley/engine/testing';
import { createClient, type ParleyClient } from '@parley/sdk';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { runDocumented } from './documented.ts';
import type { ServerProcess } from './server-process.ts';
import { startTwoServers } from './two-servers.ts';
import { signUp } from './sign-up.ts';

const resources = new AsyncDisposableStack();
let parley: TestParley;
let servers: [ServerProcess, ServerProcess];
beforeAll(async () => {
  ({ parley, servers } = resources.use(await startTwoServers()));
});
afterAll(() => resources.disposeAsync());

async function somebody(name: string, url: string): Promise<{ client: ParleyClient; id: string }> {
  const client = createClient({ url });
  onTestFinished(() => client.close());
  const { id } = await signUp(parley, client, name);
  return { client, id };
}

async function contents(client: ParleyClient, q: string): Promise<string[]> {
  const { results } = await client.search.messages({ q });
  return results.map(({ message }) => message.content);
}

test('what one says on a server another finds on the next, before and after the first one was killed', async () => {
  const ada = await somebody('ada', servers[0].url);
  const grace = await somebody('grace', servers[1].url);
  const stranger = await somebody('eve', servers[1].url);
  const { id: conversationId } = await ada.client.conversations.create({
    participantIds: [grace.id],
    title: 'Compilers',
  });
  const sent = await ada.client.messages.send({ conversationId, content: 'Über Übersetzer, 编译器入门' });
  for (const q of ['ubersetz', '编译', '"uber ubersetzer"']) {
    await expect.poll(() => contents(grace.client, q), { timeout: 10_000 }).toEqual([sent.content]);
  }
  expect(await contents(stranger.client, 'ubersetz')).toEqual([]);
  const found = await grace.client.search.all({ q: 'comp' });
  expect(found.conversations.map(({ title }) => title)).toEqual(['Compilers']);
  expect((await grace.client.search.all({ q: 'ada' })).people.map(({ username }) => username)).toEqual([
    'ada',
  ]);

  // Killed before it can have indexed what it has just stored: the other server finds it.
  const last = await ada.client.messages.send({ conversationId, content: 'last words' });
  await servers[0].kill();
  await expect.poll(() => contents(grace.client, 'words'), { timeout: 20_000 }).toEqual([last.content]);
  await grace.client.conversations.leave({ conversationId });
  expect(await contents(grace.client, 'words')).toEqual([]);
});

test('the code about search in docs/features.md runs as it stands', async () => {
  const stdout = await runDocumented('search', servers[1].url);
  expect(stdout).toBe('Let us meet at the **Café**\n');
});
