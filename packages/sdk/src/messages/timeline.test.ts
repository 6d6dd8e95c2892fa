import type { Message } from '@parley/contract';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  applyMessages,
  applyPage,
  awaitPage,
  dueAt,
  emptyTimeline,
  endOf,
  giveUpPage,
  joined,
  lookedAtAgain,
  shownRows,
  type Timeline,
  type TimelinePage,
  wantMore,
} from './timeline.ts';

const conversationId = '00000000-0000-4000-8000-000000000001';
const latest = { type: 'latest' } as const;
const held: Timeline = { ...emptyTimeline, loaded: true };

function message(position: number, seq: number, content = `message ${position}`): Message {
  return {
    conversationId,
    position,
    ordinal: position,
    seq,
    id: `00000000-0000-4000-8000-${String(position).padStart(12, '0')}`,
    senderId: '00000000-0000-4000-8000-0000000000aa',
    messageType: 'text',
    content,
    notice: null,
    createdAt: '2026-01-01T00:00:00.000Z',
    editedAt: null,
    deletedAt: null,
    isEdited: false,
    isDeleted: false,
  };
}

/** A conversation as a server has it: one row per position, each with the seq of its latest change. */
class Conversation {
  readonly #rows = new Map<number, Message>();
  #seq = 0;

  send(): Message {
    this.#seq += 1;
    return this.#store(message(this.#rows.size + 1, this.#seq));
  }

  edit(position: number): Message | undefined {
    const row = this.#rows.get(position);
    if (row === undefined) return undefined;
    this.#seq += 1;
    return this.#store({ ...row, seq: this.#seq, content: `edited at ${this.#seq}` });
  }

  page(limit: number, before = Infinity): TimelinePage {
    const rows = [...this.#rows.values()].filter((row) => row.position < before);
    return {
      messages: rows.slice(-limit),
      hasBefore: rows.length > limit,
      hasAfter: rows.length < this.#rows.size,
    };
  }

  #store(row: Message): Message {
    this.#rows.set(row.position, row);
    return row;
  }
}

type Step =
  | { do: 'send' }
  | { do: 'edit'; at: number }
  | { do: 'read page' }
  | { do: 'receive page' }
  | { do: 'receive changes'; of: number[] };

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.constant<Step>({ do: 'send' }),
  fc.record({ do: fc.constant('edit' as const), at: fc.integer({ min: 1, max: 12 }) }),
  fc.constant<Step>({ do: 'read page' }),
  fc.constant<Step>({ do: 'receive page' }),
  fc.record({
    do: fc.constant('receive changes' as const),
    of: fc.array(fc.nat(40), { minLength: 1, maxLength: 6 }),
  }),
);

/** Runs a client beside the server; in the end every change made since it began has been received at least once. */
function play(steps: readonly Step[], limit: number): { timeline: Timeline; server: Conversation } {
  const server = new Conversation();
  for (let i = 0; i < 5; i += 1) server.send();
  const changes: Message[] = [];
  let timeline = awaitPage(emptyTimeline, 1, latest);
  let page: TimelinePage | undefined;
  const receive = (rows: Message[]) => (timeline = applyMessages(timeline, rows));
  const readPage = () => {
    if (page !== undefined) return;
    const before = timeline.rows[0]?.position;
    const place = before === undefined ? latest : ({ type: 'before', position: before } as const);
    if (timeline.awaited === null) timeline = awaitPage(timeline, 1, place);
    page = server.page(limit, before);
  };
  const receivePage = () => {
    if (page !== undefined) timeline = applyPage(timeline, page);
    page = undefined;
  };
  for (const now of steps) {
    if (now.do === 'send') changes.push(server.send());
    else if (now.do === 'edit') changes.push(...[server.edit(now.at) ?? []].flat());
    else if (now.do === 'read page') readPage();
    else if (now.do === 'receive page') receivePage();
    else receive(now.of.flatMap((index) => changes[index % Math.max(1, changes.length)] ?? []));
  }
  receive(changes);
  readPage();
  receivePage();
  return { timeline, server };
}

describe('a timeline', () => {
  test('equals a fresh fetch, in whatever order and however often pages and changes come', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), fc.integer({ min: 1, max: 6 }), (steps, limit) => {
        const { timeline, server } = play(steps, limit);
        const fresh = server.page(timeline.rows.length);
        expect(timeline.rows).toEqual(fresh.messages);
        expect(timeline.hasOlder).toBe(fresh.hasBefore);
      }),
      { numRuns: 500 },
    );
  });

  test('keeps a change that overtakes the older page it belongs to', () => {
    let timeline = applyPage(awaitPage(emptyTimeline, 1, latest), {
      messages: [message(3, 3)],
      hasBefore: true,
      hasAfter: false,
    });
    timeline = awaitPage(timeline, 2, { type: 'before', position: 3 });
    timeline = applyMessages(timeline, [message(2, 4, 'edited')]);
    expect(timeline.rows.map((row) => row.position)).toEqual([3]);
    timeline = applyPage(timeline, {
      messages: [message(1, 1), message(2, 2)],
      hasBefore: false,
      hasAfter: true,
    });
    expect(timeline.rows.map((row) => row.content)).toEqual(['message 1', 'edited', 'message 3']);
  });

  test('leaves out what lies before the stretch when no page is awaited', () => {
    const timeline = { ...held, rows: [message(5, 5)], hasOlder: true };
    expect(applyMessages(timeline, [message(2, 9)])).toBe(timeline);
  });

  test('stays the same object when nothing is new', () => {
    const timeline = { ...held, rows: [message(1, 5)] };
    expect(applyMessages(timeline, [message(1, 4), message(1, 5)])).toBe(timeline);
  });

  test('shows what follows a hole once the hole is filled', () => {
    let timeline: Timeline = { ...held, rows: [message(1, 1)] };
    timeline = applyMessages(timeline, [message(3, 3)]);
    expect(shownRows(timeline)).toEqual([message(1, 1)]);
    timeline = applyMessages(timeline, [message(2, 4, 'edited')]);
    expect(shownRows(timeline).map((row) => row.content)).toEqual(['message 1', 'edited', 'message 3']);
  });

  test('that is not its end takes in what lies within it, and no more', () => {
    const place = { type: 'around', position: 5 } as const;
    let stretch = awaitPage(emptyTimeline, 1, place);
    stretch = applyMessages(stretch, [message(9, 9), message(5, 8, 'edited')]);
    const rows = [message(4, 4), message(5, 5), message(6, 6)];
    stretch = applyPage(stretch, { messages: rows, hasBefore: true, hasAfter: true });
    expect(stretch.rows.map((row) => row.content)).toEqual(['message 4', 'edited', 'message 6']);
    stretch = applyMessages(stretch, [message(3, 10), message(6, 11, 'edited'), message(7, 12)]);
    expect(stretch.rows.map(({ position, seq }) => [position, seq])).toEqual([
      ...[[4, 4] as const, [5, 8] as const, [6, 11] as const],
    ]);
    stretch = awaitPage(stretch, 2, { type: 'after', position: 6 });
    stretch = applyMessages(stretch, [message(8, 13)]);
    stretch = applyPage(stretch, { messages: [message(7, 12)], hasBefore: true, hasAfter: false });
    expect(stretch).toMatchObject({ hasOlder: true, hasNewer: false });
    expect(shownRows(stretch).map(({ position }) => position)).toEqual([4, 5, 6, 7, 8]);
  });

  test('is one with what lies before it once nothing is between', () => {
    const end = { ...held, rows: [message(7, 7), message(8, 8)], hasOlder: true };
    const before = { ...held, rows: [message(4, 4), message(5, 5)], hasOlder: true, hasNewer: true };
    expect(joined(before, end)).toBeNull();
    const next = applyPage(awaitPage(before, 1, { type: 'after', position: 5 }), {
      ...{ messages: [message(6, 6), message(7, 9, 'edited')], hasBefore: true, hasAfter: true },
    });
    const whole = joined(next, end);
    expect(whole?.rows.map(({ position, seq }) => [position, seq])).toEqual([
      ...[[4, 4] as const, [5, 5] as const, [6, 6] as const, [7, 9] as const, [8, 8] as const],
    ]);
    expect(whole).toMatchObject({ hasOlder: true, hasNewer: false, loaded: true });
    expect(joined({ ...before, hasOlder: false, rows: [message(1, 1), message(6, 6)] }, end)?.hasOlder).toBe(
      false,
    );
    expect(joined(emptyTimeline, end)).toBeNull();
  });

  test('goes on after a page that did not come', () => {
    const timeline = giveUpPage(
      applyMessages(
        awaitPage({ ...held, rows: [message(5, 5)], hasOlder: true }, 1, { type: 'before', position: 5 }),
        [message(6, 6)],
      ),
    );
    expect(timeline.rows.map((row) => row.position)).toEqual([5, 6]);
    expect(timeline.awaited).toBeNull();
  });
});

test('rows of an answer are kept as everybody has them, so that they equal those of events', () => {
  const conversation = new Conversation();
  const row = conversation.send();
  const page = conversation.page(50);
  const answered = { ...page, messages: page.messages.map((each) => ({ ...each, isRead: true })) };
  expect(applyPage(awaitPage(emptyTimeline, 1, latest), answered).rows).toEqual([row]);
});

describe('replies in threads', () => {
  const reply = (position: number): Message => ({
    ...message(position, position),
    thread: { rootId: 'root', rootPosition: 1, ordinal: position, ownOrdinal: position },
  });
  /** A page that ends at a position and has only so many rows of the conversation itself. */
  function page(end: number, own: number): TimelinePage {
    const rows = Array.from({ length: 50 }, (_, n) => end - 49 + n);
    const messages = rows.map((at, n) => (n < own ? message(at, at) : reply(at)));
    return { messages, hasBefore: true, hasAfter: false };
  }

  test('have more pages follow by themselves, until a screen is filled or enough were asked for', () => {
    let timeline = applyPage(awaitPage(emptyTimeline, 1, latest), page(1_000, 2));
    const asked: number[] = [];
    for (let due = dueAt(timeline, latest); due !== null; due = dueAt(timeline, latest)) {
      if (due.type !== 'before') throw new Error('older ones were to be asked for');
      asked.push(due.position);
      timeline = applyPage(awaitPage(timeline, 1, due), page(due.position - 1, 2));
    }
    expect(asked).toEqual([951, 901, 851, 801, 751]);
    const older = { type: 'before', position: 701 } as const;
    timeline = applyPage(awaitPage(wantMore(timeline, 'before'), 1, older), page(700, 12));
    expect(dueAt(timeline, latest)).toEqual({ type: 'before', position: 651 });
    timeline = applyPage(awaitPage(timeline, 1, { type: 'before', position: 651 }), page(650, 8));
    expect(dueAt(timeline, latest)).toBeNull();
  });

  test('are no reason to ask for more where there are none, or the page did not come', () => {
    expect(dueAt(applyPage(awaitPage(emptyTimeline, 1, latest), page(1_000, 20)), latest)).toBeNull();
    const all = { ...page(50, 2), hasBefore: false };
    expect(dueAt(applyPage(awaitPage(emptyTimeline, 1, latest), all), latest)).toBeNull();
    const lacking = applyPage(awaitPage(emptyTimeline, 1, latest), page(1_000, 2));
    const failed = giveUpPage(awaitPage(lacking, 1, { type: 'before', position: 951 }));
    expect(dueAt(failed, latest)).toBeNull();
    // Until somebody looks again.
    expect(dueAt(lookedAtAgain(failed), latest)).toEqual({ type: 'before', position: 951 });
  });

  test('are kept between what is kept of the conversation itself', () => {
    const rows = [message(1, 1), message(2, 2), reply(3), message(4, 4), reply(5)];
    expect(endOf({ ...held, rows }, 2).rows).toEqual(rows.slice(1));
    expect(endOf({ ...held, rows }, 2).hasOlder).toBe(true);
    expect(endOf({ ...held, rows }, 3)).toMatchObject({ rows, hasOlder: false });
  });
});
