import { type InboxEvent, unreadOf } from '@parley/contract';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Engine } from '../index.ts';
import {
  foldedRead,
  type Reading,
  read,
  type TestParley,
  type TestPerson,
  testParley,
} from '../testing/index.ts';

const names = ['ada', 'grace', 'alan'] as const;
type Name = (typeof names)[number];

/** A room as this test thinks of it. Ada owns it, and stays. */
interface Model {
  last: number;
  readonly messages: { id: string; by: Name; position: number; content: string }[];
  readonly members: Record<Name, { in: boolean; read: number }>;
}

/** The room as it is. */
interface Room {
  readonly conversationId: string;
  readonly people: Record<Name, TestPerson>;
  readonly inboxes: Record<Name, Reading<readonly InboxEvent[]>>;
}

let parley: TestParley;
let engines: readonly [Engine, Engine];
let rooms = 0;

beforeAll(async () => {
  parley = await testParley();
  engines = [await parley.engine(), await parley.engine()];
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
  const member = { in: true, read: 0 };
  const model = {
    last: 1,
    messages: [],
    members: { ada: { ...member }, grace: { ...member }, alan: { ...member } },
  };
  return { model, real: { conversationId, people, inboxes } };
}

const modelUnread = ({ messages, members }: Model, name: Name): number =>
  messages.filter(({ by, position }) => by !== name && position > members[name].read).length;

/** Unread numbers as the rows say: entries of others that count, above what was read. */
async function recomputed({ conversationId, people }: Room, name: Name): Promise<number> {
  const { userId } = people[name];
  const { count } = await parley.db
    .selectFrom('messages')
    .innerJoin('members', 'members.conversation_id', 'messages.conversation_id')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('members.conversation_id', '=', conversationId)
    .where('members.user_id', '=', userId)
    .where('messages.sender_id', '<>', userId)
    .where('messages.type', '=', 'text')
    .whereRef('messages.position', '>', 'members.read_position')
    .executeTakeFirstOrThrow();
  return count;
}

/** The model, the rows, what the API answers and what a stream adds up to: all four are to be the same. */
async function compare(model: Model, real: Room): Promise<void> {
  for (const name of names) {
    const { conversationId, people, inboxes } = real;
    const viewer = people[name];
    const shown = () => {
      const state = foldedRead(inboxes[name].items.flat(), conversationId, viewer.userId);
      return state === null ? null : unreadOf(state);
    };
    if (!model.members[name].in) {
      await expect.poll(shown, { timeout: 5_000, interval: 1 }).toBe(null);
      continue;
    }
    const unread = modelUnread(model, name);
    expect(await recomputed(real, name), `${name}, by the rows`).toBe(unread);
    const { unread: answered } = await engines[0].services.conversations.get(viewer, { conversationId });
    expect(answered, `${name}, by the API`).toBe(unread);
    await expect.poll(shown, { message: `${name}, by the stream`, timeout: 5_000, interval: 1 }).toBe(unread);
  }
}

type Step = fc.AsyncCommand<Model, Room>;

/** A step with its comparison. `apply` does it to both; `possible` says whether it can be done now. */
function step(
  text: string,
  possible: (model: Readonly<Model>) => boolean,
  apply: (model: Model, real: Room) => Promise<void>,
): Step {
  return {
    check: possible,
    run: async (model, real) => {
      await apply(model, real);
      await compare(model, real);
    },
    toString: () => text,
  };
}

const pick = (model: Readonly<Model>, at: number) => model.messages[at % Math.max(1, model.messages.length)];
const services = (at: number) => engines[at % 2 === 0 ? 0 : 1].services;
const who = fc.constantFrom(...names);
const guest = fc.constantFrom<Name>('grace', 'alan');
const which = fc.nat(20);

const send = (by: Name, at: number) =>
  step(
    `${by} sends`,
    (model) => model.members[by].in,
    async (model, { conversationId, people }) => {
      const content = `text ${at}`;
      const { id, position } = await services(at).messages.send(people[by], { conversationId, content });
      expect(position).toBe(model.last + 1);
      // Who has read everything has read what they say themselves.
      if (modelUnread(model, by) === 0) model.members[by].read = position;
      model.last = position;
      model.messages.push({ id, by, position, content });
    },
  );
const retry = (at: number) =>
  step(
    `send ${at} is repeated`,
    (model) => model.messages.length > 0,
    async (model, { conversationId, people }) => {
      const message = pick(model, at);
      if (message === undefined) return;
      const { id, content, position } = message;
      const again = await services(at).messages.send(people[message.by], { conversationId, id, content });
      expect(again.position).toBe(position);
    },
  );
const remove = (at: number) =>
  step(
    `${at} is deleted`,
    (model) => model.messages.length > 0,
    async (model, { conversationId, people }) => {
      const message = pick(model, at);
      if (message === undefined) return;
      await services(at).messages.delete(people.ada, { conversationId, messageId: message.id });
    },
  );
const mark = (by: Name, at: number) =>
  step(
    `${by} marks ${at}`,
    (model) => model.members[by].in,
    async (model, { conversationId, people }) => {
      await services(at).messages.markRead(people[by], { conversationId, position: at });
      const member = model.members[by];
      member.read = Math.max(member.read, Math.min(at, model.last));
    },
  );
const leave = (by: Name) =>
  step(
    `${by} leaves`,
    (model) => model.members[by].in,
    async (model, { conversationId, people }) => {
      await services(0).conversations.leave(people[by], { conversationId });
      model.members[by].in = false;
      model.last += 1;
    },
  );
const rejoin = (by: Name) =>
  step(
    `${by} comes back`,
    (model) => !model.members[by].in,
    async (model, { conversationId, people }) => {
      const userIds = [people[by].userId];
      await services(1).conversations.addMembers(people.ada, { conversationId, userIds });
      const member = model.members[by];
      member.in = true;
      member.read = Math.max(member.read, model.last);
      model.last += 1;
    },
  );

test(
  'I8 unread numbers equal those recomputed from the rows, after every step',
  { timeout: 120_000 },
  async () => {
    const full = process.env['PARLEY_TEST_FULL'] === '1';
    const sends = fc.tuple(who, which).map(([by, at]) => send(by, at));
    const steps = fc.commands(
      [
        sends,
        sends,
        which.map(retry),
        which.map(remove),
        fc.tuple(who, which).map(([by, at]) => mark(by, at)),
        guest.map(leave),
        guest.map(rejoin),
      ],
      { maxCommands: 30, size: '+1' },
    );
    const property = fc.asyncProperty(steps, async (commands) => {
      const { model, real } = await open();
      try {
        await fc.asyncModelRun(() => ({ model, real }), commands);
      } finally {
        for (const name of names) real.inboxes[name].stop();
      }
    });
    const seed = Number(process.env['PARLEY_TEST_SEED'] ?? 1);
    const details = await fc.check(property, { seed, numRuns: full ? 200 : 20 });
    expect(details.failed, (await fc.asyncDefaultReportMessage(details)) ?? '').toBe(false);
  },
);
