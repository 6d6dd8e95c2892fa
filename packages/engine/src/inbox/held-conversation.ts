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
import type { ConversationFeed, Subscriber } from '../feeds/conversation-feed.ts';
import type { OwnMembership } from './queries.ts';

/** What the owner of a held conversation is told. */
export interface HeldListener {
  /** A frame the person may see. */
  frame(frame: Frame): void;
  /** The membership, or what is read, has to be read again. */
  stale(): void;
  /** The conversation's feed is of another epoch. */
  reset(): void;
}

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
  #pending: Frame[] = [];
  #admitted: Admitted | null = null;
  #read: ReadState | null = null;

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
    for (const frame of this.#pending.splice(0)) if (frame.to > row.last_seq) this.#fold(frame);
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
      read: this.#read,
    };
  }

  detach(): void {
    this.#admitted = null;
    this.feed.detach(this);
  }

  frame(frame: Frame): void {
    if (this.#admitted === null) {
      this.#pending.push(frame);
      return;
    }
    this.#fold(frame);
    this.#listener.frame(frame);
    if (overrun(frame)) this.#listener.stale();
  }

  reset(): void {
    this.#admitted = null;
    this.#listener.reset();
  }

  dismissed(): void {
    this.#admitted = null;
    this.#listener.stale();
  }

  /** Its owner closes it before the feed is. */
  closed(): void {}

  #fold(frame: Frame): void {
    if (this.#read === null) return;
    const messages = frame.rows.flatMap((row) => (row.type === 'message' ? row.message : []));
    this.#read = readStateAfter(this.#read, messages, this.userId);
  }
}

/** Whether a frame only says that there is more than could be sent. */
function overrun(frame: Frame): boolean {
  return frame.from === frame.to;
}
