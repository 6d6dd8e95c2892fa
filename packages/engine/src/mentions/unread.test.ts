import type { InboxEvent } from '@parley/contract';
import fc from 'fast-check';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Engine } from '../index.ts';
import {
  foldedMentions,
  type LossyBus,
  lossyBus,
  type Reading,
  read,
  type TestParley,
  type TestPerson,
  testParley,
} from '../testing/index.ts';

const names = ['ada', 'grace', 'alan'] as const;
type Name = (typeof names)[number];
type People = Record<Name, TestPerson>;
type Whom = 'grace' | 'both' | 'all' | 'nobody';

/** What this test remembers of a room, to choose from. Ada owns it, and stays. */
interface Model {
  readonly messages: { id: string; by: Name }[];
  readonly gone: Set<Name>;
}

interface Room {
  readonly conversationId: string;
  readonly people: People;
  readonly inboxes: Record<Name, Reading<readonly InboxEvent[]>>;
}

let parley: TestParley;
let bus: LossyBus;
let engines: readonly [Engine, Engine];
let rooms = 0;

beforeAll(async () => {
  parley = await testParley();
  bus = lossyBus();
  engines = [await parley.engine({ bus }), await parley.engine({ bus })];
});
afterAll(() => parley[Symbol.asyncDispose]());

async function open(): Promise<{ model: Model; real: Room }> {
  rooms += 1;
  const each = async <T>(make: (name: Name) => Promise<T>): Promise<Record<Name, T>> => ({
    ada: await make('ada'),
    grace: await make('grace'),
    alan: await make('alan'),
  });
  const people = await each((name) => parley.person(`${name}-${rooms}`));
  const input = { participantIds: [people.grace.userId, people.alan.userId], title: 'Room' };
  const { id: conversationId } = await engines[0].services.conversations.create(people.ada, input);
  const inboxes = await each(async (name) => read(await engines[1].services.inbox.watch(people[name])));
  return { model: { messages: [], gone: new Set() }, real: { conversationId, people, inboxes } };
}

/** What is unread and mentions somebody, as the messages themselves say. */
async function recomputed({ conversationId, people }: Room, name: Name): Promise<number[]> {
  const { userId } = people[name];
  const { rows } = await sql<{ position: number }>`
    select e.position from messages e
    join members m on m.conversation_id = e.conversation_id and m.user_id = ${userId}
    where e.conversation_id = ${conversationId} and e.deleted_at is null and e.sender_id <> ${userId}
      and e.position > m.read_position
      and (e.metadata->'mentionsAll' = 'true' or e.metadata->'mentions' ? ${userId})
    order by e.position`.execute(parley.db);
  return rows.map(({ position }) => position);
}

/** The rows, what the API answers, what a stream adds up to and what a new device is told: all four are to be the same. */
async function compare({ gone }: Model, real: Room): Promise<void> {
  const { conversationId, people, inboxes } = real;
  for (const name of names) {
    const viewer = people[name];
    const shown = () => foldedMentions(inboxes[name].items.flat(), conversationId, viewer.userId);
    const soon = { timeout: 5_000, interval: 1 };
    if (gone.has(name)) {
      await expect.poll(shown, soon).toBe(null);
      continue;
    }
    const unread = await recomputed(real, name);
    const { mentions } = await engines[0].services.conversations.get(viewer, { conversationId });
    expect(mentions?.latest.map(({ position }) => position) ?? [], `${name}, by the API`).toEqual(unread);
    expect((await engines[0].services.mentions.unread(viewer)).total, `${name}, in all`).toBe(unread.length);
    await expect.poll(shown, { message: `${name}, by the stream`, ...soon }).toEqual(unread);
    for (const engine of engines) {
      const device = read(await engine.services.inbox.watch(viewer));
      const told = foldedMentions(await device.next(), conversationId, viewer.userId);
      device.stop();
      expect(told, `${name}, by a new device`).toEqual(unread);
    }
  }
}

type Step = fc.AsyncCommand<Model, Room>;
type Apply = (model: Model, real: Room) => Promise<unknown>;

/** A step with its comparison; its events may be lost, until the bus is back. */
function step(text: string, possible: (model: Readonly<Model>) => boolean, apply: Apply, lost = false): Step {
  return {
    check: possible,
    run: async (model, real) => {
      if (lost) bus.lose('');
      await apply(model, real);
      bus.lose(null);
      if (lost) bus.reconnect();
      await compare(model, real);
    },
    toString: () => (lost ? `${text}, unheard` : text),
  };
}

const services = (at: number) => engines[at % 2 === 0 ? 0 : 1].services;
const pick = ({ messages }: Model, at: number) => messages[messages.length - 1 - (at % messages.length)];
const mentioning = ({ people }: Room, { gone }: Model, whom: Whom) => ({
  mentions: (whom === 'grace' ? ['grace' as const] : whom === 'both' ? (['grace', 'alan'] as const) : [])
    .filter((name) => !gone.has(name))
    .map((name) => people[name].userId),
  mentionsAll: whom === 'all',
});

const steps = {
  send: (by: Name, whom: Whom, at: number, lost: boolean) =>
    step(
      `${by} mentions ${whom}`,
      ({ gone }) => !gone.has(by),
      async (model, real) => {
        const { conversationId, people } = real;
        const extras = mentioning(real, model, whom === 'all' && by !== 'ada' ? 'both' : whom);
        const input = { conversationId, content: `text ${at}`, ...extras };
        const { id } = await services(at).messages.send(people[by], input);
        model.messages.push({ id, by });
      },
      lost,
    ),
  edit: (whom: Whom, at: number, lost: boolean) =>
    step(
      `${at} mentions ${whom} instead`,
      ({ messages }) => messages.length > 0,
      async (model, real) => {
        const { conversationId, people } = real;
        const message = pick(model, at);
        if (message === undefined || model.gone.has(message.by)) return;
        const extras = mentioning(real, model, whom === 'all' && message.by !== 'ada' ? 'both' : whom);
        const input = { conversationId, messageId: message.id, content: `edited ${at}`, ...extras };
        // It may be deleted.
        await services(at)
          .messages.edit(people[message.by], input)
          .catch(() => {});
      },
      lost,
    ),
  remove: (at: number, lost: boolean) =>
    step(
      `${at} is deleted`,
      ({ messages }) => messages.length > 0,
      async (model, { conversationId, people }) => {
        const messageId = pick(model, at)?.id;
        if (messageId !== undefined)
          await services(at).messages.delete(people.ada, { conversationId, messageId });
      },
      lost,
    ),
  mark: (by: Name, at: number, lost: boolean) =>
    step(
      `${by} reads ${at}`,
      ({ gone }) => !gone.has(by),
      async (_model, { conversationId, people }) => {
        await services(at).messages.markRead(people[by], { conversationId, position: at });
      },
      lost,
    ),
  leave: (by: 'grace' | 'alan') =>
    step(
      `${by} leaves`,
      ({ gone }) => !gone.has(by),
      async ({ gone }, { conversationId, people }) => {
        await services(0).conversations.leave(people[by], { conversationId });
        gone.add(by);
      },
    ),
  comeBack: (by: 'grace' | 'alan') =>
    step(
      `${by} comes back`,
      ({ gone }) => gone.has(by),
      async ({ gone }, { conversationId, people }) => {
        const userIds = [people[by].userId];
        await services(1).conversations.addMembers(people.ada, { conversationId, userIds });
        gone.delete(by);
      },
    ),
};

test(
  'I8 unread mentions equal those recomputed from the messages, after every step, by whatever way',
  { timeout: 120_000 },
  async () => {
    const full = process.env['PARLEY_TEST_FULL'] === '1';
    const who = fc.constantFrom(...names);
    const guest = fc.constantFrom('grace' as const, 'alan' as const);
    const whom = fc.constantFrom<Whom>('grace', 'both', 'all', 'nobody');
    const at = fc.nat(12);
    const lost = fc.boolean();
    const sends = fc.tuple(who, whom, at, lost).map((args) => steps.send(...args));
    const edits = fc.tuple(whom, at, lost).map((args) => steps.edit(...args));
    const commands = fc.commands(
      [
        ...[sends, sends, edits],
        fc.tuple(at, lost).map((args) => steps.remove(...args)),
        fc.tuple(who, at, lost).map((args) => steps.mark(...args)),
        guest.map(steps.leave),
        guest.map(steps.comeBack),
      ],
      { maxCommands: 20, size: '+1' },
    );
    const property = fc.asyncProperty(commands, async (chosen) => {
      const { model, real } = await open();
      try {
        await fc.asyncModelRun(() => ({ model, real }), chosen);
      } finally {
        for (const name of names) real.inboxes[name].stop();
      }
    });
    const seed = Number(process.env['PARLEY_TEST_SEED'] ?? 1);
    const details = await fc.check(property, { seed, numRuns: full ? 150 : 12 });
    expect(details.failed, (await fc.asyncDefaultReportMessage(details)) ?? '').toBe(false);
  },
);

test('after more than a feed can send, everybody is told anew what mentions them, also who came meanwhile', async () => {
  const { real } = await open();
  const { conversationId, people, inboxes } = real;
  await inboxes.grace.next();
  await using deaf = lossyBus();
  const elsewhere = await parley.engine({ bus: deaf });
  const { messages } = elsewhere.services;
  const { position } = await messages.send(people.ada, {
    conversationId,
    content: 'first',
    mentionsAll: true,
  });
  const plain = Array.from({ length: 600 }, (_, n) =>
    messages.send(people.ada, { conversationId, content: `${n}` }),
  );
  await Promise.all(plain);
  const mentions = [people.grace.userId];
  const last = await messages.send(people.ada, { conversationId, content: 'last', mentions });
  bus.reconnect();
  const shown = () => foldedMentions(inboxes.grace.items.flat(), conversationId, people.grace.userId);
  await expect.poll(shown, { timeout: 10_000 }).toEqual([position, last.position]);
  const device = read(await engines[1].services.inbox.watch(people.grace));
  expect(foldedMentions(await device.next(), conversationId, people.grace.userId)).toEqual([
    position,
    last.position,
  ]);
  device.stop();
  for (const name of names) inboxes[name].stop();
});
