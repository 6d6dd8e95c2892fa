import {
  type Frame,
  type Head,
  mentionsAbove,
  mentionsAfter,
  mergeReadStates,
  type ReadState,
  readStateAfter,
  type Role,
  type UnreadMentions,
} from '@parley/contract';
import { hiddenUpTo } from '../access.ts';
import { readStateOf } from '../conversations/rows.ts';
import type { ConversationFeed } from '../feeds/conversation-feed.ts';
import { Subscriber } from '../feeds/followers.ts';
import { newsOf } from './frame-news.ts';
import type { OwnMembership } from './queries.ts';

/** The same text for everybody: what comes from the database is a text of its own each time. */
const roles: Readonly<Record<Role, Role>> = { owner: 'owner', admin: 'admin', member: 'member' };

/** What whoever holds conversations is told of any of them. */
export interface HeldListener {
  /** A frame the person may see. */
  frame(frame: Frame): void;
  /** The membership of a conversation, or what is read of it, has to be read again. */
  stale(conversationId: string): void;
  /** The conversation's feed is of another epoch. */
  reset(): void;
}

/**
 * One conversation a person holds: their subscription to its feed, and what they have read of it. Flat, and changed in place:
 * everybody has dozens of them, and a message changes one for every member at once.
 */
export class HeldConversation extends Subscriber {
  readonly userId: string;
  readonly feed: ConversationFeed;
  readonly #listener: HeldListener;
  /** Frames that came while the membership was still being read. */
  #pending: Frame[] | null = null;
  /** Null while they are not admitted. */
  #role: Role | null = null;
  #joinedSeq = 0;
  #joinedPosition = 0;
  #lastPosition = 0;
  #lastOrdinal = 0;
  #sent = 0;
  #readPosition = 0;
  #readOrdinal = 0;
  #readSent = 0;
  #mentions: UnreadMentions | null = null;
  /** The seq of the latest frame that may have changed it. */
  #mentionsSeq = 0;

  constructor(userId: string, feed: ConversationFeed, listener: HeldListener) {
    super();
    this.userId = userId;
    this.feed = feed;
    this.#listener = listener;
    feed.attach(this);
  }

  get open(): boolean {
    return false;
  }

  get joinedSeq(): number | null {
    return this.#role === null ? null : this.#joinedSeq;
  }

  /** @returns false when the feed is of another membership version than the row: `refresh` it and read again */
  admit(row: OwnMembership, epoch: string): boolean {
    // What a gap too large to send held is not in the frames: only a later read has it.
    if (this.#pending?.some((frame) => overrun(frame) && frame.to > row.last_seq)) return false;
    const membership = { joinedSeq: row.joined_seq, hidden: hiddenUpTo(row, row) };
    if (!this.feed.admit(this, { epoch, memberVersion: row.member_version, membership })) return false;
    this.#role = roles[row.role];
    this.#joinedSeq = row.joined_seq;
    this.#joinedPosition = row.joined_position;
    this.#read = readStateOf(row, row);
    this.#mentions = row.mentions ?? null;
    for (const frame of this.#pending ?? []) if (frame.to > row.last_seq) this.#fold(frame);
    this.#pending = null;
    return true;
  }

  /**
   * Takes over a newer row of the same membership.
   * @returns false when frames have overtaken what it says of mentions: read it again
   */
  merge(row: OwnMembership): boolean {
    if (this.#role === null) return true;
    this.#role = roles[row.role];
    this.#read = mergeReadStates(this.#read, readStateOf(row, row));
    const overtaken = row.mentions !== undefined && this.#mentionsSeq > row.last_seq;
    const mentions = row.mentions === undefined || overtaken ? this.#mentions : row.mentions;
    this.#mentions = mentionsAbove(mentions, this.#readPosition);
    return !overtaken;
  }

  /** Where the conversation stands for the person; null while they are not admitted to it. */
  head(): Head | null {
    if (this.#role === null) return null;
    return {
      conversationId: this.feed.conversationId,
      lastSeq: this.feed.head,
      role: this.#role,
      joinedSeq: this.#joinedSeq,
      joinedPosition: this.#joinedPosition,
      read: this.#read,
      ...(this.#mentions !== null && { mentions: this.#mentions }),
    };
  }

  detach(): void {
    this.#role = null;
    this.feed.detach(this);
  }

  frame(frame: Frame): void {
    if (this.#role === null) {
      (this.#pending ??= []).push(frame);
      return;
    }
    this.#fold(frame);
    this.#listener.frame(frame);
    if (overrun(frame)) this.#listener.stale(this.feed.conversationId);
  }

  reset(): void {
    this.#role = null;
    this.#listener.reset();
  }

  dismissed(): void {
    this.#role = null;
    this.#listener.stale(this.feed.conversationId);
  }

  /** Its owner closes it before the feed is. */
  closed(): void {}

  get #read(): ReadState {
    return {
      lastPosition: this.#lastPosition,
      lastOrdinal: this.#lastOrdinal,
      sent: this.#sent,
      readPosition: this.#readPosition,
      readOrdinal: this.#readOrdinal,
      readSent: this.#readSent,
    };
  }

  set #read(read: ReadState) {
    this.#lastPosition = read.lastPosition;
    this.#lastOrdinal = read.lastOrdinal;
    this.#sent = read.sent;
    this.#readPosition = read.readPosition;
    this.#readOrdinal = read.readOrdinal;
    this.#readSent = read.readSent;
  }

  #fold(frame: Frame): void {
    const { messages, senders, lastPosition, lastOrdinal, mentioning } = newsOf(frame);
    if (mentioning.length > 0) {
      this.#mentions = mentionsAfter(this.#mentions, mentioning, this.userId, this.#readPosition);
      this.#mentionsSeq = frame.to;
    }
    if (senders.has(this.userId)) this.#read = readStateAfter(this.#read, messages, this.userId);
    else if (lastPosition > this.#lastPosition) {
      this.#lastPosition = lastPosition;
      this.#lastOrdinal = Math.max(this.#lastOrdinal, lastOrdinal);
    }
  }
}

/** Whether a frame only says that there is more than could be sent. */
function overrun(frame: Frame): boolean {
  return frame.from === frame.to;
}
