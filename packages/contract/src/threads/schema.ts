import { z } from 'zod';
import { limits } from '../limits.ts';
import { Message, MessageView } from '../messages/schema.ts';
import { Count, givenText, Id } from '../text.ts';

/** A thread, by the message it hangs on. */
export const ThreadRef = z.strictObject({ conversationId: Id, rootId: Id });
export type ThreadRef = z.infer<typeof ThreadRef>;

/**
 * What somebody has read of a thread, in numbers that only grow and merge by maximum: what is unread follows from them as
 * it does for a conversation.
 */
export const ThreadRead = z
  .strictObject({
    /** How many replies there are. */
    lastOrdinal: Count,
    /** How many of them the person wrote. */
    sent: Count,
    readOrdinal: Count,
    /** How many of those up to `readOrdinal` the person wrote. */
    readSent: Count,
  })
  .meta({ id: 'ThreadRead' });
export type ThreadRead = z.infer<typeof ThreadRead>;

/** How one person stands with a thread. */
export const ThreadState = z
  .strictObject({
    conversationId: Id,
    rootId: Id,
    rootPosition: Count,
    /** One follows what one has begun, replied to, or asked to follow, until one asks not to. */
    following: z.boolean(),
    /** Of two states the one with the higher number knows whether one follows. */
    inboxSeq: Count,
    read: ThreadRead,
    /** Replies of others that are not read yet; 0 in a thread one does not follow. */
    unread: Count,
  })
  .meta({ id: 'ThreadState' });
export type ThreadState = z.infer<typeof ThreadState>;

/** What following and marking as read give, and the epoch its numbers belong to. */
export const ThreadMark = ThreadState.extend({ epoch: z.string() }).meta({ id: 'ThreadMark' });
export type ThreadMark = z.infer<typeof ThreadMark>;

export const ThreadList = ThreadRef.extend({
  /** Replies just before this position. */
  before: Count.optional(),
  /** Replies just after this position. */
  after: Count.optional(),
  limit: z.int().min(1).max(limits.pageRows).default(50),
}).refine(({ before, after }) => before === undefined || after === undefined, {
  error: 'must have at most one of before and after',
});
export type ThreadList = z.infer<typeof ThreadList>;

/** Replies by ascending position. `asOf` is a seq read no later than the rows, as of a page of messages. */
export const ThreadPage = z
  .strictObject({
    root: MessageView,
    messages: z.array(MessageView),
    hasBefore: z.boolean(),
    hasAfter: z.boolean(),
    state: ThreadState,
    epoch: z.string(),
    asOf: Count,
  })
  .meta({ id: 'ThreadPage' });
export type ThreadPage = z.infer<typeof ThreadPage>;

export const ThreadsFollowed = z.strictObject({
  /** `nextCursor` of the page before. */
  cursor: givenText(100).optional(),
  limit: z.int().min(1).max(limits.pageRows).default(50),
});
export type ThreadsFollowed = z.infer<typeof ThreadsFollowed>;

/** A thread one follows, with its latest replies by ascending position. */
export const FollowedThread = z
  .strictObject({ root: Message, latest: z.array(Message), state: ThreadState })
  .meta({ id: 'FollowedThread' });
export type FollowedThread = z.infer<typeof FollowedThread>;

/** The threads one follows that have replies, by latest reply. */
export const FollowedPage = z
  .strictObject({ threads: z.array(FollowedThread), nextCursor: z.string().nullable(), epoch: z.string() })
  .meta({ id: 'FollowedPage' });
export type FollowedPage = z.infer<typeof FollowedPage>;

/** Without `position` and `ordinal`: everything. */
export const ThreadMarkRead = ThreadRef.extend({
  /** The position of the last reply read. */
  position: Count.optional(),
  /** How many replies are read. */
  ordinal: Count.optional(),
}).refine(({ position, ordinal }) => position === undefined || ordinal === undefined, {
  error: 'must have at most one of position and ordinal',
});
export type ThreadMarkRead = z.infer<typeof ThreadMarkRead>;
