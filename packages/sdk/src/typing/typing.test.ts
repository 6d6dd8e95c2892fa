import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { handClient, opened } from '../connection/testing/hand-client.ts';
import type { HandSocket } from '../connection/testing/hand-socket.ts';

const conversationId = '0198a000-0000-7000-8000-000000000001';
const grace = { userIds: ['grace'], count: 1 };
const nobody = { userIds: [], count: 0 };

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function tell(socket: HandSocket, data: object): void {
  const id = socket.askedAt('typing.watch').at(-1)?.id;
  socket.say({ id, result: { type: 'data', data } });
}

test('who is typing is over after six seconds without a word', async () => {
  const client = handClient();
  const store = client.typing.open(conversationId);
  expect(client.typing.open(conversationId)).toBe(store);
  store.subscribe(() => {});
  const socket = await opened();
  tell(socket, nobody);
  tell(socket, grace);
  await vi.advanceTimersByTimeAsync(5_000);
  tell(socket, grace);
  await vi.advanceTimersByTimeAsync(5_999);
  expect(store.getSnapshot()).toEqual(grace);
  await vi.advanceTimersByTimeAsync(1);
  expect(store.getSnapshot()).toEqual(nobody);
  client.close();
  expect(vi.getTimerCount()).toBe(0);
});

test('however often one says that one is typing, the server is told every three seconds, and of the end once', async () => {
  const client = handClient();
  const set = (typing: boolean) => client.typing.set({ conversationId, typing });
  // Without a connection it is not said at all.
  set(true);
  client.typing.open(conversationId).subscribe(() => {});
  const socket = await opened();
  tell(socket, nobody);
  for (let ms = 0; ms < 7_000; ms += 100) {
    set(true);
    await vi.advanceTimersByTimeAsync(100);
  }
  for (let n = 0; n < 3; n += 1) set(false);
  const said = socket.askedAt('typing.set').map(({ params }) => params?.input);
  expect(said).toEqual([true, true, true, false].map((typing) => ({ conversationId, typing })));
  // From anew it is news at once.
  set(true);
  expect(socket.askedAt('typing.set')).toHaveLength(5);
  client.close();
});

test('a conversation that one is not in is not asked about again', async () => {
  const client = handClient();
  client.typing.open(conversationId).subscribe(() => {});
  const socket = await opened();
  const [asked] = socket.askedAt('typing.watch');
  const data = { code: 'NOT_FOUND', reason: 'NOT_MEMBER', fields: [] };
  socket.say({ id: asked?.id, error: { code: -32_004, message: 'unable to open it', data } });
  await vi.advanceTimersByTimeAsync(10_000);
  expect(socket.askedAt('typing.watch')).toHaveLength(1);
  client.close();
});
