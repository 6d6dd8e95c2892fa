import type { MarkRead, Viewer } from '@parley/contract';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Engine } from '../index.ts';
import { type TestParley, testParley } from '../testing/index.ts';

let parley: TestParley;
let engines: Engine[];
let ada: Viewer;
let grace: Viewer;

beforeAll(async () => {
  parley = await testParley();
  engines = [await parley.engine(), await parley.engine()];
  [ada, grace] = [await parley.person('ada'), await parley.person('grace')];
});
afterAll(() => parley[Symbol.asyncDispose]());

const onEngine = (n: number) => {
  const engine = engines[n % engines.length];
  if (engine === undefined) throw new Error('there are engines');
  return engine.services;
};

/** One of Grace's devices marks; which one, through which engine and as what. */
const mark = fc.record({
  engine: fc.nat(1),
  as: fc.constantFrom('position', 'message', 'latest'),
  at: fc.nat(30),
});
/** Some messages are sent, then several devices mark at once. */
const round = fc.record({ sends: fc.nat(4), marks: fc.array(mark, { minLength: 1, maxLength: 5 }) });

test('I7 marks in any order, from two engines at once, never take a read position back, nor past the end', async () => {
  const property = fc.asyncProperty(fc.array(round, { minLength: 1, maxLength: 6 }), async (rounds) => {
    const input = { participantIds: [grace.userId], title: 'Room' };
    const { id: conversationId } = await onEngine(0).conversations.create(ada, input);
    const ids: { id: string; position: number }[] = [];
    // The model: the highest of all marks, each at most the last position there was.
    let read = 0;
    let last = 1;
    for (const { sends, marks } of rounds) {
      for (let n = 0; n < sends; n += 1) {
        const { id, position } = await onEngine(n).messages.send(ada, { conversationId, content: 'text' });
        ids.push({ id, position });
        last = position;
      }
      const answers = await Promise.all(
        marks.map(async ({ engine, as, at }) => {
          const named = ids[at % Math.max(1, ids.length)];
          const what: Omit<MarkRead, 'conversationId'> =
            as === 'position'
              ? { position: at }
              : as === 'message' && named !== undefined
                ? { messageIds: [named.id] }
                : {};
          const told = what.position ?? (what.messageIds === undefined ? last : (named?.position ?? 0));
          const answer = await onEngine(engine).messages.markRead(grace, { conversationId, ...what });
          return { told: Math.min(told, last), answer };
        }),
      );
      const before = read;
      read = Math.max(read, ...answers.map(({ told }) => told));
      for (const { told, answer } of answers) {
        expect(answer.readPosition).toBeGreaterThanOrEqual(Math.max(told, before));
        expect(answer.readPosition).toBeLessThanOrEqual(read);
      }
      const seen = await onEngine(1).conversations.get(grace, { conversationId });
      expect(seen.read).toMatchObject({ readPosition: read, lastPosition: last });
      expect(seen.unread).toBe(ids.filter(({ position }) => position > read).length);
    }
  });
  const seed = Number(process.env['PARLEY_TEST_SEED'] ?? 1);
  await fc.assert(property, { seed, numRuns: process.env['PARLEY_TEST_FULL'] === '1' ? 300 : 25 });
});
