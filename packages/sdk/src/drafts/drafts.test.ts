import type { ParleyClient } from '../client.ts';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { handClient, opened } from '../connection/testing/hand-client.ts';
import type { HandSocket } from '../connection/testing/hand-socket.ts';
import { memoryPersistence } from '../persistence/persistence.ts';

const conversationId = '0198a000-0000-7000-8000-000000000001';
const epoch = 'a';
const updatedAt = '2026-01-01T00:00:00.000Z';
const read = { lastPosition: 0, lastOrdinal: 0, sent: 0, readPosition: 0, readOrdinal: 0, readSent: 0 };
const head = { conversationId, lastSeq: 1, role: 'member', joinedSeq: 1, joinedPosition: 0, read };

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const stored = (text: string, inboxSeq: number) => ({ conversationId, text, inboxSeq, updatedAt });

function answer(socket: HandSocket, path: string, data: object): void {
  socket.say({ id: socket.askedAt(path).at(-1)?.id, result: { type: 'data', data } });
}

const said = (socket: HandSocket, path: string) => socket.askedAt(path).map(({ params }) => params?.input);

/** A client somebody looks at a draft with, told where everything stands. */
async function looking(draftsSeq?: number): Promise<{ client: ParleyClient; socket: HandSocket }> {
  const client = handClient();
  client.drafts.open(conversationId).subscribe(() => {});
  const socket = await opened();
  const told = draftsSeq === undefined ? {} : { draftsSeq };
  answer(socket, 'inbox.watch', [{ type: 'ready', epoch, heads: [head], more: false, inboxSeq: 9, ...told }]);
  return { client, socket };
}

test('what is typed is stored a second after the first keystroke, and what is typed meanwhile after that', async () => {
  const { client, socket } = await looking();
  const draft = client.drafts.open(conversationId);
  expect(said(socket, 'drafts.list')).toEqual([]);
  draft.set('h');
  await vi.advanceTimersByTimeAsync(900);
  draft.set('hel');
  expect(said(socket, 'drafts.set')).toEqual([]);
  await vi.advanceTimersByTimeAsync(100);
  expect(said(socket, 'drafts.set')).toEqual([{ conversationId, text: 'hel' }]);
  draft.set('hello');
  await vi.advanceTimersByTimeAsync(3_000);
  expect(said(socket, 'drafts.set')).toHaveLength(1);
  answer(socket, 'inbox.watch', [{ type: 'draft', epoch, draft: stored('hel', 10) }]);
  expect(draft.getSnapshot().text).toBe('hello');
  answer(socket, 'drafts.set', { ...stored('hel', 10), epoch });
  await vi.advanceTimersByTimeAsync(1_000);
  expect(said(socket, 'drafts.set').at(-1)).toEqual({ conversationId, text: 'hello' });
  answer(socket, 'drafts.set', { ...stored('hello', 11), epoch });
  await vi.advanceTimersByTimeAsync(5_000);
  expect(said(socket, 'drafts.set')).toHaveLength(2);
  answer(socket, 'inbox.watch', [{ type: 'draft', epoch, draft: stored('elsewhere', 12) }]);
  expect(draft.getSnapshot().text).toBe('elsewhere');
  client.close();
});

test('it is stored at once when nobody looks any more, or when that is asked for', async () => {
  const { client, socket } = await looking();
  const draft = client.drafts.open(conversationId);
  draft.set('half', '0198a000-0000-7000-8000-000000000009');
  const flushed = client.drafts.flush();
  await vi.advanceTimersByTimeAsync(0);
  const replyTo = '0198a000-0000-7000-8000-000000000009';
  expect(said(socket, 'drafts.set')).toEqual([{ conversationId, text: 'half', replyTo }]);
  answer(socket, 'drafts.set', { ...stored('half', 10), replyTo, epoch });
  await flushed;
  const leave = client.drafts.all.subscribe(() => {});
  expect(client.drafts.all.getSnapshot()).toEqual(new Map([[conversationId, { text: 'half', replyTo }]]));
  const other = client.drafts.open('0198a000-0000-7000-8000-000000000002');
  const close = other.subscribe(() => {});
  other.set('more');
  close();
  await vi.advanceTimersByTimeAsync(0);
  expect(said(socket, 'drafts.set')).toHaveLength(2);
  leave();
  client.close();
});

test('drafts are fetched when there are some, and again only those that changed', async () => {
  const { client, socket } = await looking(5);
  await vi.advanceTimersByTimeAsync(0);
  expect(said(socket, 'drafts.list')).toEqual([{}]);
  answer(socket, 'drafts.list', { drafts: [stored('half', 4)], nextAfter: null, epoch });
  await vi.advanceTimersByTimeAsync(0);
  expect(client.drafts.open(conversationId).getSnapshot().text).toBe('half');
  const ready = { type: 'ready', epoch, heads: [head], more: false };
  answer(socket, 'inbox.watch', [{ ...ready, draftsSeq: 5 }]);
  await vi.advanceTimersByTimeAsync(0);
  expect(said(socket, 'drafts.list')).toHaveLength(1);
  answer(socket, 'inbox.watch', [{ ...ready, draftsSeq: 7 }]);
  await vi.advanceTimersByTimeAsync(0);
  expect(said(socket, 'drafts.list').at(-1)).toEqual({ after: 5, cleared: true });
  answer(socket, 'drafts.list', { drafts: [stored('', 7)], nextAfter: null, epoch });
  await vi.advanceTimersByTimeAsync(0);
  expect(client.drafts.open(conversationId).getSnapshot().text).toBe('');
  client.close();
});

test('who writes before they look at any has the others fetched, too', async () => {
  const client = handClient();
  client.conversations.list.subscribe(() => {});
  const socket = await opened();
  answer(socket, 'inbox.watch', [
    { type: 'ready', epoch, heads: [head], more: false, inboxSeq: 9, draftsSeq: 5 },
  ]);
  expect(said(socket, 'drafts.list')).toEqual([]);
  client.drafts.open('0198a000-0000-7000-8000-000000000002').set('first');
  await vi.advanceTimersByTimeAsync(0);
  expect(said(socket, 'drafts.list')).toEqual([{}]);
  answer(socket, 'drafts.list', { drafts: [stored('of before', 5)], nextAfter: null, epoch });
  await vi.advanceTimersByTimeAsync(0);
  expect(client.drafts.open(conversationId).getSnapshot().text).toBe('of before');
  client.close();
});

test('sending a message takes the draft away at once, after what is being stored of it', async () => {
  const { client, socket } = await looking();
  const draft = client.drafts.open(conversationId);
  draft.set('hello');
  await vi.advanceTimersByTimeAsync(1_000);
  client.messages.send({ conversationId, content: 'hello' }).catch(() => {});
  expect(draft.getSnapshot().text).toBe('');
  await vi.advanceTimersByTimeAsync(0);
  expect(said(socket, 'drafts.clear')).toEqual([]);
  answer(socket, 'drafts.set', { ...stored('hello', 10), epoch });
  await vi.advanceTimersByTimeAsync(1_000);
  expect(said(socket, 'drafts.clear')).toEqual([{ conversationId }]);
  answer(socket, 'drafts.clear', { ...stored('', 11), epoch });
  answer(socket, 'inbox.watch', [{ type: 'draft', epoch, draft: stored('hello', 10) }]);
  expect(draft.getSnapshot().text).toBe('');
  client.close();
});

test('what was typed and not stored outlives the page, and is stored once there is a server', async () => {
  const persistence = memoryPersistence();
  const kept = async () =>
    (await persistence.entries('')).filter(([key]) => key.includes('/drafts/')).map(([, value]) => value);
  const before = handClient(persistence);
  before.drafts.open(conversationId).set('without a ');
  before.drafts.open(conversationId).set('without a server');
  await vi.advanceTimersByTimeAsync(0);
  before.close();
  expect(await kept()).toEqual([{ text: 'without a server', replyTo: null }]);

  const client = handClient(persistence);
  const draft = client.drafts.open(conversationId);
  draft.subscribe(() => {});
  await vi.advanceTimersByTimeAsync(0);
  expect(draft.getSnapshot().text).toBe('without a server');
  const socket = await opened();
  answer(socket, 'inbox.watch', [{ type: 'ready', epoch, heads: [head], more: false, inboxSeq: 9 }]);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(said(socket, 'drafts.set')).toEqual([{ conversationId, text: 'without a server' }]);
  answer(socket, 'drafts.set', { ...stored('without a server', 10), epoch });
  await vi.advanceTimersByTimeAsync(0);
  expect(await kept()).toEqual([]);
  client.close();
});

test('what is typed before what was kept has been read is newer; another shape of it counts for nothing', async () => {
  const persistence = memoryPersistence();
  const prefix = 'http://here/ada/drafts/';
  await persistence.set(`${prefix}${conversationId}`, { text: 'of before', replyTo: null });
  await persistence.set(`${prefix}0198a000-0000-7000-8000-000000000002`, { text: 7 });
  const client = handClient(persistence);
  client.drafts.open(conversationId).set('of now');
  client.drafts.all.subscribe(() => {});
  await vi.advanceTimersByTimeAsync(0);
  expect([...client.drafts.all.getSnapshot().values()].map(({ text }) => text)).toEqual(['of now']);
  client.close();
});

test('signing out leaves nothing of what was typed', async () => {
  const persistence = memoryPersistence();
  const client = handClient(persistence);
  client.drafts.open(conversationId).set('of nobody else');
  await vi.advanceTimersByTimeAsync(0);
  expect(await persistence.entries('')).toHaveLength(1);
  void client.auth.logout();
  await vi.advanceTimersByTimeAsync(0);
  expect(await persistence.entries('')).toEqual([]);
  client.close();
});

test('what the server refuses stays as it is typed, and is not sent again before it changes', async () => {
  const { client, socket } = await looking();
  const draft = client.drafts.open(conversationId);
  draft.set('too long');
  await vi.advanceTimersByTimeAsync(1_000);
  const data = { code: 'BAD_REQUEST', reason: 'INVALID_INPUT', fields: [] };
  const id = socket.askedAt('drafts.set').at(-1)?.id;
  socket.say({ id, error: { code: -32_600, message: 'unable to keep it', data } });
  await vi.advanceTimersByTimeAsync(20_000);
  expect(said(socket, 'drafts.set')).toHaveLength(1);
  expect(draft.getSnapshot().text).toBe('too long');
  draft.set('short');
  await vi.advanceTimersByTimeAsync(1_000);
  expect(said(socket, 'drafts.set')).toHaveLength(2);
  client.close();
});
