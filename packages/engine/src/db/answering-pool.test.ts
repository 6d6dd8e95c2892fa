import { once } from 'node:events';
import net from 'node:net';
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { silentLog } from '../testing/index.ts';
import { openDatabase } from './database.ts';

/** A link to the database that can swallow what goes through it. */
async function link(target: URL) {
  const sockets = new Set<net.Socket>();
  const swallowed = new Set<net.Socket>();
  const server = net.createServer((near) => {
    const far = net.connect(Number(target.port), target.hostname);
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from);
      from.on('error', () => {});
      from.on('close', () => to.destroy());
      from.on('data', (data) => void (swallowed.has(from) || to.write(data)));
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const url = new URL(target);
  url.port = String(typeof address === 'object' ? address?.port : address);
  return {
    url: url.href,
    /** Swallows what goes through the connections there are now; new ones work. */
    swallow() {
      for (const socket of sockets) swallowed.add(socket);
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

test('a connection that stopped answering is not handed out again', { timeout: 30_000 }, async () => {
  const url = process.env['PARLEY_TEST_DATABASE_URL'];
  if (url === undefined) throw new Error('unable to test; run the tests through pnpm test:unit');
  await using proxy = await link(new URL(url));
  const db = openDatabase(`${proxy.url}?query_timeout=1000`, 1, silentLog);
  try {
    await sql`select 1`.execute(db);
    proxy.swallow();
    const started = Date.now();
    await expect(db.transaction().execute((trx) => sql`select 1`.execute(trx))).rejects.toThrow(
      /Query read timeout|did not answer/,
    );
    await sql`select 1`.execute(db);
    expect(Date.now() - started).toBeLessThan(10_000);
  } finally {
    await db.destroy();
  }
});
