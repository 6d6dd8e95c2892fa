import {
  type Frame,
  type Head,
  mergeReadStates,
  type ReadState,
  readStateAfter,
  type Role,
} from '@parley/contract';
import { hiddenUpTo } from '../access.ts';
import { readStateOf } from '../conversations/rows.ts';
import type { ConversationFeed } from '../feeds/conversation-feed.ts';
import type { Subscriber } from '../feeds/followers.ts';
import { newsOf } from './frame-news.ts';
import type { OwnMembership } from './queries.ts';

/** What whoever holds conversations is told of any of them. */
export interface HeldListener {
  /** A frame the person may see. */
  frame(frame: Frame): void;
  /** The membership of a conversation, or what is read of it, has to be read again. */
  stale(conversationId: string): void;
  /** The conversation's feed is of another epoch. */
  reset(): void;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

const none: readonly Frame[] = [];

interface Admitted {
  readonly role: Role;
  readonly joinedSeq: number;
  readonly joinedPosition: number;
}

/** One conversation a person holds: their subscription to its feed, and what they have read of it. */
export class HeldConversation implements Subscriber {
  readonly userId: string;
  readonly open = false;
  readonly feed: ConversationFeed;
  readonly #listener: HeldListener;
  /** Frames that came while the membership was still being read. */
  #pending: readonly Frame[] = none;
  #admitted: Admitted | null = null;
  /** Its own, changed in place: a message changes it for every member at once. */
  #read: Mutable<ReadState> | null = null;

  constructor(userId: string, feed: ConversationFeed, listener: HeldListener) {
    this.userId = userId;
    this.feed = feed;
    this.#listener = listener;
    feed.attach(this);
  }

  get joinedSeq(): number | null {
    return this.#admitted?.joinedSeq ?? null;
  }

  /** @returns false when the feed is of another membership version than the row: `refresh` it and read again */
  admit(row: OwnMembership, epoch: string): boolean {
    // What a gap too large to send held is not in the frames: only a later read has it.
    if (this.#pending.some((frame) => overrun(frame) && frame.to > row.last_seq)) return false;
    const membership = { joinedSeq: row.joined_seq, hidden: hiddenUpTo(row, row) };
    if (!this.feed.admit(this, { epoch, memberVersion: row.member_version, membership })) return false;
    this.#admitted = { role: row.role, joinedSeq: row.joined_seq, joinedPosition: row.joined_position };
    this.#read = readStateOf(row, row);
    for (const frame of this.#pending) if (frame.to > row.last_seq) this.#fold(frame);
    this.#pending = none;
    return true;
  }

  /** Takes over a newer row of the same membership. */
  merge(row: OwnMembership): void {
    if (this.#read === null || this.#admitted === null) return;
    this.#admitted = { ...this.#admitted, role: row.role };
    this.#read = mergeReadStates(this.#read, readStateOf(row, row));
  }

  /** Where the conversation stands for the person; null while they are not admitted to it. */
  head(): Head | null {
    if (this.#admitted === null || this.#read === null) return null;
    return {
      conversationId: this.feed.conversationId,
      lastSeq: this.feed.head,
      ...this.#admitted,
      read: { ...this.#read },
    };
  }

  detach(): void {
    this.#admitted = null;
    this.feed.detach(this);
  }

  frame(frame: Frame): void {
    if (this.#admitted === null) {
      this.#pending = [...this.#pending, frame];
      return;
    }
    this.#fold(frame);
    this.#listener.frame(frame);
    if (overrun(frame)) this.#listener.stale(this.feed.conversationId);
  }

  reset(): void {
    this.#admitted = null;
    this.#listener.reset();
  }

  dismissed(): void {
    this.#admitted = null;
    this.#listener.stale(this.feed.conversationId);
  }

  /** Its owner closes it before the feed is. */
  closed(): void {}

  #fold(frame: Frame): void {
    const read = this.#read;
    if (read === null) return;
    const { messages, senders, lastPosition, lastOrdinal } = newsOf(frame);
    if (senders.has(this.userId)) this.#read = readStateAfter(read, messages, this.userId);
    else if (lastPosition > read.lastPosition) {
      read.lastPosition = lastPosition;
      read.lastOrdinal = Math.max(read.lastOrdinal, lastOrdinal);
    }
  }
}

/** Whether a frame only says that there is more than could be sent. */
function overrun(frame: Frame): boolean {
  return frame.from === frame.to;
}
