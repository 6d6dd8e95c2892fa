import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { handClient, opened } from './connection/testing/hand-client.ts';
import type { HandSocket } from './connection/testing/hand-socket.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

async function answer(socket: HandSocket, path: string, data: object): Promise<void> {
  socket.say({ id: socket.askedAt(path).at(-1)?.id, result: { type: 'data', data } });
  await vi.advanceTimersByTimeAsync(0);
}

test('what may have been missed is read again once, however many pages a ready has', async () => {
  const client = handClient();
  client.blocks.list.subscribe(() => {});
  const socket = await opened();
  const asked = () => socket.askedAt('blocks.list').length;
  const page = (more: boolean) => ({ type: 'ready', epoch: 'a', heads: [], more, inboxSeq: 1 });
  const none = { blocks: [], nextAfter: null };
  await answer(socket, 'blocks.list', none);
  const before = asked();
  await answer(socket, 'inbox.watch', [page(true)]);
  await answer(socket, 'inbox.watch', [page(true)]);
  expect(asked()).toBe(before);
  await answer(socket, 'inbox.watch', [page(false)]);
  expect(asked()).toBe(before + 1);
  await answer(socket, 'blocks.list', none);
  await answer(socket, 'inbox.watch', [{ type: 'blocks' }]);
  expect(asked()).toBe(before + 2);
  client.close();
});
