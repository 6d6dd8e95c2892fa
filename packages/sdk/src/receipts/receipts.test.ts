import type { Conversation, Message } from '@parley/contract';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { handClient, opened } from '../connection/testing/hand-client.ts';
import type { HandSocket } from '../connection/testing/hand-socket.ts';

const conversationId = '0198a000-0000-7000-8000-000000000001';
const epoch = 'e';
const at = '2026-01-01T00:00:00.000Z';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const message = (position: number, senderId = 'grace'): Message => ({
  ...{ conversationId, position, ordinal: position, seq: position, id: `m-${position}`, senderId },
  ...{ messageType: 'text', content: 'hello', notice: null, createdAt: at, editedAt: null, deletedAt: null },
  ...{ isEdited: false, isDeleted: false },
});

const readState = (lastPosition: number, readPosition = 0) => ({
  ...{
    lastPosition,
    lastOrdinal: lastPosition,
    sent: 0,
    readPosition,
    readOrdinal: readPosition,
    readSent: 0,
  },
});

function conversation(position: number, memberCount: number): Conversation {
  return {
    ...{ id: conversationId, kind: 'group', title: 'Room', avatar: null, history: 'full', createdBy: 'ada' },
    ...{ createdAt: at, updatedAt: at, changedSeq: 0, epoch, lastSeq: position, memberCount, peer: null },
    ...{ lastMessage: message(position), role: 'member', joinedSeq: 0, joinedPosition: 0, unread: 1 },
    read: readState(position),
  };
}

function answer(socket: HandSocket, path: string, data: unknown): void {
  const asked = socket.askedAt(path);
  socket.say({ id: asked.at(-1)?.id, result: { type: 'data', data } });
}

const frame = (from: number, ...rows: Message[]) => [
  {
    type: 'frame',
    frame: {
      ...{ conversationId, epoch, from, to: Math.max(from, ...rows.map(({ seq }) => seq)) },
      rows: rows.map((row) => ({ type: 'message', seq: row.seq, message: row })),
    },
  },
];

/** A client that shows its conversations, of which there is one with a message of somebody else. */
async function begun(memberCount = 3) {
  const client = handClient();
  client.conversations.list.subscribe(() => {});
  const socket = await opened();
  const head = {
    conversationId,
    lastSeq: 1,
    role: 'member',
    joinedSeq: 0,
    joinedPosition: 0,
    read: readState(1),
  };
  answer(socket, 'inbox.watch', [{ type: 'ready', epoch, heads: [head], more: false }]);
  await vi.advanceTimersByTimeAsync(0);
  answer(socket, 'conversations.list', { conversations: [conversation(1, memberCount)], nextCursor: null });
  await vi.advanceTimersByTimeAsync(0);
  return { client, socket };
}

const acknowledged = (socket: HandSocket) =>
  socket.askedAt('receipts.delivered').map(({ params }) => {
    const input = params?.input as { marks: { position: number }[] } | undefined;
    return input?.marks.map(({ position }) => position);
  });

async function heard(socket: HandSocket, waits: object[] = []): Promise<void> {
  answer(socket, 'receipts.delivered', { waits });
  await vi.advanceTimersByTimeAsync(0);
}

test('what came of others is acknowledged once a second, the farthest of it, and once', async () => {
  const { client, socket } = await begun();
  expect(acknowledged(socket)).toEqual([]);
  await vi.advanceTimersByTimeAsync(500);
  answer(socket, 'inbox.watch', frame(1, message(2), message(3)));
  await vi.advanceTimersByTimeAsync(500);
  expect(acknowledged(socket)).toEqual([[3]]);
  await heard(socket);
  // The same again is no news, nor is what one wrote oneself.
  answer(socket, 'inbox.watch', frame(1, message(3)));
  answer(socket, 'inbox.watch', frame(3, message(4, 'ada')));
  await vi.advanceTimersByTimeAsync(5_000);
  expect(acknowledged(socket)).toHaveLength(1);
  client.close();
});

test('never past what was received: what is known to be missing comes first', async () => {
  const { client, socket } = await begun();
  answer(socket, 'inbox.watch', frame(4, message(5)));
  await vi.advanceTimersByTimeAsync(2_000);
  expect(acknowledged(socket)).toEqual([[1]]);
  await heard(socket);
  answer(socket, 'conversations.get', conversation(5, 3));
  await vi.advanceTimersByTimeAsync(2_000);
  expect(acknowledged(socket)).toEqual([[1], [5]]);
  client.close();
});

test('what is read meanwhile is not acknowledged, nor what the server does not want to hear of', async () => {
  const { client, socket } = await begun();
  const read = (position: number) => [
    { type: 'read', epoch, conversationId, read: readState(position, position) },
  ];
  answer(socket, 'inbox.watch', read(1));
  await vi.advanceTimersByTimeAsync(2_000);
  expect(acknowledged(socket)).toEqual([]);
  answer(socket, 'inbox.watch', frame(1, message(2)));
  await vi.advanceTimersByTimeAsync(1_000);
  await heard(socket, [{ conversationId, ms: 10_000 }]);
  answer(socket, 'inbox.watch', frame(2, message(3)));
  await vi.advanceTimersByTimeAsync(9_999);
  expect(acknowledged(socket)).toEqual([[2]]);
  await vi.advanceTimersByTimeAsync(6_000);
  expect(acknowledged(socket)).toEqual([[2], [3]]);
  client.close();
});

test('in a large group it is acknowledged some time within ten seconds', async () => {
  vi.spyOn(Math, 'random').mockReturnValue(0.5);
  const { client, socket } = await begun(101);
  await vi.advanceTimersByTimeAsync(4_990);
  expect(acknowledged(socket)).toEqual([]);
  await vi.advanceTimersByTimeAsync(10);
  expect(acknowledged(socket)).toEqual([[1]]);
  client.close();
  vi.restoreAllMocks();
});

test('what could not be said is said again, with what has come since', async () => {
  const { client, socket } = await begun();
  await vi.advanceTimersByTimeAsync(1_000);
  const [asked] = socket.askedAt('receipts.delivered');
  const data = { code: 'SERVICE_UNAVAILABLE', reason: 'UNAVAILABLE', fields: [] };
  socket.say({ id: asked?.id, error: { code: -32_603, message: 'unable to answer', data } });
  answer(socket, 'inbox.watch', frame(1, message(2)));
  await vi.advanceTimersByTimeAsync(2_000);
  expect(acknowledged(socket)).toEqual([[1], [2]]);
  client.close();
  expect(vi.getTimerCount()).toBe(0);
});

test('receipts are followed while somebody looks; of too many they are not asked for again', async () => {
  const client = handClient();
  const store = client.receipts.open(conversationId);
  expect(client.receipts.open(conversationId)).toBe(store);
  store.subscribe(() => {});
  const socket = await opened();
  const grace = { userId: 'grace', joinedPosition: 0, deliveredPosition: 2, readPosition: 1 };
  answer(socket, 'receipts.watch', { type: 'ready', epoch, receipts: [grace] });
  expect(store.getSnapshot()).toEqual({ status: 'ready', receipts: new Map([['grace', grace]]) });
  expect(store.receiptOf({ position: 2, senderId: 'ada' })).toMatchObject({
    state: 'delivered',
    delivered: 1,
  });
  answer(socket, 'receipts.watch', { type: 'changed', epoch, receipts: [{ ...grace, readPosition: 2 }] });
  expect(store.receiptOf({ position: 2, senderId: 'ada' })).toMatchObject({ state: 'read', read: 1 });
  const [asked] = socket.askedAt('receipts.watch');
  const data = { code: 'CONFLICT', reason: 'CONFLICT', fields: [] };
  socket.say({ id: asked?.id, error: { code: -32_009, message: 'too many', data } });
  await vi.advanceTimersByTimeAsync(10_000);
  expect(store.getSnapshot()).toEqual({ status: 'too-many', receipts: new Map() });
  expect(socket.askedAt('receipts.watch')).toHaveLength(1);
  client.close();
});
