import { execFile } from 'node:child_process';
import { createServer } from 'node:http';
import { promisify } from 'node:util';
import { closeCodes, oldestProtocolVersion, protocolVersion } from '@parley/contract';
import { type TestParley, testParley } from '@parley/engine/testing';
import { type ConnectionState, createClient, type ParleyClient, type SessionStorage } from '@parley/sdk';
import { afterAll, beforeAll, describe, expect, type TestContext, test } from 'vitest';
import { type WebSocket as ServerSocket, WebSocketServer } from 'ws';
import { listen } from './listen.ts';
import { memoryStorage } from './memory-storage.ts';
import { type ServerProcess, startServerProcess, testRedisUrl } from './server-process.ts';

const watchedMs = 4_000;

/** A server that takes every socket and does with it what it is told; over HTTP it has one answer for all. */
async function oddServer(
  { onTestFinished }: TestContext,
  onSocket: (socket: ServerSocket) => void,
  [status, body]: readonly [number, string] = [503, '{}'],
): Promise<{ url: string; sockets: () => number }> {
  const http = createServer((_, response) => response.writeHead(status).end(body));
  const webSockets = new WebSocketServer({ server: http });
  let sockets = 0;
  webSockets.on('connection', (socket) => {
    sockets += 1;
    socket.on('error', () => {});
    onSocket(socket);
  });
  const port = await listen(http);
  onTestFinished(() => {
    for (const socket of webSockets.clients) socket.terminate();
    http.closeAllConnections();
    http.close();
  });
  return { url: `http://127.0.0.1:${port}`, sockets: () => sockets };
}

let parley: TestParley;
beforeAll(async () => {
  parley = await testParley();
});
afterAll(() => parley[Symbol.asyncDispose]());

async function realServer(
  { onTestFinished }: TestContext,
  env: Readonly<Record<string, string>> = {},
): Promise<ServerProcess> {
  const server = await startServerProcess({
    databaseUrl: parley.connectionString,
    redisUrl: testRedisUrl(),
    env,
  });
  onTestFinished(() => server[Symbol.asyncDispose]());
  return server;
}

/** Resolves once the client stands so with the server. */
function reaches({ connection }: ParleyClient, status: ConnectionState['status']): Promise<void> {
  return new Promise((resolve) => {
    const look = () => {
      if (connection.getSnapshot().status === status) resolve();
    };
    connection.subscribe(look);
    look();
  });
}

const account = (username: string) => ({
  ...{ username, email: `${username}@example.com`, password: 'a password for tests' },
});

/** A storage in which somebody is signed in already. */
function signedIn(url: string): SessionStorage {
  const record = {
    user: { id: '0198a000-0000-7000-8000-000000000001', username: 'ada', email: 'ada@example.com' },
    accessToken: 'an access token',
    refreshToken: 'a refresh token',
    expiresAt: Date.now() + 3_600_000,
    lifeMs: 3_600_000,
  };
  return memoryStorage(new Map([[`parley.session:${url}/trpc`, JSON.stringify(record)]]));
}

// They wait more than they work.
describe.concurrent('the SDK', () => {
  test.for<[string, number]>([
    ['without a reason', 1011],
    ['for a new sign-in', closeCodes.signInAgain],
    ['as too slow', closeCodes.tooSlow],
    ['as it restarts', closeCodes.restarting],
  ])('a server that closes every socket %s is not stormed', async ([, code], context) => {
    const { url, sockets } = await oddServer(context, (socket) => socket.close(code));
    using client = createClient({ url, storage: signedIn(url) });
    client.conversations.list.subscribe(() => {});
    await new Promise((resolve) => setTimeout(resolve, watchedMs));
    expect(sockets()).toBeGreaterThan(0);
    // Left to itself, tRPC's link comes back hundreds of times.
    expect(sockets()).toBeLessThan(20);
  });

  test('a server over its limits is left alone for longer', async (context) => {
    const { url, sockets } = await oddServer(context, (socket) => socket.close(closeCodes.limited));
    using client = createClient({ url, storage: signedIn(url) });
    client.conversations.list.subscribe(() => {});
    await new Promise((resolve) => setTimeout(resolve, watchedMs));
    expect(sockets()).toBeGreaterThan(0);
    expect(sockets()).toBeLessThan(8);
  });

  test('a server that refuses for good ends the session', async (context) => {
    const { url, sockets } = await oddServer(context, (socket) => socket.close(closeCodes.refused));
    using client = createClient({ url, storage: signedIn(url) });
    const ended = new Promise<void>((resolve) => client.auth.session.subscribe(resolve));
    client.conversations.list.subscribe(() => {});
    await ended;
    expect(client.auth.session.getSnapshot()).toBeNull();
    expect(sockets()).toBe(1);
  });

  test('a server that finds the client too old is left alone, and what is not sent is kept', async (context) => {
    const { url, sockets } = await oddServer(context, (socket) => socket.close(closeCodes.outdated));
    using client = createClient({ url, storage: signedIn(url) });
    const outdated = reaches(client, 'outdated');
    const conversationId = '0198a000-0000-7000-8000-000000000002';
    const list = client.messages.open(conversationId);
    list.subscribe(() => {});
    client.messages.send({ conversationId, content: 'not lost' }).catch(() => {});
    await outdated;
    await expect(client.auth.me()).rejects.toMatchObject({ code: 'OUTDATED' });
    await expect(client.auth.login({ email: 'ada', password: 'secret' })).rejects.toMatchObject({
      code: 'OUTDATED',
    });
    client.connection.retryNow();
    await new Promise((resolve) => setTimeout(resolve, watchedMs));
    expect(client.connection.getSnapshot()).toEqual({ status: 'outdated', retryAt: null });
    const { outgoing } = list.getSnapshot();
    expect(outgoing).toMatchObject([{ content: 'not lost', status: 'sending', error: { code: 'OUTDATED' } }]);
    expect(sockets()).toBe(1);
  });

  test('a client older than the server speaks is told to load itself anew', async (context) => {
    const server = await realServer(context);
    const current = `"protocol":"${protocolVersion}"`;
    const old = `"protocol":"${oldestProtocolVersion - 1}"`;
    let said = 0;
    class Old extends WebSocket {
      override send(data: string): void {
        if (data.includes(current)) said += 1;
        super.send(data.replace(current, old));
      }
    }
    using client = createClient({ url: server.url, WebSocket: Old });
    await client.auth.register(account('old'));
    client.conversations.list.subscribe(() => {});
    await reaches(client, 'outdated');
    expect(said).toBe(1);
  });

  test('a client that is too old learns it over HTTP, too', async (context) => {
    const shape = { message: 'unable to answer; too old', data: { reason: 'OUTDATED', fields: [] } };
    const { url, sockets } = await oddServer(context, () => {}, [412, JSON.stringify({ error: shape })]);
    using client = createClient({ url });
    await expect(client.auth.login({ email: 'ada', password: 'secret' })).rejects.toMatchObject({
      code: 'OUTDATED',
      message: 'unable to answer; too old',
    });
    expect(client.connection.getSnapshot().status).toBe('outdated');
    expect(sockets()).toBe(0);
  });

  test('a socket outlives the token it was opened with', async (context) => {
    const server = await realServer(context, { JWT_EXPIRES_IN: '10s' });
    let sockets = 0;
    class Counted extends WebSocket {
      constructor(url: string | URL) {
        super(url);
        sockets += 1;
      }
    }
    using client = createClient({ url: server.url, WebSocket: Counted });
    const states = new Set<string>();
    await client.auth.register(account('ada'));
    client.conversations.list.subscribe(() => {});
    await reaches(client, 'online');
    client.connection.subscribe(() => states.add(client.connection.getSnapshot().status));
    await new Promise((resolve) => setTimeout(resolve, 12_000));
    expect(await client.auth.me()).toMatchObject({ username: 'ada' });
    expect([...states]).toEqual([]);
    expect(sockets).toBe(1);
  });

  test('a call to a server that never answers fails within 15 seconds', async (context) => {
    const { url } = await oddServer(context, () => {});
    using client = createClient({ url, storage: signedIn(url) });
    const started = Date.now();
    await expect(client.auth.me()).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    expect(Date.now() - started).toBeLessThan(16_000);
  });

  test('subscribing, retrying and closing twice is harmless, also while it connects', async (context) => {
    const { url } = await oddServer(context, (socket) => socket.close(1011));
    const client = createClient({ url, storage: signedIn(url) });
    const stops = [
      client.conversations.list.subscribe(() => {}),
      client.conversations.list.subscribe(() => {}),
    ];
    client.connection.retryNow();
    client.connection.retryNow();
    expect(client.connection.getSnapshot().status).toBe('connecting');
    client.close();
    client.close();
    client.connection.retryNow();
    for (const stop of [...stops, ...stops]) stop();
    expect(client.connection.getSnapshot().status).toBe('idle');
    await expect(client.auth.me()).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    expect(client.connection.getSnapshot().status).toBe('idle');
  });

  test('a process ends once its client is closed, whatever was under way', async (context) => {
    const { url } = await oddServer(context, (socket) => socket.close(1011));
    const script = `
      const { createClient } = await import('@parley/sdk');
      const items = new Map([[${JSON.stringify(`parley.session:${url}/trpc`)}, ${JSON.stringify(signedIn(url).getItem(`parley.session:${url}/trpc`))}]]);
      const client = createClient({ url: ${JSON.stringify(url)}, storage: { getItem: (key) => items.get(key) ?? null, setItem() {}, removeItem() {} } });
      client.conversations.list.subscribe(() => {});
      client.messages.open('0198a000-0000-7000-8000-000000000002').subscribe(() => {});
      client.messages.send({ conversationId: '0198a000-0000-7000-8000-000000000002', content: 'hello' }).catch(() => {});
      client.auth.me().catch(() => {});
      await new Promise((resolve) => setTimeout(resolve, 700));
      client.close();
      client.close();
      console.log('closed');
    `;
    const started = Date.now();
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ['--conditions=@parley/source', '--input-type=module', '--eval', script],
      { cwd: import.meta.dirname, timeout: 10_000 },
    );
    expect(stdout).toBe('closed\n');
    expect(Date.now() - started).toBeLessThan(5_000);
  });
});
