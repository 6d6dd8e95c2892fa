import { createClient } from '@parley/sdk';
import { migrate } from '@parley/engine';
import { silentLog, testDatabase } from '@parley/engine/testing';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findOrInstall, pgBouncer } from '../../scripts/services/programs.ts';
import { startPgBouncer } from './pgbouncer.ts';
import { startServerProcess, testRedisUrl } from './server-process.ts';

// Transaction mode: every transaction may run on another connection to PostgreSQL.
const resources = new AsyncDisposableStack();
let direct: string;
let pooled: string;
beforeAll(async () => {
  ({ connectionString: direct } = resources.use(await testDatabase()));
  const program = await findOrInstall(pgBouncer);
  ({ connectionString: pooled } = resources.use(await startPgBouncer(program, direct)));
});
afterAll(() => resources.disposeAsync());

test('two servers work through PgBouncer in transaction mode, which refuses settings at the start', async () => {
  const settings = { databaseUrl: pooled, redisUrl: testRedisUrl() };
  const started = await Promise.all([startServerProcess(settings), startServerProcess(settings)]);
  for (const server of started) resources.use(server);
  const [ada, grace] = started.map(({ url }) => createClient({ url }));
  if (ada === undefined || grace === undefined) throw new Error('there are no servers');
  resources.defer(() => {
    ada.close();
    grace.close();
  });
  const password = 'a fine password';
  await ada.auth.register({ username: 'ada', email: 'ada@example.com', password });
  const { id } = await grace.auth.register({ username: 'grace', email: 'grace@example.com', password });
  const conversation = await ada.conversations.create({ participantIds: [id] });
  const live = grace.messages.open(conversation.id);
  const seen = () => live.getSnapshot().messages.map(({ content }) => content);
  resources.defer(live.subscribe(() => {}));
  const lines = Array.from({ length: 50 }, (_, n) => `line ${n}`);
  await Promise.all(lines.map((content) => ada.messages.send({ conversationId: conversation.id, content })));
  await expect.poll(() => seen().toSorted()).toEqual(lines.toSorted());
  const [first] = started;
  expect(first?.output()).toContain('its role has no timeouts');
  expect((await fetch(`${first?.url}/health/ready`)).status).toBe(200);
});

test('timeouts that the role has hold through PgBouncer, and the server has nothing to say', async () => {
  await migrate(pooled, silentLog);
  const admin = new pg.Client({ connectionString: direct });
  await admin.connect();
  const database = new URL(direct).pathname.slice(1);
  resources.defer(() => admin.end());
  await admin.query(`alter role current_user in database ${database} set statement_timeout = '10s'`);
  await using bouncer = await startPgBouncer(await findOrInstall(pgBouncer), direct);
  const through = new pg.Client({ connectionString: bouncer.connectionString });
  await through.connect();
  const { rows } = await through.query('show statement_timeout');
  await through.end();
  expect(rows).toEqual([{ statement_timeout: '10s' }]);
  await using server = await startServerProcess({
    databaseUrl: bouncer.connectionString,
    redisUrl: testRedisUrl(),
  });
  expect(server.output()).not.toContain('timeouts');
});
