import type { ClientInfo } from '@parley/contract';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { clientReader, type ReadClient } from './client-info.ts';

/** What readers make of a request that arrives over the network, from this machine. */
async function read(readers: readonly ReadClient[], headers: Record<string, string>): Promise<ClientInfo[]> {
  let told: ClientInfo[] = [];
  const server = createServer((request, response) => {
    told = readers.map((reader) => reader(request));
    response.end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, { headers });
  server.closeAllConnections();
  server.close();
  return told;
}

const forwarded = { 'x-forwarded-for': '198.51.100.7, 203.0.113.9', 'user-agent': 'Test/1' };

test('a forwarded address counts only when a named proxy says so', async () => {
  const trusted = [[], ['10.0.0.0/8'], ['loopback'], ['127.0.0.1', '203.0.113.0/24']];
  const told = await read(trusted.map(clientReader), forwarded);
  expect(told.map(({ address }) => address)).toEqual([
    '127.0.0.1',
    '127.0.0.1',
    '203.0.113.9',
    '198.51.100.7',
  ]);
});

test('a device is what the client says it is, up to a length', async () => {
  const named = await read([clientReader([])], forwarded);
  const endless = await read([clientReader([])], { 'user-agent': 'x'.repeat(5_000) });
  expect([named[0]?.device, endless[0]?.device]).toEqual(['Test/1', 'x'.repeat(200)]);
});
