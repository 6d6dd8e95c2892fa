import { limits, type Message, type OwnReaction } from '@parley/contract';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { applyMessages, applyPage, awaitPage, emptyTimeline, type Timeline } from '../messages/timeline.ts';
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

/** What the viewer is shown, as emoji: how many, and whether they are among them. */
function shownBy(timeline: Timeline): string[] {
  const [message] = shownMessages(timeline, viewerId);
  return (message?.reactions ?? []).map(({ emoji, count, own }) => `${emoji} ${count} ${own}`);
}

function fetched(model: Model): Timeline {
  const page = { messages: [model.view()], hasBefore: false };
  return learnFromRows(applyPage(awaitPage(emptyTimeline, 1, null), page), page.messages);
}

const take = (timeline: Timeline, row: Message) => learnFromRows(applyMessages(timeline, [row]), [row]);

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

function play(steps: readonly Step[]): { timeline: Timeline; model: Model } {
  const model = new Model();
  let timeline = fetched(model);
  let page: Message | null = null;
  const sent: ((to: Timeline) => Timeline)[] = [];
  const send = (row: Message) => sent.push((to) => take(to, row));
  for (const now of steps) {
    if (now.do === 'others') {
      for (const userId of crowd.slice(now.from, now.from + now.count)) model.set(userId, now.emoji, now.own);
      // One frame of all of it, as after a gap.
      send(model.row());
    } else if (now.do === 'viewer') {
      const fact = model.set(viewerId, now.emoji, now.own);
      if (fact !== null) sent.push((to) => learnFromEvents(to, [fact]));
      // Of a change in a gap there is no row of its own.
      if (now.heard) send(model.row());
    } else if (now.do === 'deliver') {
      for (const n of now.of) timeline = sent[n % Math.max(1, sent.length)]?.(timeline) ?? timeline;
    } else if (now.do === 'ask page') page ??= model.view();
    else if (now.do === 'page comes' && page !== null) {
      timeline = take(timeline, page);
      page = null;
    } else if (now.do === 'reconnect') {
      // What was on its way is lost, and what changed meanwhile comes as an answer.
      sent.length = 0;
      page = null;
      timeline = take(timeline, model.view());
    }
  }
  for (const each of sent) timeline = each(timeline);
  return { timeline: take(timeline, model.row()), model };
}

test('I16: what is shown equals a fresh fetch, in whatever order and however often rows and events come', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const { timeline, model } = play(steps);
      expect(shownBy(timeline)).toEqual(shownBy(fetched(model)));
    }),
    { numRuns: 3_000 },
  );
});

test('one’s own is known of a thousand, whatever is said to everybody', () => {
  const model = new Model();
  for (let n = 0; n < 999; n += 1) model.set(`one of many ${n}`, '👍', true);
  let timeline = fetched(model);
  expect(shownBy(timeline)).toEqual(['👍 999 false']);
  const fact = model.set(viewerId, '👍', true);
  // Another device did it: first the row comes, then that it was oneself.
  timeline = take(timeline, model.row());
  expect(shownBy(timeline)).toEqual(['👍 1000 false']);
  timeline = learnFromEvents(timeline, fact === null ? [] : [fact]);
  expect(shownBy(timeline)).toEqual(['👍 1000 true']);
  model.set('one of many 5', '👍', false);
  timeline = take(timeline, model.row());
  expect(shownBy(timeline)).toEqual(['👍 999 true']);
  expect(JSON.stringify(model.row()).length).toBeLessThan(500);
});

test('what one took back while away does not come back when others take to it', () => {
  const model = new Model();
  model.set(viewerId, '👍', true);
  const before = fetched(model);
  // While one was away: oneself, on another device, and the last of the others.
  model.set(viewerId, '👍', false);
  let timeline = take(before, model.view());
  for (const userId of crowd) {
    model.set(userId, '👍', true);
    timeline = take(timeline, model.row());
  }
  expect(shownBy(timeline)).toEqual([`👍 ${crowd.length} false`]);
});

test('a message shown stays the same object until something about it changes', () => {
  const model = new Model();
  model.set('person 1', '👍', true);
  const timeline = fetched(model);
  const [before] = shownMessages(timeline, viewerId);
  expect(shownMessages(timeline, viewerId)[0]).toBe(before);
  expect(shownMessages(take(timeline, model.row()), viewerId)[0]).toBe(before);
  model.set('person 2', '👍', true);
  expect(shownMessages(take(timeline, model.row()), viewerId)[0]).not.toBe(before);
});
