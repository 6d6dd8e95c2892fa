import type { Conversation, Message } from '@parley/contract';
import type { MessageListSnapshot } from '@parley/sdk';
import { expect, test } from 'vitest';
import { differencesBetween } from './compare.ts';
import { judge } from './judge.ts';
import { Ledger, type Sent } from './ledger.ts';
import { Observer } from './observer.ts';
import { SummaryObserver } from './summary-observer.ts';
import type { TrueMember } from './true-member.ts';
import type { TrueConversation, Truth } from './truth.ts';

// The judges of a run, shown what they have to find.
const conversationId = 'room';
const at = '2026-01-01T00:00:00.000Z';

const message = (id: string, position: number, seq = position): Message => ({
  conversationId,
  id,
  position,
  ordinal: position,
  seq,
  senderId: 'ada',
  messageType: 'text',
  content: id,
  notice: null,
  createdAt: at,
  editedAt: null,
  deletedAt: null,
  isEdited: false,
  isDeleted: false,
});

/** A conversation that holds these messages, in order. */
function truthOf(...messages: (string | Message)[]): Truth {
  const room: TrueConversation = {
    info: {
      id: conversationId,
      kind: 'group',
      title: 'Room',
      avatar: null,
      history: 'full',
      createdBy: 'ada',
      createdAt: at,
      changedSeq: 1,
    },
    lastSeq: messages.length,
    closed: false,
    messages: messages.map((each, index) => (typeof each === 'string' ? message(each, index + 1) : each)),
    reactions: [],
    replies: new Map(),
    followers: [],
    counted: null,
    invitations: [],
    pins: new Set(),
    members: new Map([['ada', member(2)]]),
  };
  return {
    epoch: '',
    conversations: new Map([[conversationId, room]]),
    people: new Map(),
    keepers: new Set(),
    blocks: new Map(),
    drafts: new Map(),
    saved: new Map(),
  };
}

function member(readPosition: number): TrueMember {
  return {
    row: {
      conversationId,
      userId: 'ada',
      role: 'owner',
      joinedSeq: 1,
      joinedPosition: 0,
      leftAt: null,
      seq: 1,
    },
    hidden: 0,
    read: { lastPosition: 2, lastOrdinal: 2, sent: 2, readPosition, readOrdinal: 2, readSent: 2 },
    deliveredPosition: 0,
    settings: null,
    mentions: null,
    unread: 0,
  };
}

function ledgerOf(...sent: Partial<Sent>[]): Ledger {
  const ledger = new Ledger();
  sent.forEach((each, index) => {
    const id = each.id ?? String(index);
    const written = { id, conversationId, userId: 'ada', device: 'ada.0', number: index + 1 };
    ledger.sent.set(id, { ...written, position: index + 1, refused: null, ...each });
  });
  return ledger;
}

test('a run in which all went well is found to be so', () => {
  const verdict = judge(ledgerOf({ id: 'a' }, { id: 'b' }), truthOf('a', 'b'));
  expect(verdict).toEqual({ lost: [], doubled: [], disordered: [], undone: [], contradictory: [] });
});

test('what was acknowledged and is not stored is lost; so is what was neither stored nor refused', () => {
  const ledger = ledgerOf({ id: 'a' }, { id: 'b' }, { id: 'c', position: null });
  expect(judge(ledger, truthOf('a')).lost).toHaveLength(2);
});

test('what was refused for good may be missing, but not when it had been acknowledged', () => {
  const refused = { position: null, refused: 'NOT_MEMBER' };
  expect(judge(ledgerOf({ id: 'a' }, { id: 'b', ...refused }), truthOf('a')).lost).toEqual([]);
  expect(judge(ledgerOf({ id: 'a' }, { id: 'b', refused: 'NOT_MEMBER' }), truthOf('a')).lost).toHaveLength(1);
});

test('the same id twice is doubled', () => {
  expect(judge(ledgerOf({ id: 'a' }), truthOf('a', 'a')).doubled).toHaveLength(1);
});

test('holes, two of one seq, another place than was acknowledged and another order than was written are disorder', () => {
  const disorder = (ledger: Ledger, truth: Truth) => judge(ledger, truth).disordered;
  expect(disorder(ledgerOf(), truthOf(message('a', 1), message('b', 3)))).toHaveLength(1);
  expect(disorder(ledgerOf(), truthOf(message('a', 1, 5), message('b', 2, 5)))).toHaveLength(1);
  expect(disorder(ledgerOf({ id: 'a', position: 2 }), truthOf('a'))).toHaveLength(1);
  const swapped = ledgerOf({ id: 'a', position: null }, { id: 'b', position: null });
  expect(disorder(swapped, truthOf('b', 'a'))).toHaveLength(1);
});

test('an acknowledged change that is not stored, or otherwise, is undone; later ones may have followed', () => {
  const edited = { ...message('a', 1, 5), content: 'edited' };
  const undone = (told: Message, stored: Message) => {
    const ledger = new Ledger();
    ledger.told(told);
    return judge(ledger, truthOf(stored)).undone;
  };
  expect(undone(edited, edited)).toEqual([]);
  expect(undone(edited, message('a', 1, 6))).toEqual([]);
  expect(undone(edited, message('a', 1, 4))).toHaveLength(1);
  expect(undone(edited, message('a', 1, 5))).toHaveLength(1);
  expect(undone(edited, message('b', 1))).toHaveLength(1);
  expect(undone({ ...edited, isDeleted: true }, message('a', 1, 6))).toHaveLength(1);
});

test('of the answers about a message the latest counts, without what is of the one who asked', () => {
  const ledger = new Ledger();
  ledger.told(Object.assign(message('a', 1, 5), { isRead: true, epoch: 'e' }));
  ledger.told(message('a', 1, 3));
  expect(judge(ledger, truthOf(message('a', 1, 5))).undone).toEqual([]);
});

test('a read mark that is taken back is found', () => {
  const ledger = new Ledger();
  ledger.marked({ userId: 'ada', conversationId, position: 2 });
  expect(judge(ledger, truthOf('a', 'b', 'c')).undone).toEqual([]);
  ledger.marked({ userId: 'ada', conversationId, position: 3 });
  ledger.marked({ userId: 'ada', conversationId, position: 1 });
  expect(judge(ledger, truthOf('a', 'b', 'c')).undone).toHaveLength(1);
});

test('two things are compared property by property, and differences are few', () => {
  const row = { id: 'a', tags: ['x', 'y'], of: { deep: null } };
  expect(differencesBetween(row, structuredClone(row))).toEqual([]);
  expect(differencesBetween({ ...row, absent: undefined }, row)).toEqual([]);
  expect(differencesBetween({ id: 'a', tags: ['x', 'z', 'w'], of: { deep: {} }, more: 1 }, row)).toEqual([
    'tags.1: "z" instead of "y"',
    'tags.2: "w" instead of nothing',
    'of.deep: {} instead of null',
    'more: 1 instead of nothing',
  ]);
  expect(differencesBetween({ tags: {} }, { tags: [] })).toEqual(['tags: {} instead of []']);
  const many = differencesBetween(Array.from({ length: 99 }), Array.from({ length: 99 }).fill(1));
  expect([many.length, many.at(-1)]).toEqual([13, 'and 87 more']);
});

/** What an observer says of snapshots that show these messages, one after the other. */
function seen(...snapshots: Message[][]): string[] {
  const violations: string[] = [];
  const observer = new Observer((violation) => violations.push(violation));
  for (const messages of snapshots) {
    const snapshot = { status: 'ready', messages, outgoing: [], hasOlder: false, loadingOlder: false };
    observer.observe(snapshot as unknown as MessageListSnapshot);
  }
  return violations;
}

const [a, b, c] = [message('a', 1), message('b', 2), message('c', 3)];

test('a list that grows, and whose messages are edited, is as it should be', () => {
  expect(seen([a], [a, b], [a, { ...b, seq: 9 }, c])).toEqual([]);
});

test.each([
  ['a hole', [[a, c]]],
  ['another order', [[b, a]]],
  ['a message twice', [[a, { ...a, position: 2 }]]],
  ['a message that is gone', [[a, b], [a]]],
  [
    'another message in its place',
    [
      [a, b],
      [a, { ...c, position: 2 }],
    ],
  ],
  ['an older state of a message', [[{ ...a, seq: 9 }], [a]]],
  ['another state under the same seq', [[a], [{ ...a, content: 'b' }]]],
])('%s is seen', (_, snapshots) => {
  expect(seen(...snapshots)).not.toEqual([]);
});

/** What an observer says of lists that show this conversation, one after the other. */
function summaries(...states: { lastSeq?: number; readPosition?: number; joinedSeq?: number }[]): string[] {
  const violations: string[] = [];
  const observer = new SummaryObserver((violation) => violations.push(violation));
  for (const { lastSeq = 5, readPosition = 3, joinedSeq = 1 } of states) {
    const read = { lastPosition: 5, lastOrdinal: 5, sent: 0, readPosition, readOrdinal: 3, readSent: 0 };
    const conversation = { id: conversationId, epoch: '', lastSeq, joinedSeq, read };
    const list = { status: 'ready' as const, unread: 2, hasMore: false, cached: false, archived: [] };
    observer.observe({ ...list, conversations: [conversation as unknown as Conversation] });
  }
  return violations;
}

test('a conversation that goes on is as it should be, and so is one joined anew', () => {
  expect(summaries({}, { lastSeq: 6 }, { readPosition: 5, lastSeq: 6 })).toEqual([]);
  expect(summaries({ lastSeq: 9 }, { lastSeq: 1, readPosition: 0, joinedSeq: 2 })).toEqual([]);
});

test('a conversation, or what is read of it, that goes back is seen', () => {
  expect(summaries({}, { lastSeq: 4 })).toHaveLength(1);
  expect(summaries({}, { readPosition: 2 })).toHaveLength(1);
});
