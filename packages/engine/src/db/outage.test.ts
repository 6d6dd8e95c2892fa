import { newId, type ParleyError, type Viewer, type WatchEvent } from '@parley/contract';
import type { TrackedEnvelope } from '@parley/contract/router';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Engine } from '../index.ts';
import { read, type TestParley, testParley } from '../testing/index.ts';

let parley: TestParley;
let engine: Engine;
let ada: Viewer;
let grace: Viewer;
let conversationId: string;

beforeAll(async () => {
  parley = await testParley();
  engine = await parley.engine({ headCheckMs: 500 });
  [ada, grace] = [await parley.person('ada'), await parley.person('grace')];
  const input = { participantIds: [grace.userId], title: 'Room' };
  conversationId = (await engine.services.conversations.create(ada, input)).id;
});
afterAll(async () => {
  await parley.setReachable(true);
  await parley[Symbol.asyncDispose]();
});

interface Attempt {
  readonly id: string;
  readonly answer: Promise<{ acknowledged: boolean; code: string | null }>;
}

function send(): Attempt {
  const id = newId();
  const message = { conversationId, content: id, id };
  const answer = engine.services.messages.send(ada, message).then(
    () => ({ acknowledged: true, code: null }),
    (error: ParleyError) => ({ acknowledged: false, code: error.code }),
  );
  return { id, answer };
}

test('I13 with PostgreSQL gone calls fail fast as UNAVAILABLE, nothing is acknowledged falsely, and it heals by itself', async () => {
  const { services } = engine;
  const reading = read<TrackedEnvelope<WatchEvent>>(await services.messages.watch(grace, { conversationId }));
  await reading.next();
  // Sends are under way when the connections break.
  const attempts: Attempt[] = [];
  const outage = Promise.withResolvers<void>();
  const sending = (async () => {
    let over = false;
    void outage.promise.then(() => (over = true));
    while (!over) {
      const attempt = send();
      attempts.push(attempt);
      await attempt.answer;
    }
  })();
  await expect.poll(() => attempts.length).toBeGreaterThan(5);
  await parley.setReachable(false);
  outage.resolve();
  await sending;

  const started = Date.now();
  const refused = [
    send().answer.then(({ code }) => code),
    ...[
      services.messages.list(grace, { conversationId, limit: 10 }),
      services.messages.markRead(grace, { conversationId }),
      services.messages.changes(grace, { conversationId, epoch: '0', joinedSeq: 1, since: 0, limit: 10 }),
      services.messages.watch(ada, { conversationId }),
      services.inbox.watch(ada),
      services.conversations.create(ada, { participantIds: [grace.userId], title: 'None' }),
    ].map((call: Promise<unknown>) =>
      call.then(
        () => 'answered',
        (error: ParleyError) => error.code,
      ),
    ),
  ];
  expect(await Promise.all(refused)).toEqual(refused.map(() => 'UNAVAILABLE'));
  expect(Date.now() - started).toBeLessThan(5_000);

  await parley.setReachable(true);
  const last = send();
  // Whoever watched goes on, without coming back.
  expect(await last.answer).toMatchObject({ acknowledged: true });
  await reading.next(([, event]) => JSON.stringify(event).includes(last.id), 10_000);
  expect(reading.ended).toBe(null);
  reading.stop();

  const stored = await parley.db
    .selectFrom('messages')
    .select(['id', 'position'])
    .where('conversation_id', '=', conversationId)
    .orderBy('position')
    .execute();
  const ids = new Set(stored.map(({ id }) => id));
  const answers = await Promise.all(attempts.map(async ({ id, answer }) => ({ id, ...(await answer) })));
  expect(answers.filter(({ acknowledged, id }) => acknowledged && !ids.has(id))).toEqual([]);
  expect(answers.flatMap(({ code }) => (code === null || code === 'UNAVAILABLE' ? [] : code))).toEqual([]);
  expect(stored.map(({ position }) => position)).toEqual(stored.map((_, n) => n + 1));
  // What was not acknowledged is settled by repeating it, stored or not.
  for (const { id, acknowledged } of answers) {
    if (acknowledged) continue;
    await services.messages.send(ada, { conversationId, content: id, id });
  }
  const all = await parley.db
    .selectFrom('messages')
    .select('id')
    .where('conversation_id', '=', conversationId)
    .where('type', '=', 'text')
    .execute();
  expect(all.map(({ id }) => id).toSorted()).toEqual([...answers.map(({ id }) => id), last.id].toSorted());
});
