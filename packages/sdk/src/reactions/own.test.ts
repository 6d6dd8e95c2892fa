import { limits, type Message, type OwnReaction } from '@parley/contract';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { applyMessages, applyPage, awaitPage, emptyTimeline, type Timeline } from '../messages/timeline.ts';
import type { OwnReactions } from './known.ts';
import { learnFromEvents, learnFromRows, shownMessages } from './own.ts';

const conversationId = '00000000-0000-4000-8000-000000000001';
const { ofFew, ofMany } = limits.reactions.named;
const viewerId = 'viewer';
/** More than a row names. */
const crowd = Array.from({ length: ofFew + 3 }, (_, n) => `person ${n}`);
const emojis = ['👍', '❤️'] as const;

/** One message as a server keeps it: who reacts, in order, by emoji. */
class Model {
  readonly #who = new Map<string, string[]>();
  seq = 1;

  /** Has somebody react, or take it back. @returns what their own devices hear; null when nothing changed */
  set(userId: string, emoji: string, own: boolean): OwnReaction | null {
    const who = this.#who.get(emoji) ?? [];
    if (who.includes(userId) === own) return null;
    this.#who.set(emoji, own ? [...who, userId] : who.filter((id) => id !== userId));
    if (this.#who.get(emoji)?.length === 0) this.#who.delete(emoji);
    this.seq += 1;
    return { conversationId, position: 1, emoji, own, seq: this.seq };
  }

  /** The row as everybody gets it. */
  row(): Message {
    const reactions = [...this.#who].map(([emoji, who]) => ({
      ...{ emoji, count: who.length },
      userIds: who.slice(0, who.length > ofFew ? ofMany : who.length),
    }));
    return {
      ...{ conversationId, position: 1, ordinal: 1, seq: this.seq, id: 'id', senderId: 'person 0' },
      ...{ messageType: 'text', content: 'hello', notice: null, createdAt: '2026-01-01T00:00:00.000Z' },
      ...{ editedAt: null, deletedAt: null, isEdited: false, isDeleted: false },
      ...(reactions.length === 0 ? {} : { reactions }),
    };
  }

  /** The row as the viewer gets it as an answer. */
  view(): Message {
    const row = this.row();
    if (row.reactions === undefined) return row;
    const own = row.reactions.filter(({ emoji }) => this.#who.get(emoji)?.includes(viewerId));
    return { ...row, ownReactions: own.map(({ emoji }) => emoji) };
  }
}

/** What is held of the message. */
interface Held {
  readonly timeline: Timeline;
  readonly own: OwnReactions;
}

/** What the viewer is shown, as emoji: how many, and whether they are among them. */
function shownBy({ timeline, own }: Held): string[] {
  const [message] = shownMessages(timeline, own, viewerId);
  return (message?.reactions ?? []).map((reaction) => `${reaction.emoji} ${reaction.count} ${reaction.own}`);
}

function fetched(model: Model): Held {
  const page = { messages: [model.view()], hasBefore: false, hasAfter: false };
  const timeline = applyPage(awaitPage(emptyTimeline, 1, { type: 'latest' }), page);
  return { timeline, own: learnFromRows({}, page.messages, [timeline]) };
}

function take(held: Held, row: Message): Held {
  const timeline = applyMessages(held.timeline, [row]);
  return { timeline, own: learnFromRows(held.own, [row], [timeline]) };
}

function hear({ timeline, own }: Held, ...facts: OwnReaction[]): Held {
  return { timeline, own: learnFromEvents(own, facts, [timeline]) };
}

type Step =
  | { do: 'others'; from: number; count: number; emoji: string; own: boolean }
  | { do: 'viewer'; emoji: string; own: boolean; heard: boolean }
  /** What was said so far comes, in this order, some of it twice, some of it not yet. */
  | { do: 'deliver'; of: number[] }
  | { do: 'ask page' }
  | { do: 'page comes' }
  | { do: 'reconnect' };

const emoji = fc.constantFrom(...emojis);
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    do: fc.constant('others' as const),
    from: fc.nat(crowd.length - 1),
    count: fc.integer({ min: 1, max: crowd.length }),
    emoji,
    own: fc.boolean(),
  }),
  fc.record({ do: fc.constant('viewer' as const), emoji, own: fc.boolean(), heard: fc.boolean() }),
  fc.record({ do: fc.constant('deliver' as const), of: fc.array(fc.nat(60), { maxLength: 6 }) }),
  fc.constantFrom<Step>({ do: 'ask page' }, { do: 'page comes' }, { do: 'reconnect' }),
);

function play(steps: readonly Step[]): { held: Held; model: Model } {
  const model = new Model();
  let held = fetched(model);
  let page: Message | null = null;
  const sent: ((to: Held) => Held)[] = [];
  const send = (row: Message) => sent.push((to) => take(to, row));
  for (const now of steps) {
    if (now.do === 'others') {
      for (const userId of crowd.slice(now.from, now.from + now.count)) model.set(userId, now.emoji, now.own);
      // One frame of all of it, as after a gap.
      send(model.row());
    } else if (now.do === 'viewer') {
      const fact = model.set(viewerId, now.emoji, now.own);
      if (fact !== null) sent.push((to) => hear(to, fact));
      // Of a change in a gap there is no row of its own.
      if (now.heard) send(model.row());
    } else if (now.do === 'deliver') {
      for (const n of now.of) held = sent[n % Math.max(1, sent.length)]?.(held) ?? held;
    } else if (now.do === 'ask page') page ??= model.view();
    else if (now.do === 'page comes' && page !== null) {
      held = take(held, page);
      page = null;
    } else if (now.do === 'reconnect') {
      // What was on its way is lost, and what changed meanwhile comes as an answer.
      sent.length = 0;
      page = null;
      held = take(held, model.view());
    }
  }
  // All of it comes in the end, the latest first.
  for (const each of sent.toReversed()) held = each(held);
  return { held: take(held, model.row()), model };
}

test('I16: what is shown equals a fresh fetch, in whatever order and however often rows and events come', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const { held, model } = play(steps);
      expect(shownBy(held)).toEqual(shownBy(fetched(model)));
    }),
    { numRuns: 3_000 },
  );
});

test('one’s own is known of a thousand, whatever is said to everybody', () => {
  const model = new Model();
  for (let n = 0; n < 999; n += 1) model.set(`one of many ${n}`, '👍', true);
  let held = fetched(model);
  expect(shownBy(held)).toEqual(['👍 999 false']);
  const fact = model.set(viewerId, '👍', true);
  // Another device did it: first the row comes, then that it was oneself.
  held = take(held, model.row());
  expect(shownBy(held)).toEqual(['👍 1000 false']);
  held = hear(held, ...(fact === null ? [] : [fact]));
  expect(shownBy(held)).toEqual(['👍 1000 true']);
  model.set('one of many 5', '👍', false);
  held = take(held, model.row());
  expect(shownBy(held)).toEqual(['👍 999 true']);
  expect(JSON.stringify(model.row()).length).toBeLessThan(500);
});

test('what one took back while away does not come back when others take to it', () => {
  const model = new Model();
  model.set(viewerId, '👍', true);
  const before = fetched(model);
  // While one was away: oneself, on another device, and the last of the others.
  model.set(viewerId, '👍', false);
  let held = take(before, model.view());
  for (const userId of crowd) {
    model.set(userId, '👍', true);
    held = take(held, model.row());
  }
  expect(shownBy(held)).toEqual([`👍 ${crowd.length} false`]);
});

const shownBare = ({ timeline, own }: Held) => shownMessages(timeline, own, viewerId)[0];

test('a message shown stays the same object until something about it changes', () => {
  const model = new Model();
  model.set('person 1', '👍', true);
  const held = fetched(model);
  const before = shownBare(held);
  expect(shownBare(held)).toBe(before);
  expect(shownBare(take(held, model.row()))).toBe(before);
  model.set('person 2', '👍', true);
  expect(shownBare(take(held, model.row()))).not.toBe(before);
});
