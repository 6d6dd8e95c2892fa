import { newId } from '@parley/contract';
import { type TestParley, testParley } from '@parley/engine/testing';
import { createClient, type ParleyClient, type ParleyError } from '@parley/sdk';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { memoryStorage } from '../memory-storage.ts';
import { type ServerProcess, startServerProcess, testRedisUrl } from '../server-process.ts';
import { startTcpProxy, type TcpProxy } from '../tcp-proxy.ts';
import { password, signUp } from '../sign-up.ts';

// Every link swallows what goes through it, one after the other, while all that can be asked for is asked for.
const mostMs = 30_000;

const resources = new AsyncDisposableStack();
let parley: TestParley;
let links: Record<'client' | 'database' | 'redis', TcpProxy>;
let server: ServerProcess;
let url: string;
let ada: ParleyClient;
let conversationId: string;
let messageId: string;

const through = (address: string, { port }: TcpProxy) => {
  const moved = new URL(address);
  moved.port = String(port);
  return moved.href;
};

beforeAll(async () => {
  parley = resources.use(await testParley());
  const proxyOf = async (port: string | number) => resources.use(await startTcpProxy(Number(port)));
  const database = await proxyOf(new URL(parley.connectionString).port);
  const redis = await proxyOf(new URL(testRedisUrl()).port);
  server = resources.use(
    await startServerProcess({
      databaseUrl: through(parley.connectionString, database),
      redisUrl: through(testRedisUrl(), redis),
    }),
  );
  const client = await proxyOf(server.port);
  links = { client, database, redis };
  url = `http://127.0.0.1:${client.port}`;
  ada = createClient({ url, storage: memoryStorage() });
  resources.defer(() => ada.close());
  await signUp(parley, ada, 'ada');
  const grace = await parley.person('grace');
  const made = await ada.conversations.create({ participantIds: [grace.userId], title: 'Room' });
  conversationId = made.id;
  messageId = (await ada.messages.send({ conversationId, content: 'first' })).id;
});
afterAll(() => resources.disposeAsync());

/** One call of every kind; sends are not among them: what is to be sent waits in the outbox, and says so. */
const calls: Readonly<Record<string, () => Promise<unknown>>> = {
  'auth.login': () => signIn(),
  'auth.me': () => ada.auth.me(),
  'users.search': () => ada.users.search({ q: 'grace' }),
  'users.get': () => ada.users.get({ userId: newId() }),
  'conversations.members': () => ada.conversations.members({ conversationId }),
  'conversations.create': () => ada.conversations.create({ participantIds: [newId()], title: 'Other' }),
  'conversations.rename': () => ada.conversations.rename({ conversationId, title: 'Renamed' }),
  'conversations.leave': () => ada.conversations.leave({ conversationId: newId() }),
  'messages.list': () => ada.messages.list({ conversationId }),
  'messages.edit': () => ada.messages.edit({ conversationId, messageId, content: 'edited' }),
  'messages.delete': () => ada.messages.delete({ conversationId, messageId: newId() }),
  'messages.markRead': () => ada.messages.markRead({ conversationId }),
  'REST health': () => overRest('/health'),
  'REST messages': () => overRest(`/conversations/${conversationId}/messages`),
};

async function signIn(): Promise<void> {
  using other = createClient({ url });
  await other.auth.login({ email: 'ada', password });
}

/** Through the server's own door, so that what has to end it is the server, unless it is the way there that is cut. */
async function overRest(path: string): Promise<number> {
  const response = await fetch(`${server.url}${path}`, { signal: AbortSignal.timeout(mostMs) });
  await response.arrayBuffer();
  return response.status;
}

/** How each of the calls ended, in time. */
async function ends(): Promise<Record<string, string>> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Error('is still pending')), mostMs);
  const entries = Object.entries(calls).map(async ([name, call]) => {
    const outcome = await Promise.race([call(), late.promise]).then(
      () => 'answered',
      (error: ParleyError | Error) => ('code' in error ? error.code : error.message),
    );
    return [name, outcome] as const;
  });
  try {
    return Object.fromEntries(await Promise.all(entries));
  } finally {
    clearTimeout(timer);
  }
}

const unreachable = { 'messages.list': 'UNAVAILABLE', 'auth.login': 'UNAVAILABLE' };

test.each(['client', 'database', 'redis'] as const)(
  'I18 with the %s link swallowing everything, no call is pending after 30 s, and all is well again when it passes',
  async (name) => {
    const before = await ends();
    expect(Object.values(before)).not.toContain('UNAVAILABLE');
    const sent: Promise<unknown>[] = [];
    links[name].blackhole(true);
    try {
      sent.push(ada.messages.send({ conversationId, content: `through ${name}` }));
      const during = await ends();
      expect(Object.values(during)).not.toContain('is still pending');
      // Without Redis everything goes on.
      expect(during).toMatchObject(name === 'redis' ? before : unreachable);
    } finally {
      links[name].blackhole(false);
    }
    await Promise.all(sent);
    await expect.poll(ends, { timeout: mostMs, interval: 500 }).toEqual(before);
  },
  120_000,
);
