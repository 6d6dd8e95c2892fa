import { setImmediate as turn } from 'node:timers/promises';
import { type Change, type InboxEvent, type Viewer, type WatchEvent } from '@parley/contract';
import type { TrackedEnvelope } from '@parley/contract/router';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Engine } from '../index.ts';
import {
  type Direction,
  type Link,
  link,
  type LossyBus,
  lossyBus,
  type Reading,
  read,
  type TestParley,
  testParley,
} from '../testing/index.ts';

// A reader opens its subscription over a link that is held up at one step after the other; meanwhile somebody speaks.
let parley: TestParley;
let wire: Link;
let bus: LossyBus;
let here: Engine;
let there: Engine;
let ada: Viewer;
let grace: Viewer;

beforeAll(async () => {
  parley = await testParley();
  wire = await link(parley.connectionString);
  bus = lossyBus();
  const database = { connectionString: wire.url, poolSize: 1 };
  here = await parley.engine({ bus, headCheckMs: 3_600_000, database });
  there = await parley.engine({ bus, headCheckMs: 3_600_000 });
  [ada, grace] = [await parley.person('ada'), await parley.person('grace')];
  await here.services.conversations.list(grace, { limit: 1 });
});
afterAll(async () => {
  await parley[Symbol.asyncDispose]();
  await wire[Symbol.asyncDispose]();
});
afterEach(() => {
  wire.onPass = null;
});

const say = (conversationId: string, content: string) =>
  there.services.messages.send(ada, { conversationId, content });

/** Speaks when the n-th thing goes by in a direction, before it goes on. Says afterwards whether it came to that. */
function speakAt(conversationId: string | Promise<string>, direction: Direction, n: number): () => boolean {
  let passed = 0;
  wire.onPass = async (going) => {
    if (going !== direction) return;
    passed += 1;
    if (passed !== n) return;
    await say(await conversationId, 'in the gap');
    // The memory bus delivers in a later turn.
    await turn();
    await turn();
  };
  return () => passed >= n;
}

/** What a reader was told of a conversation: where it stood, and every seq that followed. */
interface Told {
  readonly from: number;
  readonly seqs: () => number[];
  stop(): void;
}

async function told<T>(
  reading: Reading<T>,
  from: (item: T) => number | null,
  rows: (item: T) => readonly Change[],
): Promise<Told> {
  const start = from(await reading.next((item) => from(item) !== null));
  if (start === null) throw new Error('the reader was not told where it stands');
  return {
    from: start,
    seqs: () => reading.items.flatMap((item) => rows(item).map(({ seq }) => seq)),
    stop: () => reading.stop(),
  };
}

/** The rows of one conversation's frames. */
const framesOf = (batch: readonly InboxEvent[], conversationId: string) =>
  batch.flatMap((event) =>
    event.type === 'frame' && event.frame.conversationId === conversationId ? event.frame.rows : [],
  );

const kinds = {
  'messages.watch': async (conversationId: string): Promise<Told> => {
    const stream = await here.services.messages.watch(grace, { conversationId });
    return told<TrackedEnvelope<WatchEvent>>(
      read(stream),
      ([, event]) => (event.type === 'ready' ? event.seq : null),
      ([, event]) => (event.type === 'changes' ? event.rows : []),
    );
  },
  'messages.watch, resuming': async (conversationId: string): Promise<Told> => {
    const { epoch, joinedSeq } = await there.services.conversations.get(grace, { conversationId });
    const lastEventId = `${epoch}:${joinedSeq}:3`;
    const stream = await here.services.messages.watch(grace, { conversationId, lastEventId });
    return told<TrackedEnvelope<WatchEvent>>(
      read(stream),
      ([, event]) => (event.type === 'ready' ? event.seq : null),
      ([, event]) => (event.type === 'changes' ? event.rows : []),
    );
  },
  'inbox.watch': async (conversationId: string): Promise<Told> => {
    const headOf = (batch: readonly InboxEvent[]) =>
      batch
        .flatMap((event) => (event.type === 'ready' ? event.heads : []))
        .find((head) => head.conversationId === conversationId);
    return told<readonly InboxEvent[]>(
      read(await here.services.inbox.watch(grace)),
      (batch) => headOf(batch)?.lastSeq ?? null,
      (batch) => framesOf(batch, conversationId),
    );
  },
};

/** What is above where the reader began, in order, each once; nothing is said afterwards that could bring it. */
async function expectAll(conversationId: string, reader: Told, label: string): Promise<void> {
  const wanted = async () => {
    const { lastSeq } = await there.services.conversations.get(grace, { conversationId });
    const all = Array.from({ length: lastSeq - reader.from }, (_, n) => reader.from + n + 1);
    return reader.seqs().join() === all.join() || [reader.seqs(), all];
  };
  await expect.poll(wanted, { message: label, timeout: 2_000, interval: 2 }).toBe(true);
  reader.stop();
}

async function room(): Promise<string> {
  const input = { participantIds: [grace.userId], title: 'Room' };
  const { id } = await there.services.conversations.create(ada, input);
  await say(id, 'before');
  return id;
}

describe.each(Object.entries(kinds))('%s', (name, open) => {
  test.each(['request', 'reply'] as const)(
    'I4 what is said at any step while it is opened comes once: held up at a %s',
    async (direction) => {
      let steps = 0;
      for (let reached = true; reached; steps += 1) {
        const conversationId = await room();
        const wasReached = speakAt(conversationId, direction, steps + 1);
        const reader = await open(conversationId);
        await expectAll(conversationId, reader, `${name}, ${direction} ${steps + 1}`);
        reached = wasReached();
        wire.onPass = null;
      }
      // Where it stands, and who one is; an opening that never was held up proves nothing.
      expect(steps).toBeGreaterThan(2);
    },
  );

  test('I4 what is said before the bus has acknowledged comes once', async () => {
    const conversationId = await room();
    const goOn = bus.stall('c:');
    const opening = open(conversationId);
    await expect.poll(() => bus.channels.has(`c:${conversationId}`)).toBe(true);
    await say(conversationId, 'heard early');
    bus.lose('c:');
    await say(conversationId, 'not heard');
    bus.lose(null);
    goOn();
    await expectAll(conversationId, await opening, name);
  });
});

test('I4 what is said in a conversation while it is being gained comes once', async () => {
  const inbox = read(await here.services.inbox.watch(grace));
  await inbox.next();
  let steps = 0;
  for (let reached = true; reached; steps += 1) {
    const made = Promise.withResolvers<string>();
    const wasReached = speakAt(made.promise, 'reply', steps + 1);
    const input = { participantIds: [grace.userId], title: 'Room' };
    const { id } = await there.services.conversations.create(ada, input);
    made.resolve(id);
    const headOf = (batch: readonly InboxEvent[]) =>
      batch
        .flatMap((event) => (event.type === 'gained' ? event.head : []))
        .find((head) => head.conversationId === id);
    const reader = await told(
      inbox,
      (batch) => headOf(batch)?.lastSeq ?? null,
      (batch) => framesOf(batch, id),
    );
    await expectAll(id, { ...reader, stop() {} }, `gained, ${steps + 1}`);
    reached = wasReached();
    wire.onPass = null;
  }
  expect(steps).toBeGreaterThan(2);
  inbox.stop();
});
