import { type TestParley, testParley } from '@parley/engine/testing';
import { createClient, type ParleyClient } from '@parley/sdk';
import { afterAll, afterEach, beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import { launchChromium } from './browser.ts';
import { ForbiddenWebSocket } from './no-websocket.ts';
import { type ServerProcess, startServerProcess, testRedisUrl } from './server-process.ts';
import { type Block, startStrictProxy, type StrictProxy } from './strict-proxy.ts';
import { until } from './until.ts';
import { openRegistration } from './web-app.ts';
import { password, signUp } from './sign-up.ts';

const resources = new AsyncDisposableStack();
let parley: TestParley;
let server: ServerProcess;
/** It is blocked on its way for as long as a test lasts. */
let webProxy: StrictProxy;
let grace: ParleyClient;
let graceId: string;

beforeAll(async () => {
  parley = resources.use(await testParley());
  webProxy = resources.use(await startStrictProxy(() => server.port, 'refuse'));
  server = resources.use(
    await startServerProcess({
      databaseUrl: parley.connectionString,
      redisUrl: testRedisUrl(),
      env: { CORS_ORIGIN: webProxy.url },
    }),
  );
  grace = resources.adopt(createClient({ url: server.url }), (client) => client.close());
  graceId = (await signUp(parley, grace, 'grace')).id;
});
afterAll(() => resources.disposeAsync());
afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

async function strictProxy(how: Block | null): Promise<StrictProxy> {
  const proxy = await startStrictProxy(() => server.port, how);
  onTestFinished(() => proxy[Symbol.asyncDispose]());
  return proxy;
}

let people = 0;

/** Somebody new in a conversation with Grace, whose messages they look at. */
async function somebody(url: string, WebSocketClass?: typeof WebSocket) {
  const client = createClient({
    url,
    ...(WebSocketClass === undefined ? {} : { WebSocket: WebSocketClass }),
  });
  onTestFinished(() => client.close());
  const username = `strict-${(people += 1)}`;
  await signUp(parley, client, username);
  const { id: conversationId } = await client.conversations.create({ participantIds: [graceId] });
  const list = client.messages.open(conversationId);
  return { client, conversationId, list };
}

type Somebody = Awaited<ReturnType<typeof somebody>>;

/** Both say something, and both are shown it. Gives how the client then stands with the server. */
async function talk({ client, conversationId, list }: Somebody, text: string): Promise<string> {
  const theirs = grace.messages.open(conversationId);
  await until(list, ({ status }) => status === 'ready');
  await until(theirs, ({ status }) => status === 'ready');
  await grace.messages.send({ conversationId, content: `${text}, says Grace` });
  await client.messages.send({ conversationId, content: `${text}, say I` });
  const both = [`${text}, says Grace`, `${text}, say I`];
  for (const messages of [list, theirs])
    await until(messages, (shown) =>
      both.every((said) => shown.messages.some(({ content }) => content === said)),
    );
  return client.connection.getSnapshot().status;
}

test('where WebSockets are refused, swallowed or mute, people talk over HTTP and server-sent events', async () => {
  const ways: Block[] = ['refuse', 'swallow', 'mute'];
  const proxies = await Promise.all(ways.map(strictProxy));
  const here = await Promise.all(proxies.map(({ url }) => somebody(url)));
  // Side by side, as they wait more than they work.
  const states = await Promise.all(here.map((someone, index) => talk(someone, ways[index] ?? '')));
  expect(states).toEqual(ways.map(() => 'online'));
  for (const { upgrades } of proxies) expect(upgrades).toBeGreaterThan(0);
});

test('where the page may not open one, people talk over HTTP and server-sent events', async () => {
  expect(await talk(await somebody(server.url, ForbiddenWebSocket), 'forbidden')).toBe('online');
});

test('where there is no WebSocket at all, people talk over HTTP and server-sent events', async () => {
  vi.stubGlobal('WebSocket', undefined);
  expect(await talk(await somebody(server.url), 'none')).toBe('online');
});

test('a stream that is cut goes on where it was: nothing is missing, nothing is there twice', async () => {
  const proxy = await strictProxy('refuse');
  const someone = await somebody(proxy.url);
  const { conversationId, list } = someone;
  await talk(someone, 'before');
  const shown = () => list.getSnapshot().messages.map(({ content }) => content);
  for (let round = 0; round < 3; round += 1) {
    proxy.cut();
    await Promise.all(
      [0, 1, 2].map((n) => grace.messages.send({ conversationId, content: `${round}.${n}` })),
    );
    const last = await grace.messages.send({ conversationId, content: `end of ${round}` });
    await until(list, ({ messages }) => messages.at(-1)?.id === last.id);
  }
  const { messages } = await grace.messages.list({ conversationId });
  expect(shown()).toEqual(messages.map(({ content }) => content));
  expect(new Set(shown()).size).toBe(shown().length);
});

test('a WebSocket is tried from time to time, and taken once it gets through', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'], shouldAdvanceTime: true });
  // Every wait that is drawn is the shortest.
  vi.spyOn(Math, 'random').mockReturnValue(0);
  onTestFinished(() => void vi.restoreAllMocks());
  const proxy = await strictProxy('refuse');
  const someone = await somebody(proxy.url);
  await talk(someone, 'blocked');
  const tried = proxy.upgrades;
  // No longer than what is said in between keeps the stream from being taken for dead.
  await vi.advanceTimersByTimeAsync(15_000);
  await expect.poll(() => proxy.upgrades).toBe(tried + 1);
  await talk(someone, 'still blocked');
  expect(proxy.upgrades).toBe(tried + 1);
  proxy.block(null);
  await vi.advanceTimersByTimeAsync(30_000);
  // The one that was tried, and the one that is taken.
  await expect.poll(() => proxy.upgrades).toBe(tried + 3);
  expect(await talk(someone, 'free')).toBe('online');
});

test('in a browser, the web app works behind such a proxy', async () => {
  const browser = await launchChromium();
  onTestFinished(() => browser.close());
  const page = await browser.newPage({ baseURL: webProxy.url });
  await page.goto('/');
  await openRegistration(page);
  await page.getByLabel('E-mail').fill('browser@example.com');
  await page.getByLabel('Username').fill('browser');
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Create account' }).click();
  await page.getByTestId('account').waitFor();
  const [browserUser] = await grace.users.search({ q: 'browser' });
  const { id: conversationId } = await grace.conversations.create({
    participantIds: [browserUser?.id ?? ''],
  });
  await page.getByTestId('conversation').click();
  await page.getByTestId('timeline').waitFor();
  await grace.messages.send({ conversationId, content: 'Can you hear me?' });
  await page.getByText('Can you hear me?').last().waitFor();
  const composer = page.getByRole('textbox', { name: 'Message' });
  await composer.fill('Loud and clear.');
  await composer.press('Enter');
  await until(
    grace.messages.open(conversationId),
    ({ messages }) => messages.at(-1)?.content === 'Loud and clear.',
  );
  expect(await page.getByTestId('connection-banner').count()).toBe(0);
  expect(webProxy.upgrades).toBeGreaterThan(0);
});
