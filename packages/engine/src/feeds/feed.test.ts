import type { Change, Member, Message } from '@parley/contract';
import { describe, expect, test } from 'vitest';
import {
  attachMember,
  type ChangeEvent,
  detachMember,
  type FeedEffect,
  type FeedInput,
  type FeedSnapshot,
  type FeedState,
  mergedDeliveries,
  startFeed,
  stepFeed,
  visibleRows,
} from './feed.ts';

const conversationId = '00000000-0000-7000-8000-000000000000';
const epoch = 'epoch';

function message(seq: number, position = seq): Change {
  const row: Message = {
    conversationId,
    position,
    ordinal: position,
    seq,
    id: `m${position}`,
    senderId: 'ada',
    messageType: 'text',
    content: `${position}`,
    notice: null,
    createdAt: '',
    editedAt: null,
    deletedAt: null,
    isEdited: false,
    isDeleted: false,
  };
  return { type: 'message', seq, message: row };
}

function member(seq: number, userId: string, left = false, joinedSeq = 1): Change {
  const row: Member = {
    conversationId,
    userId,
    role: 'member',
    joinedSeq: left ? joinedSeq : seq,
    joinedPosition: 0,
    leftAt: left ? 'now' : null,
    seq,
  };
  return { type: 'member', seq, member: row };
}

const event = (row: Change, memberVersion = 1): FeedInput & { event: ChangeEvent } => ({
  type: 'event',
  event: { epoch, seq: row.seq, memberVersion, row },
});

function snapshot(lastSeq: number, rows: Change[] | null, more: Partial<FeedSnapshot> = {}): FeedInput {
  return {
    type: 'snapshot',
    snapshot: { epoch, lastSeq, memberVersion: 1, above: 0, rows, members: new Map(), ...more },
  };
}

/** A feed at seq 3 with Grace connected, fed with inputs; all effects in order. */
function feed(...inputs: FeedInput[]): { state: FeedState; effects: FeedEffect[] } {
  const [started] = startFeed({ epoch, lastSeq: 3, memberVersion: 1 }, []);
  const membership = { joinedSeq: 1, hidden: 0 };
  let state = attachMember(started, 'grace', { epoch, memberVersion: 1, membership }) ?? started;
  const effects: FeedEffect[] = [];
  for (const input of inputs) {
    const [next, more] = stepFeed(state, input);
    state = next;
    effects.push(...more);
  }
  return { state, effects };
}

const bounds = (effects: readonly FeedEffect[]) =>
  effects.map((effect) =>
    effect.type === 'deliver' ? [effect.frame.from, effect.frame.to, effect.frame.rows.length] : effect.type,
  );

describe('events', () => {
  test('in order are delivered one by one; those at or below the head are dropped', () => {
    const { effects, state } = feed(
      event(message(4)),
      event(message(3)),
      event(message(4)),
      event(message(5)),
    );
    expect([state.head, state.target]).toEqual([5, 5]);
    expect(bounds(effects)).toEqual([
      [3, 4, 1],
      [4, 5, 1],
    ]);
  });

  test('a missing one makes the feed read the gap, once; what waits follows as one frame', () => {
    const { effects, state } = feed(event(message(5)), event(message(6)), event(message(4)));
    expect(bounds(effects)).toEqual(['read', [3, 6, 3]]);
    expect(feed(event(message(5)), event(message(6))).state.target).toBe(6);
    expect(state.buffer.size).toBe(0);
  });

  test('that arrive while the gap is read are not delivered twice, nor lost', () => {
    const { effects } = feed(
      event(message(5)),
      event(message(6)),
      snapshot(5, [message(4), message(5)]),
      event(message(7)),
    );
    expect(bounds(effects)).toEqual(['read', [3, 5, 2], [5, 6, 1], [6, 7, 1]]);
  });

  test('a snapshot older than the head gives nothing', () => {
    const { effects, state } = feed({ type: 'differs', lastSeq: 3 }, event(message(4)), snapshot(3, []));
    expect(bounds(effects)).toEqual(['read', [3, 4, 1]]);
    expect(state.head).toBe(4);
  });

  test('rows of a snapshot at or below the head as it is now are left out', () => {
    const { effects } = feed(
      { type: 'differs', lastSeq: 5 },
      event(message(4)),
      snapshot(5, [message(4), message(5)]),
    );
    expect(bounds(effects)).toEqual(['read', [3, 4, 1], [4, 5, 1]]);
  });

  test('one announced but not in the snapshot is asked for again', () => {
    const { effects } = feed(event(message(6)), snapshot(5, [message(4), message(5)]), snapshot(5, []));
    expect(bounds(effects)).toEqual(['read', [3, 5, 2], [5, 6, 1]]);
    expect(bounds(feed(event(message(9)), snapshot(5, [message(4), message(5)])).effects)).toEqual([
      'read',
      [3, 5, 2],
      'read',
    ]);
  });

  test('a read that failed can be tried again; one under way is not repeated', () => {
    const differs = { type: 'differs', lastSeq: 5 } as const;
    const { effects } = feed(differs, differs, { type: 'read-failed' }, differs);
    expect(bounds(effects)).toEqual(['read', 'read']);
  });

  test('one the database was said to have is asked for until it is there', () => {
    const { effects } = feed({ type: 'differs', lastSeq: 6 }, snapshot(5, [message(4), message(5)]));
    expect(bounds(effects)).toEqual(['read', [3, 5, 2], 'read']);
  });

  test('more than the buffer holds are read from the database instead', () => {
    const burst = Array.from({ length: 1500 }, (_, n) => event(message(n + 5)));
    const { state } = feed(...burst);
    expect(state.buffer.size).toBe(1000);
    const [, effects] = stepFeed(
      state,
      snapshot(
        1004,
        Array.from({ length: 1001 }, (_, n) => message(n + 4)),
      ),
    );
    expect(bounds(effects)).toEqual([[3, 1004, 1001], 'read']);
  });
});

describe('membership', () => {
  test('an event that knows of a newer membership waits until the feed knows it too', () => {
    const removal = member(4, 'grace', true);
    const { effects, state } = feed(event(message(5), 4));
    expect(bounds(effects)).toEqual(['read']);
    const [after, more] = stepFeed(
      state,
      snapshot(5, [removal, message(5)], { memberVersion: 4, members: new Map([['grace', null]]) }),
    );
    expect(bounds(more)).toEqual([[3, 5, 2]]);
    expect(after.members.has('grace')).toBe(false);
  });

  test('the next event is not delivered either, while it knows of a membership the feed does not', () => {
    const next = feed(event(message(4), 4));
    expect(bounds(next.effects)).toEqual(['read']);
    expect([...next.state.buffer.keys()]).toEqual([4]);
    const { effects } = feed(event(message(5), 5), event(message(4)));
    expect(bounds(effects)).toEqual(['read', [3, 4, 1]]);
  });

  test('a snapshot that knows of no newer membership leaves the members as they are', () => {
    const { state, effects } = feed({ type: 'differs', lastSeq: 900 }, snapshot(900, null));
    expect(bounds(effects)).toEqual(['read', [900, 900, 0]]);
    expect(state.members.has('grace')).toBe(true);
  });

  test('whoever was not asked about is judged by the member rows of the snapshot', () => {
    const read = { type: 'differs', lastSeq: 4 } as const;
    const gone = feed(read, snapshot(4, [member(4, 'grace', true)], { memberVersion: 4 }));
    expect(gone.state.members.has('grace')).toBe(false);
    const other = feed(read, snapshot(4, [member(4, 'alan', true)], { memberVersion: 4 }));
    expect(other.state.members.has('grace')).toBe(true);
  });

  test('a snapshot says as whom those asked about are members now', () => {
    const membership = { joinedSeq: 5, hidden: 2 };
    const { state } = feed(
      { type: 'differs', lastSeq: 5 },
      snapshot(5, null, { memberVersion: 5, members: new Map([['grace', membership]]) }),
    );
    expect(state.members.get('grace')).toEqual(membership);
    expect(state.memberVersion).toBe(5);
  });

  test('joining anew takes out the member one was; another role does not', () => {
    expect(feed(event(member(4, 'grace'), 4)).state.members.has('grace')).toBe(false);
    const promoted = member(4, 'grace');
    if (promoted.type !== 'member') throw new Error('not a member');
    const row: Change = { ...promoted, member: { ...promoted.member, joinedSeq: 1, role: 'admin' } };
    expect(feed(event(row, 4)).state.members.has('grace')).toBe(true);
  });

  test('a removal takes the member out before its own frame is passed on', () => {
    const { effects, state } = feed(event(member(4, 'grace', true), 4));
    expect(bounds(effects)).toEqual([[3, 4, 1]]);
    expect(state.members.size).toBe(0);
    expect(state.memberVersion).toBe(4);
  });

  test('a snapshot older than a removal does not bring the member back', () => {
    const { state } = feed(
      { type: 'differs', lastSeq: 3 },
      event(member(4, 'grace', true), 4),
      snapshot(3, [], { members: new Map([['grace', { joinedSeq: 1, hidden: 0 }]]) }),
    );
    expect(state.members.has('grace')).toBe(false);
    expect(state.memberVersion).toBe(4);
  });

  test('somebody who attached while a large gap was read, and was not asked about, has to attach again', () => {
    const { state } = feed({ type: 'differs', lastSeq: 900 });
    const [after, effects] = stepFeed(state, snapshot(900, null, { memberVersion: 500 }));
    expect(bounds(effects)).toEqual([[900, 900, 0]]);
    expect(after.members.has('grace')).toBe(false);
  });

  test('attaching needs the same membership version and epoch', () => {
    const { state } = feed();
    const membership = { joinedSeq: 2, hidden: 0 };
    expect(attachMember(state, 'alan', { epoch, memberVersion: 2, membership })).toBeNull();
    expect(attachMember(state, 'alan', { epoch: 'other', memberVersion: 1, membership })).toBeNull();
    const attached = attachMember(state, 'alan', { epoch, memberVersion: 1, membership });
    expect(attached?.members.get('alan')).toEqual(membership);
    expect([...detachMember(state, 'grace').members.keys()]).toEqual(['alan']);
  });

  test('a member does not see messages from before they joined, but every other row', () => {
    const rows = [message(4, 2), message(5, 5), member(6, 'alan')];
    expect(visibleRows(rows, 3)).toEqual(rows.slice(1));
    // The same array where nothing is cut, so that it is serialised once for all of them.
    expect(visibleRows(rows, 0)).toBe(rows);
    expect(visibleRows(rows, 1)).toBe(rows);
  });
});

describe('epochs', () => {
  test('an event of another epoch that comes while the database is read makes the feed read once more', () => {
    const stray: FeedInput = {
      type: 'event',
      event: { epoch: 'restored', seq: 3, memberVersion: 1, row: message(3) },
    };
    const { effects, state } = feed(event(message(5)), stray, snapshot(2, [], { epoch: 'restored' }));
    expect(bounds(effects)).toEqual(['read', 'reset', 'read']);
    const [, more] = stepFeed(state, snapshot(3, [message(3)], { epoch: 'restored' }));
    expect(bounds(more)).toEqual([[2, 3, 1]]);
    expect(bounds(feed(stray, snapshot(3, [])).effects)).toEqual(['read']);
  });

  test('an event of another epoch makes the feed ask the database, which decides', () => {
    const stray: FeedInput = {
      type: 'event',
      event: { epoch: 'old', seq: 4, memberVersion: 1, row: message(4) },
    };
    const { effects, state } = feed(stray, snapshot(3, []));
    expect(bounds(effects)).toEqual(['read']);
    expect(state.epoch).toBe(epoch);
  });

  test('a restored database resets everyone, whatever was waiting', () => {
    const { effects, state } = feed(event(message(6)), snapshot(2, [], { epoch: 'restored' }));
    expect(bounds(effects)).toEqual(['read', 'reset']);
    expect(state).toMatchObject({ epoch: 'restored', head: 2, target: 2 });
    expect([state.members.size, state.buffer.size]).toEqual([0, 0]);
  });
});

test('a feed starts with what came in while its first snapshot was read', () => {
  const early = [4, 2, 5].map((seq) => event(message(seq)).event);
  const [state, effects] = startFeed({ epoch, lastSeq: 3, memberVersion: 1 }, early);
  expect(state.head).toBe(5);
  expect(bounds(effects)).toEqual([
    [3, 4, 1],
    [4, 5, 1],
  ]);
});

describe('merged deliveries', () => {
  const deliver = (from: number, ...rows: readonly Change[]): FeedEffect => ({
    type: 'deliver',
    frame: { epoch, from, to: from + rows.length, rows },
  });
  const read: FeedEffect = { type: 'read', above: 5 };
  const long = (seq: number): Change => {
    const row = message(seq);
    return row.type === 'message'
      ? { ...row, message: { ...row.message, content: 'x'.repeat(40_000) } }
      : row;
  };

  test('what follows upon one another becomes one frame', () => {
    expect(mergedDeliveries([deliver(3, message(4)), deliver(4, message(5), message(6))])).toEqual([
      deliver(3, message(4), message(5), message(6)),
    ]);
  });

  test('nothing joins across a gap, or across another effect', () => {
    for (const apart of [
      [deliver(3, message(4)), deliver(5, message(6))],
      [deliver(3, message(4)), read, deliver(4, message(5))],
    ]) {
      expect(mergedDeliveries(apart)).toEqual(apart);
    }
  });

  test('a frame stays of a size that a reader can take', () => {
    const few = mergedDeliveries([4, 5, 6, 7].map((seq) => deliver(seq - 1, long(seq))));
    expect(few).toEqual([deliver(3, long(4), long(5)), deliver(5, long(6), long(7))]);
    const many = mergedDeliveries(Array.from({ length: 150 }, (_, n) => deliver(n, message(n + 1))));
    expect(many.map((effect) => effect.type === 'deliver' && effect.frame.rows.length)).toEqual([100, 50]);
  });
});
