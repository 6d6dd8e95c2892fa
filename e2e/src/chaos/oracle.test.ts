import type { MessageListSnapshot } from '@parley/sdk';
import { expect, test } from 'vitest';
import { Ledger, type Sent } from './ledger.ts';
import { Observer } from './observer.ts';
import type { TrueConversation } from './truth.ts';
import { judge } from './verdict.ts';

// The judges of a run, shown what they have to find.
const conversationId = 'room';

/** A conversation that holds these messages, in order. */
function truthOf(...ids: string[]): Map<string, TrueConversation> {
  const messages = ids.map((id, index) => message(id, index + 1));
  return new Map([
    [
      conversationId,
      { id: conversationId, lastSeq: ids.length, memberCount: 1, messages, members: new Map() },
    ],
  ]);
}

const message = (id: string, position: number, seq = position) => ({
  id,
  position,
  seq,
  senderId: 'ada',
  content: id,
});

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
  expect(verdict).toEqual({ lost: [], doubled: [], disordered: [] });
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
  const rows = (...messages: ReturnType<typeof message>[]) => {
    const [[id, room] = []] = truthOf();
    return new Map(id === undefined || room === undefined ? [] : [[id, { ...room, messages }]]);
  };
  const disorder = (ledger: Ledger, truth: Map<string, TrueConversation>) => judge(ledger, truth).disordered;
  expect(disorder(ledgerOf(), rows(message('a', 1), message('b', 3)))).toHaveLength(1);
  expect(disorder(ledgerOf(), rows(message('a', 1, 5), message('b', 2, 5)))).toHaveLength(1);
  expect(disorder(ledgerOf({ id: 'a', position: 2 }), truthOf('a'))).toHaveLength(1);
  const swapped = ledgerOf({ id: 'a', position: null }, { id: 'b', position: null });
  expect(disorder(swapped, truthOf('b', 'a'))).toHaveLength(1);
});

/** What an observer says of snapshots that show these messages, one after the other. */
function seen(...snapshots: ReturnType<typeof message>[][]): string[] {
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
])('%s is seen', (_, snapshots) => {
  expect(seen(...snapshots)).not.toEqual([]);
});
