import { limits, type Message, ParleyError, type Replies } from '@parley/contract';
import type { ConversationChange } from '../conversations/change.ts';
import { findMember } from '../conversations/queries.ts';
import type { MessageRow } from '../messages/queries.ts';
import { messageOf } from '../messages/rows.ts';
import {
  bumpFollowers,
  findFollower,
  type FollowerRow,
  insertReply,
  lockFollower,
  saveFollower,
  saveRoot,
} from './queries.ts';
import { countOf, keyOf } from './rows.ts';

/** A reply on its way into a thread, under the lock of the conversation. */
export class Reply {
  readonly #change: ConversationChange;
  readonly #root: MessageRow;
  readonly #senderId: string;
  readonly #follower: FollowerRow | undefined;

  private constructor(
    change: ConversationChange,
    root: MessageRow,
    senderId: string,
    follower: FollowerRow | undefined,
  ) {
    this.#change = change;
    this.#root = root;
    this.#senderId = senderId;
    this.#follower = follower;
  }

  static async to(change: ConversationChange, root: MessageRow, senderId: string): Promise<Reply> {
    return new Reply(change, root, senderId, await lockFollower(change.trx, keyOf(root), senderId));
  }

  /** Where it stands in the thread. */
  get place(): NonNullable<Message['thread']> {
    return {
      rootId: this.#root.id,
      rootPosition: this.#root.position,
      ordinal: countOf(this.#root) + 1,
      ownOrdinal: (this.#follower?.sent ?? 0) + 1,
    };
  }

  /** @throws CONFLICT when what it answers is not of the same thread */
  requireInside(answered: MessageRow): void {
    const { position, metadata } = answered;
    if (position === this.#root.position || metadata?.thread?.rootPosition === this.#root.position) return;
    throw new ParleyError('CONFLICT', 'unable to send the message; what it answers is not in the thread');
  }

  /** Counts the reply once it is stored: on what the thread hangs on, as a change of its own, and for who follows. */
  async count({ position }: MessageRow): Promise<void> {
    const { trx, at } = this.#change;
    const { ordinal, ownOrdinal } = this.place;
    const [key, senderId] = [keyOf(this.#root), this.#senderId];
    const { conversationId: conversation_id, rootPosition: root_position } = key;
    const numbers = { ordinal, own_ordinal: ownOrdinal };
    await insertReply(trx, { conversation_id, root_position, position, ...numbers, sender_id: senderId });
    const others = (this.#root.metadata?.replies?.userIds ?? []).filter((id) => id !== senderId);
    const userIds = [senderId, ...others].slice(0, limits.threadRepliers);
    const replies: Replies = { count: ordinal, lastAt: at.toISOString(), lastPosition: position, userIds };
    const seq = this.#change.nextSeq();
    const root = await saveRoot(trx, key, seq, { ...this.#root.metadata, replies });
    this.#change.record({ type: 'message', seq, message: messageOf(root) });
    const newcomers = [
      ...((await this.#followAsSender(ordinal)) ? [senderId] : []),
      ...((await this.#followAsAuthor()) ? [this.#root.sender_id] : []),
    ];
    if (newcomers.length === 0) return;
    const bumped = await bumpFollowers(trx, key, newcomers);
    this.#change.hinted(bumped);
  }

  /**
   * Who replies follows, and has read all when they did not before. As in a conversation one's own reply counts as read only when
   * nothing of others before it is unread.
   * @returns whether they did not follow before
   */
  async #followAsSender(ordinal: number): Promise<boolean> {
    const known = this.#follower;
    const sent = (known?.sent ?? 0) + 1;
    const unread =
      known?.following === true ? ordinal - 1 - known.read_ordinal - (known.sent - known.read_sent) : 0;
    const read =
      known !== undefined && unread > 0
        ? { read_ordinal: known.read_ordinal, read_sent: known.read_sent }
        : { read_ordinal: ordinal, read_sent: sent };
    await saveFollower(this.#change.trx, { ...this.#row(this.#senderId), sent, ...read });
    return known?.following !== true;
  }

  /** Who wrote what the thread hangs on follows from the first reply on, unless they asked not to, or are gone. */
  async #followAsAuthor(): Promise<boolean> {
    const { trx, conversation } = this.#change;
    const authorId = this.#root.sender_id;
    if (authorId === this.#senderId || countOf(this.#root) > 0) return false;
    if ((await findFollower(trx, keyOf(this.#root), authorId)) !== undefined) return false;
    const author = await findMember(trx, conversation.id, authorId);
    if (author === undefined || author.left_at !== null) return false;
    await saveFollower(trx, { ...this.#row(authorId), sent: 0, read_ordinal: 0, read_sent: 0 });
    return true;
  }

  #row(userId: string) {
    const { conversationId: conversation_id, rootPosition: root_position } = keyOf(this.#root);
    return { conversation_id, root_position, user_id: userId, following: true };
  }
}
