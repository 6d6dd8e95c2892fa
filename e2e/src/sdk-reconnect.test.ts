import { execFile } from 'node:child_process';
import { createServer } from 'node:http';
import { promisify } from 'node:util';
import { closeCodes } from '@parley/contract';
import { createClient, type SessionStorage } from '@parley/sdk';
import { describe, expect, type TestContext, test } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';
import { listen } from './listen.ts';
import { memoryStorage } from './memory-storage.ts';

const watchedMs = 4_000;

/** A server that takes every socket and does with it what it is told; over HTTP it is never available. */
async function oddServer(
  { onTestFinished }: TestContext,
  onSocket: (socket: WebSocket) => void,
): Promise<{ url: string; sockets: () => number }> {
  const http = createServer((_, response) => response.writeHead(503).end('{}'));
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
