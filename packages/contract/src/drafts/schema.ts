import { z } from 'zod';
import { limits } from '../limits.ts';
import { Count, Id, Timestamp, writtenText } from '../text.ts';

/** What somebody has begun to write in a conversation. A cleared one has an empty text, so that other devices learn of it. */
export const Draft = z
  .strictObject({
    conversationId: Id,
    text: z.string(),
    /** The message it is to answer; absent when it answers none. */
    replyTo: Id.optional(),
    /** The person's `inboxSeq` of its latest change: of two, the one with the higher counts. */
    inboxSeq: Count,
    updatedAt: Timestamp,
  })
  .meta({ id: 'Draft' });
export type Draft = z.infer<typeof Draft>;

/** A draft as it is stored, and the epoch its number belongs to. */
export const StoredDraft = Draft.extend({ epoch: z.string() }).meta({ id: 'StoredDraft' });
export type StoredDraft = z.infer<typeof StoredDraft>;

export const DraftSet = z.strictObject({
  conversationId: Id,
  text: writtenText(limits.messageCharacters),
  /** The id of the message it is to answer. */
  replyTo: Id.optional(),
});
export type DraftSet = z.infer<typeof DraftSet>;

export const DraftClear = z.strictObject({ conversationId: Id });
export type DraftClear = z.infer<typeof DraftClear>;

export const DraftList = z.strictObject({
  /** Those changed after this `inboxSeq`: `nextAfter` of the page before, or the highest one held. */
  after: Count.optional(),
  /** Whether cleared ones come too, for whoever may hold them still. */
  cleared: z.literal(true).optional(),
  limit: z.int().min(1).max(limits.pageRows).default(50),
});
export type DraftList = z.infer<typeof DraftList>;

/** Drafts by `inboxSeq`. */
export const DraftPage = z.strictObject({
  drafts: z.array(Draft),
  nextAfter: Count.nullable(),
  epoch: z.string(),
});
export type DraftPage = z.infer<typeof DraftPage>;
