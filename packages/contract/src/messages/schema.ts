import { z } from 'zod';
import { limits } from '../limits.ts';
import { Count, givenText, Id, Timestamp, writtenText } from '../text.ts';
import { Replies, ThreadPlace } from '../threads/place.ts';

/** What a system entry of the timeline tells. */
export const Notice = z
  .discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('created') }),
    z.strictObject({ kind: z.literal('renamed'), title: z.string() }),
    z.strictObject({ kind: z.literal('picture') }),
    z.strictObject({ kind: z.literal('description') }),
    z.strictObject({ kind: z.literal('public'), isPublic: z.boolean() }),
    /** On one's own: by an invitation, or because the group is public. */
    z.strictObject({ kind: z.literal('joined') }),
    z.strictObject({ kind: z.literal('added'), userIds: z.array(Id) }),
    z.strictObject({ kind: z.literal('removed'), userId: Id }),
    z.strictObject({ kind: z.literal('left') }),
    z.strictObject({ kind: z.literal('role'), userId: Id, role: z.enum(['admin', 'member']) }),
    /** Also when the owner has left. */
    z.strictObject({ kind: z.literal('owner'), userId: Id }),
  ])
  .meta({ id: 'Notice' });
export type Notice = z.infer<typeof Notice>;

/** The message that another one answers. It may be deleted by now, or lie before what the viewer may see. */
export const ReplyTarget = z
  .strictObject({ messageId: Id, position: Count, senderId: Id })
  .meta({ id: 'ReplyTarget' });
export type ReplyTarget = z.infer<typeof ReplyTarget>;

/**
 * One emoji that people reacted with. `userIds` are all of them while they are few; of more than ten it has the first three,
 * and `reactions.list` everybody.
 */
export const Reaction = z
  .strictObject({ emoji: z.string(), count: Count, userIds: z.array(Id) })
  .meta({ id: 'Reaction' });
export type Reaction = z.infer<typeof Reaction>;

/** Since when a message is pinned, and who did it. */
export const Pinned = z.strictObject({ at: Timestamp, by: Id }).meta({ id: 'Pinned' });
export type Pinned = z.infer<typeof Pinned>;

/**
 * One entry of a conversation's timeline. `position` is its place (1, 2, 3 ... without holes), `ordinal` how many
 * entries up to it count as unread, `seq` the number of its latest change. A deleted message keeps its place with empty
 * content.
 */
export const Message = z
  .strictObject({
    conversationId: Id,
    position: Count,
    ordinal: Count,
    seq: Count,
    id: Id,
    senderId: Id,
    messageType: z.enum(['text', 'system']),
    content: z.string(),
    notice: Notice.nullable(),
    createdAt: Timestamp,
    editedAt: Timestamp.nullable(),
    deletedAt: Timestamp.nullable(),
    isEdited: z.boolean(),
    isDeleted: z.boolean(),
    /** In the order in which each was first used; absent when nobody reacted. */
    reactions: z.array(Reaction).optional(),
    /**
     * Which of `reactions` are the viewer's own. It stands beside them in answers, never in events, which are the same for
     * everyone.
     */
    ownReactions: z.array(z.string()).optional(),
    /** Absent when it is not pinned. */
    pinned: Pinned.optional(),
    /** The message of the same conversation that this one answers; not there when it answers none. */
    replyTo: ReplyTarget.optional(),
    /** The members it mentions by name, who may have left since; not there when there are none. */
    mentions: z.array(Id).optional(),
    /** Whether it mentions everybody in the group; not there when it does not. */
    mentionsAll: z.literal(true).optional(),
    /** The thread this one is a reply of; not there for what stands in the timeline itself. */
    thread: ThreadPlace.optional(),
    /** The thread that hangs on this one; not there when nobody has replied so. */
    replies: Replies.optional(),
  })
  .meta({ id: 'Message' });
export type Message = z.infer<typeof Message>;

/**
 * A message as one person sees it. `isRead` of one's own: another member, in since before it, has read it, whose receipts
 * the viewer may see (never, for those who keep their own to themselves); of others': the viewer has. It stands in answers only, never in events, which are the same for everyone.
 */
export const MessageView = Message.extend({ isRead: z.boolean() }).meta({ id: 'MessageView' });
export type MessageView = z.infer<typeof MessageView>;

/** What sending, editing and deleting give: the message, and the epoch its numbers belong to. */
export const StoredMessage = MessageView.extend({ epoch: z.string() }).meta({ id: 'StoredMessage' });
export type StoredMessage = z.infer<typeof StoredMessage>;

/** Whom a message mentions is told by ids; its text has whatever was typed. */
const mentioning = {
  /** Members of the conversation, each once. */
  mentions: z.array(Id).max(limits.mentionsPerMessage).optional(),
  /** Everybody in the group. */
  mentionsAll: z.boolean().optional(),
};

export const MessageSend = z.strictObject({
  conversationId: Id,
  content: writtenText(limits.messageCharacters),
  /** Made by the caller, the message's id and idempotency key; a repeated send with it gives the stored message. */
  id: Id.optional(),
  messageType: z.literal('text').optional(),
  /** The id of the message this one answers. */
  replyTo: Id.optional(),
  ...mentioning,
  /** The id of the message in whose thread this one is a reply, instead of standing in the timeline itself. */
  thread: Id.optional(),
});
export type MessageSend = z.infer<typeof MessageSend>;

/** What a message can carry beside its text. */
export type MessageExtras = Omit<MessageSend, 'conversationId' | 'content' | 'id' | 'messageType'>;

export const MessageList = z
  .strictObject({
    conversationId: Id,
    /** Entries just before this position. */
    before: Count.optional(),
    /** Entries just after this position. */
    after: Count.optional(),
    /** Entries on both sides of this position, with it. */
    around: Count.optional(),
    limit: z.int().min(1).max(limits.pageRows).default(50),
  })
  .refine((input) => [input.before, input.after, input.around].filter((at) => at !== undefined).length <= 1, {
    error: 'must have at most one of before, after and around',
  });
export type MessageList = z.infer<typeof MessageList>;

/** Entries by ascending position. `asOf` is a seq read no later than the rows: changes above it may be missing here. */
export const MessagePage = z
  .strictObject({
    messages: z.array(MessageView),
    hasBefore: z.boolean(),
    hasAfter: z.boolean(),
    epoch: z.string(),
    asOf: Count,
  })
  .meta({ id: 'MessagePage' });
export type MessagePage = z.infer<typeof MessagePage>;

/** A message by its id; the conversation is needed only when the same id was used in several of the viewer's. */
export const MessageRef = z.strictObject({ messageId: Id, conversationId: Id.optional() });
export type MessageRef = z.infer<typeof MessageRef>;

/** Whom the message mentions stays as it is where nothing is said of it. */
export const MessageEdit = MessageRef.extend({
  content: writtenText(limits.messageCharacters),
  ...mentioning,
});
export type MessageEdit = z.infer<typeof MessageEdit>;

/** Without `position` and `messageIds`: everything. */
export const MarkRead = z
  .strictObject({
    conversationId: Id,
    /** The last position read. */
    position: Count.optional(),
    /** What was read, the latest of which counts. */
    messageIds: z.array(Id).min(1).max(limits.pageRows).optional(),
    /**
     * The `inboxSeq` of the settings the caller knows, 0 for none: a mark as unread made since is not touched. Without it,
     * none is spared.
     */
    settingsSeq: Count.optional(),
  })
  .refine(({ position, messageIds }) => position === undefined || messageIds === undefined, {
    error: 'must have at most one of position and messageIds',
  });
export type MarkRead = z.infer<typeof MarkRead>;

/** From which entry on a conversation is to be shown as unread. */
/** Asks where a conversation stood at a time. */
export const PositionAt = z.strictObject({ conversationId: Id, at: Timestamp });
export type PositionAt = z.infer<typeof PositionAt>;

/** The position of an entry; null when there is none. */
export const FoundPosition = z.strictObject({ position: Count.nullable() }).meta({ id: 'FoundPosition' });
export type FoundPosition = z.infer<typeof FoundPosition>;

export const MarkUnread = z.strictObject({ conversationId: Id, position: z.int().min(1) });
export type MarkUnread = z.infer<typeof MarkUnread>;

export const MessageWatch = z.strictObject({
  conversationId: Id,
  /** The id of the last event received, to go on from there. */
  lastEventId: givenText(200).optional(),
});
export type MessageWatch = z.infer<typeof MessageWatch>;
