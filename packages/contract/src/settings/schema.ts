import { z } from 'zod';
import { Count, Id, Timestamp } from '../text.ts';

/**
 * From where on a conversation was marked as unread: a position, and of the entries before it how many count as unread
 * (`ordinal`), and how many of those the person wrote (`sent`). With `ReadState` the number follows: see `unreadOf`.
 */
export const UnreadFrom = z
  .strictObject({ position: Count, ordinal: Count, sent: Count })
  .meta({ id: 'UnreadFrom' });
export type UnreadFrom = z.infer<typeof UnreadFrom>;

/**
 * One person's settings of one conversation, always whole. Of two, the one with the higher `inboxSeq` counts. They are
 * absent wherever all of them are as at first.
 */
export const ConversationSettings = z
  .strictObject({
    /** The person's `inboxSeq` of their latest change. */
    inboxSeq: Count,
    /** Muted while this lies ahead; `forEver` until it is said otherwise. */
    mutedUntil: Timestamp.nullable(),
    /** Stays so whatever is written, until it is said otherwise. */
    archived: z.boolean(),
    /** Since when it is pinned to the top; the latest one comes first. */
    pinnedAt: Timestamp.nullable(),
    /** Hidden while the conversation's `lastOrdinal` is not above this: until something is written in it. */
    hiddenOrdinal: Count.nullable(),
    unreadFrom: UnreadFrom.nullable(),
  })
  .meta({ id: 'ConversationSettings' });
export type ConversationSettings = z.infer<typeof ConversationSettings>;

/** Settings as they are stored, and the epoch their numbers belong to. */
export const StoredSettings = ConversationSettings.extend({ conversationId: Id, epoch: z.string() }).meta({
  id: 'StoredSettings',
});
export type StoredSettings = z.infer<typeof StoredSettings>;

/** What is left out stays as it is. */
export const SettingsSet = z
  .strictObject({
    conversationId: Id,
    /** A time that has passed is as good as null. */
    mutedUntil: Timestamp.nullable().optional(),
    archived: z.boolean().optional(),
    pinned: z.boolean().optional(),
    hidden: z.boolean().optional(),
  })
  .refine(({ pinned, archived, hidden }) => pinned !== true || (archived !== true && hidden !== true), {
    error: 'must not both pin the conversation and take it out of the list',
  });
export type SettingsSet = z.infer<typeof SettingsSet>;
