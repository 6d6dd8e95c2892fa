import { ParleyError } from '@parley/contract';
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { testParley } from '../testing/engine.ts';

test('with the database read-only, sends fail fast and reading goes on; then all is as before', async () => {
  await using parley = await testParley();
  const [ada, grace] = [await parley.person('ada'), await parley.person('grace')];
  const engine = await parley.engine();
  const { conversations, messages } = engine.services;
  const { id: conversationId } = await conversations.create(ada, { participantIds: [grace.userId] });
  const { epoch: _, ...first } = await messages.send(ada, { conversationId, content: 'before' });

  const name = sql.id(new URL(parley.connectionString).pathname.slice(1));
  await sql`alter database ${name} set default_transaction_read_only = on`.execute(parley.db);
  // The setting is taken by new connections.
  const readOnly = await parley.engine();
  const { services } = readOnly;
  const from = performance.now();
  const failed: unknown = await services.messages
    .send(ada, { conversationId, content: 'meanwhile' })
    .catch((error: unknown) => error);
  expect(performance.now() - from).toBeLessThan(2_000);
  expect(failed).toBeInstanceOf(ParleyError);
  expect(failed).toMatchObject({ code: 'UNAVAILABLE' });
  await expect(services.messages.markRead(grace, { conversationId, position: 1 })).rejects.toMatchObject({
    code: 'UNAVAILABLE',
  });
  expect((await services.messages.list(grace, { conversationId, limit: 10 })).messages).toEqual([first]);
  expect((await services.conversations.list(grace, { limit: 10 })).conversations).toHaveLength(1);
  expect(await readOnly.authenticate(grace.accessToken)).toMatchObject({ userId: grace.userId });
  await readOnly.checkDatabase();

  await sql`alter database ${name} reset default_transaction_read_only`.execute(parley.db);
  const after = await parley.engine();
  const sent = await after.services.messages.send(ada, { conversationId, content: 'after' });
  expect(sent.position).toBe(first.position + 1);
});
