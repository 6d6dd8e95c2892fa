import { z } from 'zod';
import { limits } from '../limits.ts';
import { MessageView } from '../messages/schema.ts';
import { Count, givenText, Id } from '../text.ts';

export const MentionList = z.strictObject({
  /** `nextCursor` of the page before. */
  cursor: givenText(200).optional(),
  limit: z.int().min(1).max(limits.pageRows).default(50),
});
export type MentionList = z.infer<typeof MentionList>;

/** Messages that mention the viewer, the latest first. */
export const MentionPage = z
  .strictObject({ messages: z.array(MessageView), nextCursor: z.string().nullable() })
  .meta({ id: 'MentionPage' });
export type MentionPage = z.infer<typeof MentionPage>;

/**
 * How many messages mention the viewer and are unread, without those of people the viewer has blocked; `more` where there are more
 * than were counted, which is `limits.unreadMentions` in each conversation.
 */
export const MentionCounts = z
  .strictObject({
    total: Count,
    more: z.boolean(),
    /** Those with any. */
    conversations: z.array(z.strictObject({ conversationId: Id, count: Count, more: z.boolean() })),
  })
  .meta({ id: 'MentionCounts' });
export type MentionCounts = z.infer<typeof MentionCounts>;
