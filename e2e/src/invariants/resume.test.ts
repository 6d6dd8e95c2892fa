import { newId } from '@parley/contract';
import { type TestParley, testParley } from '@parley/engine/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Caller, openCaller } from '../callers.ts';
import { startServerProcess } from '../server-process.ts';
import { startTcpProxy, type TcpProxy } from '../tcp-proxy.ts';
import { watch } from './watcher.ts';

// A stock tRPC client, cut off again and again while others do all that can be done in a conversation.
const cuts = 12;

const resources = new AsyncDisposableStack();
let parley: TestParley;
let proxy: TcpProxy;
let ada: Caller;
let grace: Caller;
let alanId: string;
let conversationId: string;

beforeAll(async () => {
  parley = resources.use(await testParley());
  const server = resources.use(await startServerProcess({ databaseUrl: parley.connectionString }));
  proxy = resources.use(await startTcpProxy(server.port));
  const [first, second, third] = await Promise.all(
    ['ada', 'grace', 'alan'].map((name) => parley.person(name)),
  );
  if (first === undefined || second === undefined || third === undefined) throw new Error('there are three');
  alanId = third.userId;
  ada = resources.use(openCaller(server.url, first.accessToken));
  grace = resources.use(openCaller(`http://127.0.0.1:${proxy.port}`, second.accessToken));
  const input = { participantIds: [second.userId], title: 'Room' };
  conversationId = (await ada.trpc.conversations.create.mutate(input)).id;
});
afterAll(() => resources.disposeAsync());

/** One of everything that makes a change. */
async function change(n: number, ids: string[]): Promise<void> {
  const { messages, conversations } = ada.trpc;
  const messageId = ids[n % Math.max(1, ids.length)];
  const member = { conversationId, userId: alanId };
  switch (n % 6) {
    case 2:
      if (messageId !== undefined)
        await messages.edit.mutate({ conversationId, messageId, content: `edited ${n}` });
      return;
    case 3:
      await conversations.addMembers.mutate({ conversationId, userIds: [alanId] });
      return;
    case 4:
      await conversations.removeMember.mutate(member);
      return;
    case 5:
      await conversations.rename.mutate({ conversationId, title: `Room ${n}` });
      return;
    default: {
      const id = newId();
      await messages.send.mutate({ conversationId, id, content: `said ${n}` });
      ids.push(id);
    }
  }
}

test('I5 a stock client that is cut off resumes after the last event it had: nothing is missing, nothing twice', async () => {
  const watcher = await watch(grace, conversationId);
  const ids: string[] = [];
  let over = false;
  const changing = (async () => {
    for (let n = 0; !over; n += 1) await change(n, ids);
  })();
  const begun = () => watcher.events.filter(({ type }) => type === 'ready').length;
  for (let cut = 1; cut <= cuts; cut += 1) {
    const told = watcher.rows.length;
    await expect
      .poll(() => watcher.rows.length, { timeout: 10_000, interval: 2 })
      .toBeGreaterThan(told + cut);
    proxy.reset();
    await expect.poll(begun, { timeout: 10_000, interval: 2 }).toBe(cut + 1);
  }
  over = true;
  await changing;
  const { lastSeq } = await ada.trpc.conversations.get.query({ conversationId });
  await expect.poll(() => watcher.rows.at(-1)?.seq, { timeout: 10_000 }).toBe(lastSeq);
  expect(watcher.ended).toBe(null);
  watcher.stop();

  // Each `ready` says where the client said it was, and no row comes again unless it has changed since.
  const elsewhere = watcher.events.filter(
    ({ id, type }, n) => type === 'ready' && n > 0 && id !== watcher.events[n - 1]?.id,
  );
  expect(elsewhere).toEqual([]);
  expect(watcher.events.filter(({ type }) => type === 'reset')).toEqual([]);
  const seqs = watcher.rows.map(({ seq }) => seq);
  expect(seqs).toEqual(seqs.toSorted((a, b) => a - b));
  expect(new Set(seqs).size).toBe(seqs.length);
  // What it adds up to is what is stored.
  const { db } = parley;
  const stored = await db
    .selectFrom('messages')
    .select(['id', 'seq', 'content'])
    .where('conversation_id', '=', conversationId)
    .where('type', '=', 'text')
    .orderBy('position')
    .execute();
  const held = new Map(
    watcher.rows.flatMap((row) =>
      row.type === 'message' && row.message.messageType === 'text' ? [[row.message.id, row.message]] : [],
    ),
  );
  expect(stored.length).toBeGreaterThan(cuts);
  const told = [...held.values()].toSorted((a, b) => a.position - b.position);
  expect(told.map(({ id, seq, content }) => ({ id, seq, content }))).toEqual(stored);
}, 90_000);
