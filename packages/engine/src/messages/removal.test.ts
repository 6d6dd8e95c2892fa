import type { Change, InboxEvent, Viewer, WatchEvent } from '@parley/contract';
import type { TrackedEnvelope } from '@parley/contract/router';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Engine } from '../index.ts';
import {
  type LossyBus,
  lossyBus,
  type Reading,
  read,
  type TestParley,
  testParley,
} from '../testing/index.ts';

let parley: TestParley;
let bus: LossyBus;
let here: Engine;
let there: Engine;
let ada: Viewer;

beforeAll(async () => {
  parley = await testParley();
  bus = lossyBus();
  here = await parley.engine({ bus, headCheckMs: 3_600_000 });
  there = await parley.engine({ bus, headCheckMs: 3_600_000 });
  ada = await parley.person('ada');
});
afterAll(() => parley[Symbol.asyncDispose]());

const sends = process.env['PARLEY_TEST_FULL'] === '1' ? 10_000 : 600;
let people = 0;

/** Somebody who follows the room by both kinds of stream, and whoever stays in it. */
async function race(history: 'full' | 'from-joining') {
  people += 1;
  const [grace, alan] = [await parley.person(`grace-${people}`), await parley.person(`alan-${people}`)];
  const input = { participantIds: [grace.userId, alan.userId], title: 'Room', history };
  const { id: conversationId } = await there.services.conversations.create(ada, input);
  const follow = async (viewer: Viewer) => ({
    watched: read<TrackedEnvelope<WatchEvent>>(
      await here.services.messages.watch(viewer, { conversationId }),
    ),
    inbox: read<readonly InboxEvent[]>(await here.services.inbox.watch(viewer)),
  });
  return { grace, alan, conversationId, removed: await follow(grace), stays: await follow(alan) };
}

const watchedRows = (reading: Reading<TrackedEnvelope<WatchEvent>>): Change[] =>
  reading.items.flatMap(([, event]) => (event.type === 'changes' ? event.rows : []));
const inboxRows = (reading: Reading<readonly InboxEvent[]>): Change[] =>
  reading.items.flat().flatMap((event) => (event.type === 'frame' ? event.frame.rows : []));
const highest = (rows: readonly Change[]) => Math.max(0, ...rows.map(({ seq }) => seq));

const losses = {
  'nothing lost': () => {},
  'the removal’s own publishes lost': () => bus.lose(''),
  'the hint lost': () => bus.lose('u:'),
};

for (const history of ['full', 'from-joining'] as const) {
  for (const [loss, lose] of Object.entries(losses)) {
    test(`I9 nothing said after a removal reaches the removed, by either stream: ${loss}, history ${history}`, async () => {
      const { grace, alan, conversationId, removed, stays } = await race(history);
      const say = (n: number) =>
        here.services.messages.send(n % 2 === 0 ? ada : alan, { conversationId, content: `${n}` });
      const sent: Promise<unknown>[] = [];
      for (let n = 0; n < sends; n += 1) {
        sent.push(say(n));
        if (n === sends / 2) {
          await sent[n / 2];
          lose();
          const out = { conversationId, userId: grace.userId };
          sent.push(there.services.conversations.removeMember(ada, out).finally(() => bus.lose(null)));
        }
        if (n % 20 === 0) await sent[n];
      }
      await Promise.all(sent);
      await say(sends);
      const { lastSeq } = await there.services.conversations.get(alan, { conversationId });
      await expect.poll(() => highest(watchedRows(stays.watched))).toBe(lastSeq);
      await expect.poll(() => highest(inboxRows(stays.inbox))).toBe(lastSeq);
      const { seq } = await parley.db
        .selectFrom('members')
        .select('seq')
        .where('conversation_id', '=', conversationId)
        .where('user_id', '=', grace.userId)
        .executeTakeFirstOrThrow();
      expect(seq).toBeLessThan(lastSeq);
      expect(highest(watchedRows(removed.watched))).toBeLessThan(seq);
      expect(highest(watchedRows(removed.watched))).toBeGreaterThan(0);
      // The removal itself may be told, what came after it may not.
      expect(highest(inboxRows(removed.inbox))).toBeLessThanOrEqual(seq);
      expect(await removed.watched.end()).toMatchObject({ code: 'NOT_MEMBER' });
      for (const reading of [removed.inbox, stays.watched, stays.inbox]) reading.stop();
    });
  }
}
