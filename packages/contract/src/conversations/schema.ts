import { z } from 'zod';
import { limits } from '../limits.ts';
import { UnreadMentions } from '../mentions/unread-schema.ts';
import { Message } from '../messages/schema.ts';
import { ConversationSettings } from '../settings/schema.ts';
import { Count, givenText, HttpUrl, Id, labelText, Timestamp } from '../text.ts';
import { User } from '../users/schema.ts';

export const Role = z.enum(['owner', 'admin', 'member']);
export type Role = z.infer<typeof Role>;

/** What newcomers see: everything, or only what comes after they joined. */
export const History = z.enum(['full', 'from-joining']);
export type History = z.infer<typeof History>;

/** A conversation as everybody in it sees it; `changedSeq` is the seq of its own latest change. */
export const ConversationInfo = z.strictObject({
  id: Id,
  kind: z.enum(['direct', 'group']),
  title: z.string().nullable(),
  avatar: z.string().nullable(),
  /** What a group is about; absent where nothing is said. */
  description: z.string().optional(),
  /** Anybody may find and join the group; absent in all others. */
  isPublic: z.literal(true).optional(),
  history: History,
  createdBy: Id,
  createdAt: Timestamp,
  updatedAt: Timestamp,
  changedSeq: Count,
});
export type ConversationInfo = z.infer<typeof ConversationInfo>;

/** Somebody's membership; `leftAt` is set once they are gone. Rows stay, so that others learn of it. */
export const Member = z
  .strictObject({
    conversationId: Id,
    userId: Id,
    role: Role,
    joinedSeq: Count,
    joinedPosition: Count,
    leftAt: Timestamp.nullable(),
    seq: Count,
  })
  .meta({ id: 'Member' });
export type Member = z.infer<typeof Member>;

/**
 * What one person has read, in numbers that only grow and merge by maximum. Unread is derived from them, never counted
 * up: see `unreadOf`.
 */
export const ReadState = z
  .strictObject({
    /** The conversation's latest position and ordinal. */
    lastPosition: Count,
    lastOrdinal: Count,
    /** How many counting messages the person wrote up to `lastPosition`. */
    sent: Count,
    /** How far the person has read. */
    readPosition: Count,
    readOrdinal: Count,
    /** How many counting messages the person wrote up to `readPosition`. */
    readSent: Count,
  })
  .meta({ id: 'ReadState' });
export type ReadState = z.infer<typeof ReadState>;

/** What marking as read gives, and the epoch its numbers belong to. */
export const ReadMark = ReadState.extend({
  epoch: z.string(),
  /** The settings, where a mark as unread was moved or is gone. */
  settings: ConversationSettings.optional(),
}).meta({ id: 'ReadMark' });
export type ReadMark = z.infer<typeof ReadMark>;

/** A conversation as the viewer sees it. `lastSeq` says as of which change. */
export const Conversation = ConversationInfo.extend({
  epoch: z.string(),
  lastSeq: Count,
  memberCount: Count,
  /** The other person of a direct conversation. */
  peer: User.nullable(),
  lastMessage: Message.nullable(),
  role: Role,
  joinedSeq: Count,
  joinedPosition: Count,
  read: ReadState,
  unread: Count,
  /** What of it is unread and mentions the viewer; not there when nothing does. */
  mentions: UnreadMentions.optional(),
  /** Absent while all of them are as at first. */
  settings: ConversationSettings.optional(),
}).meta({ id: 'Conversation' });
export type Conversation = z.infer<typeof Conversation>;

/** What creating gives: `created` is false when the direct conversation was there already. */
export const ConversationCreated = Conversation.extend({ created: z.boolean() }).meta({
  id: 'ConversationCreated',
});
export type ConversationCreated = z.infer<typeof ConversationCreated>;

export const ConversationCreate = z.strictObject({
  /** The others. One of them and no title makes, or finds, the direct conversation of the two. */
  participantIds: z.array(Id).min(1).max(limits.membersPerCall),
  title: labelText(limits.titleCharacters).optional(),
  history: History.optional(),
});
export type ConversationCreate = z.infer<typeof ConversationCreate>;

export const ConversationRef = z.strictObject({ conversationId: Id });
export type ConversationRef = z.infer<typeof ConversationRef>;

/**
 * Which of one's conversations, and in what order: `inbox` those neither archived nor hidden, pinned ones first, by when they
 * were pinned; all other views by latest activity.
 */
export const ConversationView = z.enum(['inbox', 'all', 'archived', 'hidden', 'pinned']);
export type ConversationView = z.infer<typeof ConversationView>;

export const ConversationList = z.strictObject({
  /** `inbox` unless told. */
  view: ConversationView.optional(),
  /** `nextCursor` of the page before. */
  cursor: givenText(100).optional(),
  limit: z.int().min(1).max(limits.pageRows).default(50),
});
export type ConversationList = z.infer<typeof ConversationList>;

/** Conversations in the order of their view. */
export const ConversationPage = z.strictObject({
  conversations: z.array(Conversation),
  nextCursor: z.string().nullable(),
});
export type ConversationPage = z.infer<typeof ConversationPage>;

export const ConversationRename = z.strictObject({
  conversationId: Id,
  title: labelText(limits.titleCharacters),
});
export type ConversationRename = z.infer<typeof ConversationRename>;

/** What is left out stays; null takes a picture or a description away. */
export const ConversationUpdate = z
  .strictObject({
    conversationId: Id,
    title: labelText(limits.titleCharacters).optional(),
    avatar: HttpUrl.nullable().optional(),
    description: labelText(limits.descriptionCharacters).nullable().optional(),
    isPublic: z.boolean().optional(),
  })
  .refine(({ conversationId: _id, ...changes }) => Object.values(changes).some((one) => one !== undefined), {
    error: 'must change something',
  });
export type ConversationUpdate = z.infer<typeof ConversationUpdate>;

export const MembersAdd = z.strictObject({
  conversationId: Id,
  userIds: z.array(Id).min(1).max(limits.membersPerCall),
});
export type MembersAdd = z.infer<typeof MembersAdd>;

export const MemberRemove = z.strictObject({ conversationId: Id, userId: Id });
export type MemberRemove = z.infer<typeof MemberRemove>;

/** `owner` passes ownership on: there is always one. */
export const RoleSet = z.strictObject({ conversationId: Id, userId: Id, role: Role });
export type RoleSet = z.infer<typeof RoleSet>;

export const MemberList = z.strictObject({
  conversationId: Id,
  /** The last user id of the page before. */
  after: Id.optional(),
  limit: z.int().min(1).max(limits.pageRows).default(limits.pageRows),
});
export type MemberList = z.infer<typeof MemberList>;

/** Who is in a conversation now, by user id. */
export const MemberPage = z.strictObject({
  members: z.array(Member.extend({ user: User })),
  nextAfter: Id.nullable(),
  epoch: z.string(),
  /** The seq as of which this is: later changes may be missing. */
  asOf: Count,
});
export type MemberPage = z.infer<typeof MemberPage>;

/**
 * How many conversations have something unread, and how many messages that is: of those neither muted, archived nor hidden.
 */
export const UnreadTotal = z
  .strictObject({ conversations: Count, messages: Count })
  .meta({ id: 'UnreadTotal' });
export type UnreadTotal = z.infer<typeof UnreadTotal>;
