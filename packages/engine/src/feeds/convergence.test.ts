import type { Change, Message, Viewer, WatchEvent, InboxEvent } from '@parley/contract';
import type { TrackedEnvelope } from '@parley/contract/router';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Bus, type Engine, memoryBus } from '../index.ts';
import { read, type TestParley, testParley } from '../testing/index.ts';

/** Keeps what is published until it is told in which order to deliver it, how often, and what not at all. */
function disorderlyBus(): Bus & { deliver(order: readonly number[]): void } {
  const bus = memoryBus();
  let kept: { channel: string; payload: string }[] = [];
  return {
    ...bus,
    publish(channel, payload) {
      if (channel.startsWith('c:')) kept.push({ channel, payload });
      else bus.publish(channel, payload);
    },
    /** Each number picks one of what is kept; picked twice it comes twice, not at all it is lost. */
    deliver(order) {
      for (const pick of order) {
        const one = kept[pick % Math.max(1, kept.length)];
        if (one !== undefined) bus.publish(one.channel, one.payload);
      }
      kept = [];
    },
    [Symbol.asyncDispose]: () => bus[Symbol.asyncDispose](),
  };
}

let parley: TestParley;
let bus: ReturnType<typeof disorderlyBus>;
let here: Engine;
let there: Engine;
let ada: Viewer;
let grace: Viewer;

beforeAll(async () => {
  parley = await testParley();
  bus = disorderlyBus();
  // What was lost last is found by a head check.
  here = await parley.engine({ bus, headCheckMs: 100 });
  there = await parley.engine({ bus, headCheckMs: 3_600_000 });
  [ada, grace] = [await parley.person('ada'), await parley.person('grace')];
});
afterAll(() => parley[Symbol.asyncDispose]());

/** The messages rows add up to: a row replaces only one with a lower seq. */
function folded(rows: readonly Change[]): Message[] {
  const messages = new Map<string, Message>();
  for (const row of rows) {
    if (row.type !== 'message') continue;
    const known = messages.get(row.message.id);
    if (known === undefined || known.seq < row.seq) messages.set(row.message.id, row.message);
  }
  return [...messages.values()].toSorted((a, b) => a.position - b.position);
}

async function fetched(conversationId: string): Promise<Message[]> {
  const { messages } = await there.services.messages.list(grace, { conversationId, limit: 100 });
  return messages.map(({ isRead: _isRead, ...message }) => message);
}

const action = fc.oneof(
  { weight: 2, arbitrary: fc.record({ type: fc.constant('send' as const), at: fc.nat(9) }) },
  { weight: 3, arbitrary: fc.record({ type: fc.constant('edit' as const), at: fc.nat(9) }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('delete' as const), at: fc.nat(9) }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('reply' as const), at: fc.nat(9) }) },
);
const round = fc.record({
  actions: fc.array(action, { minLength: 1, maxLength: 8 }),
  order: fc.array(fc.nat(20), { maxLength: 16 }),
});

async function act(conversationId: string, ids: string[], { type, at }: { type: string; at: number }) {
  const messageId = ids[at % Math.max(1, ids.length)];
  const { messages } = there.services;
  if (type === 'send' || messageId === undefined)
    ids.push((await messages.send(ada, { conversationId, content: `text ${at}` })).id);
  else if (type === 'reply') {
    // It may be deleted, or a reply itself: nothing hangs on those.
    const input = { conversationId, content: `reply ${at}`, thread: messageId };
    const sent = await messages.send(ada, input).catch(() => null);
    if (sent !== null) ids.push(sent.id);
  } else if (type === 'delete') await messages.delete(ada, { conversationId, messageId });
  // What is deleted stays so.
  else await messages.edit(ada, { conversationId, messageId, content: `edited ${at}` }).catch(() => {});
}

test(
  'I16 edits, deletes and replies in threads that come shuffled, doubled or not at all add up to a fresh fetch, by either stream',
  { timeout: 60_000 },
  async () => {
    const property = fc.asyncProperty(fc.array(round, { minLength: 1, maxLength: 4 }), async (rounds) => {
      const input = { participantIds: [grace.userId], title: 'Room' };
      const { id: conversationId } = await there.services.conversations.create(ada, input);
      bus.deliver([]);
      const start = await fetched(conversationId);
      const watched = read<TrackedEnvelope<WatchEvent>>(
        await here.services.messages.watch(grace, { conversationId }),
      );
      const inbox = read<readonly InboxEvent[]>(await here.services.inbox.watch(grace));
      const begun: Change[] = start.map((message) => ({ type: 'message', seq: message.seq, message }));
      const byWatch = () => [
        ...begun,
        ...watched.items.flatMap(([, event]) => (event.type === 'changes' ? event.rows : [])),
      ];
      const byInbox = () => [
        ...begun,
        ...inbox.items
          .flat()
          .flatMap((event) =>
            event.type === 'frame' && event.frame.conversationId === conversationId ? event.frame.rows : [],
          ),
      ];
      const ids: string[] = [];
      for (const { actions, order } of rounds) {
        for (const each of actions) await act(conversationId, ids, each);
        bus.deliver(order);
      }
      const fresh = await fetched(conversationId);
      for (const rows of [byWatch, byInbox]) {
        await expect.poll(() => folded(rows()), { timeout: 3_000, interval: 2 }).toEqual(fresh);
        // However the client gets to hear of them again, the rows add up to the same.
        expect(folded([...rows()].toReversed())).toEqual(fresh);
        expect(folded([...rows(), ...rows().toReversed()])).toEqual(fresh);
      }
      watched.stop();
      inbox.stop();
    });
    const seed = Number(process.env['PARLEY_TEST_SEED'] ?? 1);
    await fc.assert(property, { seed, numRuns: process.env['PARLEY_TEST_FULL'] === '1' ? 200 : 20 });
  },
);
