import { newId } from '@parley/contract';
import type { Database } from '@parley/engine/testing';
import { type TestParley, type TestPerson, testParley } from '@parley/engine/testing';
import { TRPCClientError } from '@trpc/client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Caller, openCaller } from './callers.ts';
import { type ServerProcess, startServerProcess, testRedisUrl } from './server-process.ts';

const full = process.env['PARLEY_TEST_FULL'] === '1';
const sends = full ? 20_000 : 6_000;
const callers = 64;
const conversations = full ? 200 : 60;
const inFlight = 8;

let parley: TestParley;
let servers: ServerProcess[];
const resources = new AsyncDisposableStack();

beforeAll(async () => {
  parley = resources.use(await testParley());
  const settings = { databaseUrl: parley.connectionString, redisUrl: testRedisUrl() };
  servers = await Promise.all([startServerProcess(settings), startServerProcess(settings)]);
  for (const server of servers) resources.use(server);
});
afterAll(() => resources.disposeAsync());

interface Sender {
  readonly person: TestPerson;
  /** One socket to each server: the first for sends, the other for their repetitions. */
  readonly sockets: readonly [Caller, Caller];
}

interface Acknowledged {
  readonly conversationId: string;
  readonly id: string;
  readonly position: number;
  readonly seq: number;
}

async function openSenders(): Promise<Sender[]> {
  const senders: Sender[] = [];
  for (let n = 0; n < callers; n += 1) {
    const person = await parley.person(`sender-${n}`);
    const open = (index: number) =>
      resources.use(openCaller(servers[index % 2]?.url ?? '', person.accessToken));
    senders.push({ person, sockets: [open(n), open(n + 1)] });
  }
  return senders;
}

test(`${sends} sends of ${callers} callers over two processes: no hole, no double, nothing after a removal`, async () => {
  const senders = await openSenders();
  const [leader, removed] = senders;
  if (leader === undefined || removed === undefined) throw new Error('there are no senders');
  const participantIds = senders.slice(1).map(({ person }) => person.userId);
  const rooms: string[] = [];
  for (let n = 0; n < conversations; n += 1) {
    const made = await leader.sockets[0].trpc.conversations.create.mutate({
      participantIds,
      title: `Room ${n}`,
    });
    rooms.push(made.id);
  }

  const acknowledged: Acknowledged[] = [];
  const refused: string[] = [];
  const middle = Promise.withResolvers<void>();
  let next = 0;
  async function sendSome({ person, sockets }: Sender): Promise<void> {
    while (next < sends) {
      const turn = next;
      next += 1;
      if (turn === sends / 2) middle.resolve();
      const conversationId = rooms[turn % rooms.length] ?? '';
      const message = { conversationId, id: newId(), content: `${turn}` };
      const attempts = [sockets[0].trpc.messages.send.mutate(message)];
      // The repetition goes to the other process, at the same time.
      if (turn % 10 === 0) attempts.push(sockets[1].trpc.messages.send.mutate(message));
      for (const result of await Promise.allSettled(attempts)) {
        if (result.status === 'fulfilled') acknowledged.push({ ...message, ...result.value });
        else if (result.reason instanceof TRPCClientError && person === removed?.person) {
          refused.push(result.reason.data?.reason ?? result.reason.message);
        } else throw result.reason;
      }
    }
  }
  // The removals race with the sends: one conversation after the other, from the middle on.
  async function removeOne(): Promise<void> {
    await middle.promise;
    for (const conversationId of rooms) {
      await leader?.sockets[1].trpc.conversations.removeMember.mutate({
        conversationId,
        userId: removed?.person.userId ?? '',
      });
    }
  }
  const lanes = senders.flatMap((sender) => Array.from({ length: inFlight }, () => sendSome(sender)));
  await Promise.all([...lanes, removeOne()]);
  // However the race went: what is sent after the removal is refused.
  const [conversationId = ''] = rooms;
  await removed.sockets[1].trpc.messages.send
    .mutate({ conversationId, content: 'too late' })
    .catch((error: unknown) =>
      refused.push(error instanceof TRPCClientError ? error.data?.reason : String(error)),
    );

  expect(new Set(refused)).toEqual(new Set(['NOT_MEMBER']));
  await expectGapless(parley.db, rooms);
  await expectStored(parley.db, acknowledged);
  await expectNothingAfterRemoval(parley.db, removed.person.userId);
});

async function expectGapless(db: Database, rooms: readonly string[]): Promise<void> {
  const rows = await db
    .selectFrom('messages')
    .select(({ fn }) => [
      'conversation_id',
      fn.countAll<number>().as('entries'),
      fn.min('position').as('first'),
      fn.max('position').as('last'),
      fn.count<number>('id').distinct().as('ids'),
    ])
    .groupBy('conversation_id')
    .execute();
  expect(rows).toHaveLength(rooms.length);
  for (const { entries, first, last, ids } of rows) expect([first, last, ids]).toEqual([1, entries, entries]);
}

/** Every acknowledged send is there, once, where its acknowledgement said; a repeated one was told the same. */
async function expectStored(db: Database, acknowledged: readonly Acknowledged[]): Promise<void> {
  const rows = await db
    .selectFrom('messages')
    .select(['conversation_id', 'id', 'position'])
    .where('type', '=', 'text')
    .execute();
  const stored = new Map(rows.map((row) => [row.id, row]));
  expect(stored.size).toBe(rows.length);
  for (const { id, conversationId, position } of acknowledged) {
    expect(stored.get(id)).toEqual({ conversation_id: conversationId, id, position });
  }
  expect(new Set(acknowledged.map(({ id }) => id)).size).toBe(rows.length);
}

async function expectNothingAfterRemoval(db: Database, userId: string): Promise<void> {
  const late = await db
    .selectFrom('messages')
    .innerJoin('members', (join) =>
      join
        .onRef('members.conversation_id', '=', 'messages.conversation_id')
        .onRef('members.user_id', '=', 'messages.sender_id'),
    )
    .select('messages.id')
    .where('messages.sender_id', '=', userId)
    .where('members.left_at', 'is not', null)
    .whereRef('messages.seq', '>', 'members.seq')
    .execute();
  expect(late).toEqual([]);
  const removals = await db
    .selectFrom('members')
    .select('conversation_id')
    .where('user_id', '=', userId)
    .where('left_at', 'is not', null)
    .execute();
  expect(removals).toHaveLength(conversations);
}
