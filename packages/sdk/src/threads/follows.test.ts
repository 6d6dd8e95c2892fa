import type { FollowedThread, InboxEvent, Message, ThreadState } from '@parley/contract';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { askPage, emptyFollows, followedOf, type Follows, hearOf, takePage, takeState } from './follows.ts';

const [epoch, conversationId, viewerId] = ['a', 'room', 'viewer'];
const at = (n: number) => new Date(Date.UTC(2026, 0, 1, 0, 0, n)).toISOString();

function message(position: number, seq: number, more: Partial<Message>): Message {
  return {
    ...{ conversationId, position, ordinal: 1, seq, id: `m${position}`, senderId: 'other' },
    ...{ messageType: 'text', content: `${position}`, notice: null, createdAt: at(position) },
    ...{ editedAt: null, deletedAt: null, isEdited: false, isDeleted: false },
    ...more,
  };
}

/** A thread as a server has it, and what it tells of it. */
class Thread {
  readonly rootId: string;
  readonly rootPosition: number;
  #replies: Message[] = [];
  #readOrdinal = 0;
  #seq: number;
  #inboxSeq = 1;
  following = true;

  constructor(rootPosition: number) {
    this.rootPosition = rootPosition;
    this.rootId = `m${rootPosition}`;
    this.#seq = rootPosition;
  }

  reply(senderId: string): InboxEvent {
    const from = this.#seq;
    const ordinal = this.#replies.length + 1;
    const own = this.#replies.filter((row) => row.senderId === senderId).length + 1;
    const { rootId, rootPosition } = this;
    const thread = { rootId, rootPosition, ordinal, ownOrdinal: own };
    const row = message(rootPosition + 10 * ordinal, from + 10, { senderId, thread });
    this.#replies = [...this.#replies, row];
    this.#seq += 20;
    const rows = [row, this.root].map((one) => ({ type: 'message' as const, seq: one.seq, message: one }));
    return { type: 'frame', frame: { conversationId, epoch, from, to: this.#seq, rows } };
  }

  read(): InboxEvent {
    this.#readOrdinal = this.#replies.length;
    return this.#told();
  }

  follow(following: boolean): InboxEvent {
    this.following = following;
    return this.read();
  }

  get root(): Message {
    const last = this.#replies.at(-1);
    const replies = last && {
      ...{ count: this.#replies.length, lastAt: last.createdAt, lastPosition: last.position, userIds: [] },
    };
    return message(this.rootPosition, this.#seq, { ...(replies && { replies }) });
  }

  get state(): ThreadState {
    const own = this.#replies.filter(({ senderId }) => senderId === viewerId);
    const readSent = own.filter(({ thread }) => (thread?.ordinal ?? 0) <= this.#readOrdinal).length;
    const read = {
      ...{ lastOrdinal: this.#replies.length, sent: own.length, readOrdinal: this.#readOrdinal, readSent },
    };
    const unread = this.#replies.slice(this.#readOrdinal).filter(({ senderId }) => senderId !== viewerId);
    return {
      ...{ conversationId, rootId: this.rootId, rootPosition: this.rootPosition },
      ...{ following: this.following, inboxSeq: this.#inboxSeq, read },
      unread: this.following ? unread.length : 0,
    };
  }

  get listed(): FollowedThread {
    return { root: this.root, latest: this.#replies.slice(-2), state: this.state };
  }

  #told(): InboxEvent {
    this.#inboxSeq += 1;
    return { type: 'thread', epoch, state: this.state };
  }
}

const page = (...threads: FollowedThread[]) => ({ threads, nextCursor: null, epoch });
const ready: InboxEvent = { type: 'ready', epoch, heads: [], more: false };
const connected = (...threads: FollowedThread[]): Follows =>
  takePage(hearOf(emptyFollows(viewerId), ready), page(...threads), null);
const states = (follows: Follows) => followedOf(follows).map(({ root, state }) => [root.id, state.unread]);

describe('how one stands with threads', () => {
  test('follows from replies and own marks, in whatever order and however often they come', () => {
    const what = fc.constantFrom('theirs', 'mine', 'read', 'unfollow', 'follow');
    const property = fc.property(fc.array(what, { maxLength: 20 }), fc.array(fc.nat(40)), (steps, order) => {
      const thread = new Thread(1);
      const first = thread.reply('other');
      let follows = connected(thread.listed);
      const events = steps.map((step) => {
        if (step === 'theirs') return thread.reply('other');
        if (step === 'mine') return thread.reply(viewerId);
        return step === 'read' ? thread.read() : thread.follow(step === 'follow');
      });
      const delivered = [
        first,
        ...order.flatMap((n) => events[n % Math.max(1, events.length)] ?? []),
        ...events,
      ];
      for (const event of delivered) follows = hearOf(follows, event);
      expect(follows.states.get(`${conversationId} m1`)).toEqual(thread.state);
      expect(followedOf(follows)).toEqual(thread.following ? [thread.listed] : []);
    });
    fc.assert(property, { numRuns: 500 });
  });

  test('is listed by latest reply', () => {
    const [one, two] = [new Thread(1), new Thread(2)];
    one.reply('other');
    two.reply('other');
    let follows = connected(one.listed, two.listed);
    expect(states(follows)).toEqual([
      ['m2', 1],
      ['m1', 1],
    ]);
    follows = hearOf(follows, one.reply('other'));
    expect(states(follows)).toEqual([
      ['m1', 2],
      ['m2', 1],
    ]);
  });

  test('a page that is older than what was heard takes nothing back', () => {
    const thread = new Thread(1);
    thread.reply('other');
    const old = thread.listed;
    let follows = connected(old);
    follows = hearOf(hearOf(follows, thread.reply('other')), thread.read());
    expect(followedOf(takePage(follows, page(old), null))).toEqual([thread.listed]);
  });

  test('has the list asked for again when something may have been missed', () => {
    const thread = new Thread(1);
    const other = new Thread(2);
    thread.reply('other');
    const follows = { ...connected(thread.listed), stale: false };
    const gap: InboxEvent = {
      type: 'frame',
      frame: { conversationId, epoch, from: 5, to: 5, rows: [] },
    };
    expect(hearOf(follows, gap).stale).toBe(true);
    expect(hearOf(follows, ready).stale).toBe(true);
    other.reply('other');
    // Followed since: what it hangs on is not known.
    expect(hearOf(follows, other.read()).stale).toBe(true);
    // It may be one of those that are not loaded.
    expect(hearOf(follows, other.reply('other')).stale).toBe(false);
    expect(hearOf({ ...follows, cursor: 'x' }, other.reply('other')).stale).toBe(true);
  });

  test('has the list asked for again when a thread that is not known yet goes on while it is under way', () => {
    const thread = new Thread(1);
    const asked = askPage(hearOf(emptyFollows(viewerId), ready));
    thread.reply('other');
    const before = page(thread.listed);
    const meanwhile = hearOf(asked, thread.reply('other'));
    expect(takePage(meanwhile, before, null)).toMatchObject({ stale: true, asked: false });
    const again = takePage(askPage(meanwhile), page(thread.listed), null);
    expect(again.stale).toBe(false);
    expect(followedOf(again)).toEqual([thread.listed]);
  });

  test('has the list asked for again when a conversation is lost while it is under way', () => {
    const thread = new Thread(1);
    thread.reply('other');
    const asked = askPage(hearOf(emptyFollows(viewerId), ready));
    const lost = hearOf(asked, { type: 'lost', epoch, conversationId });
    const late = takePage(lost, page(thread.listed), null);
    expect(late).toMatchObject({ stale: true, asked: false });
    expect(followedOf(takePage(askPage(late), page(), null))).toEqual([]);
  });

  test('takes no further page of a list that has begun anew since it was asked for', () => {
    const [first, second] = [new Thread(1), new Thread(2)];
    first.reply('other');
    second.reply('other');
    const follows = connected(first.listed);
    const { begun } = follows;
    const further = page(second.listed);
    expect(followedOf(takePage(follows, further, begun))).toHaveLength(2);
    const again = takePage(follows, page(first.listed), null);
    expect(takePage(again, further, begun)).toBe(again);
    const lost = hearOf(follows, { type: 'lost', epoch, conversationId });
    expect(takePage(lost, further, begun)).toBe(lost);
  });

  test('of another epoch does not count', () => {
    const thread = new Thread(1);
    thread.reply('other');
    const follows = connected(thread.listed);
    expect(takeState(follows, 'b', { ...thread.state, following: false })).toBe(follows);
    expect(takePage(follows, { ...page(), epoch: 'b' }, null)).toBe(follows);
    const anew = hearOf(follows, { type: 'reset', epoch: 'b' });
    expect([anew.states.size, anew.loaded, anew.epoch]).toEqual([0, false, 'b']);
    expect(hearOf(anew, thread.reply('other'))).toBe(anew);
  });

  test('goes with its conversation', () => {
    const thread = new Thread(1);
    thread.reply('other');
    const follows = hearOf(connected(thread.listed), { type: 'lost', epoch, conversationId });
    expect([follows.states.size, followedOf(follows)]).toEqual([0, []]);
  });
});
