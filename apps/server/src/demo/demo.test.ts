import type { Viewer } from '@parley/contract';
import type { Engine } from '@parley/engine';
import { testParley, type TestParley } from '@parley/engine/testing';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Demo } from './demo.ts';
import { type DemoConversation, demoConversations, demoPassword, demoPeople } from './script.ts';

let parley: TestParley;
let dataDir: string;
beforeEach(async () => {
  parley = await testParley();
  dataDir = await mkdtemp(join(tmpdir(), 'parley-demo-'));
});
afterEach(async () => {
  await parley[Symbol.asyncDispose]();
  await rm(dataDir, { recursive: true });
});

async function counts(): Promise<Record<string, number>> {
  const { db } = parley;
  const rows = await Promise.all(
    (['users', 'conversations', 'messages'] as const).map(async (table) => {
      const { count } = await db
        .selectFrom(table)
        .select((eb) => eb.fn.countAll<string>().as('count'))
        .executeTakeFirstOrThrow();
      return [table, Number(count)] as const;
    }),
  );
  return Object.fromEntries(rows);
}

/** The same engine, but for a send that fails. */
function failingAt(engine: Engine, failing: number): Engine {
  const { messages } = engine.services;
  let sends = 0;
  const send: typeof messages.send = (viewer, input) => {
    sends += 1;
    if (sends === failing) throw new Error('interrupted');
    return messages.send(viewer, input);
  };
  return { ...engine, services: { ...engine.services, messages: { ...messages, send } } };
}

test('a fresh database gets the demo once, also when its first start was interrupted', async () => {
  const engine = await parley.engine();
  const databaseDir = join(dataDir, 'postgres');
  const first = await Demo.open(dataDir, databaseDir, true);
  await mkdir(databaseDir);
  await expect(first.complete(failingAt(engine, 8))).rejects.toThrow('interrupted');
  expect(first.ready).toBe(false);

  const second = await Demo.open(dataDir, databaseDir, true);
  await second.complete(engine);
  expect(second.ready).toBe(true);
  const lines = demoConversations.flatMap((conversation) => conversation.lines);
  expect(await counts()).toMatchObject({
    users: Object.keys(demoPeople).length,
    conversations: demoConversations.length,
  });
  const ada = await signIn(engine, 'ada');
  const { conversations } = await engine.services.conversations.list(ada, { limit: 50 });
  expect(conversations.map(({ title, lastMessage }) => [title, lastMessage?.content])).toEqual(
    pinnedFirst(demoConversations.toReversed()).map(({ title, lines: said }) => [title, said.at(-1)?.[1]]),
  );
  const written = await parley.db
    .selectFrom('messages')
    .select('content')
    .where('type', '=', 'text')
    .execute();
  expect(written.map(({ content }) => content).sort()).toEqual(lines.map(([, content]) => content).sort());

  const later = await Demo.open(dataDir, databaseDir, true);
  expect(later.ready).toBe(true);
  await parley.db.deleteFrom('messages').execute();
  await later.complete(engine);
  expect(await counts()).toMatchObject({ messages: 0 });
});

function pinnedFirst(all: readonly DemoConversation[]): readonly DemoConversation[] {
  const isPinned = ({ settings }: DemoConversation) => settings?.pinned === true;
  return [...all.filter(isPinned), ...all.filter((one) => !isPinned(one))];
}

async function signIn(engine: Engine, email: string): Promise<Viewer> {
  const client = { address: '', device: '' };
  const { accessToken } = await engine.services.auth.login(client, { email, password: demoPassword });
  return engine.authenticate(accessToken);
}

test('a database that was made without demo data stays without', async () => {
  const engine = await parley.engine();
  const databaseDir = join(dataDir, 'postgres');
  await Demo.open(dataDir, databaseDir, false);
  await mkdir(databaseDir);
  const demo = await Demo.open(dataDir, databaseDir, true);
  await demo.complete(engine);
  expect([demo.ready, (await counts())['users']]).toEqual([false, 0]);
});
