import { z } from 'zod';
import { Conversation } from '../conversations/schema.ts';
import { limits } from '../limits.ts';
import { Message } from '../messages/schema.ts';
import { Count, givenText, Id, Timestamp, writtenText } from '../text.ts';
import { User } from '../users/schema.ts';

export const MessageSearch = z.strictObject({
  /** Words, "phrases in quotes" and -words that must not be there; a last word without a space behind it may go on. */
  q: writtenText(limits.searchCharacters),
  /** Only what one of these people wrote. */
  from: z.array(Id).min(1).max(limits.searchFilters).optional(),
  /** Only in these conversations. */
  in: z.array(Id).min(1).max(limits.searchFilters).optional(),
  /** Only what was sent before. */
  before: Timestamp.optional(),
  /** Only what was sent at this time or later. */
  after: Timestamp.optional(),
  /** Only what has a link in it. */
  hasLink: z.literal(true).optional(),
  /** `relevance`: what fits best among the latest that fit, and so on backwards; `newest`: the latest first. */
  sort: z.enum(['relevance', 'newest']).default('relevance'),
  /** `nextCursor` of the page before. */
  cursor: givenText(200).optional(),
  limit: z.int().min(1).max(limits.searchRows).default(20),
});
export type MessageSearch = z.infer<typeof MessageSearch>;

/** A message that was found, and where in its content: `[start, end)` in UTF-16 code units, in order. */
export const FoundMessage = z
  .strictObject({ message: Message, highlights: z.array(z.tuple([Count, Count])) })
  .meta({ id: 'FoundMessage' });
export type FoundMessage = z.infer<typeof FoundMessage>;

export const FoundMessagePage = z
  .strictObject({ results: z.array(FoundMessage), nextCursor: z.string().nullable() })
  .meta({ id: 'FoundMessagePage' });
export type FoundMessagePage = z.infer<typeof FoundMessagePage>;

export const SearchAll = z.strictObject({
  q: writtenText(limits.searchCharacters),
  /** Of each kind. */
  limit: z.int().min(1).max(20).default(5),
});
export type SearchAll = z.infer<typeof SearchAll>;

/** The first few people, conversations of one's own, and messages in them. */
export const Found = z
  .strictObject({
    people: z.array(User),
    conversations: z.array(Conversation),
    messages: z.array(FoundMessage),
  })
  .meta({ id: 'Found' });
export type Found = z.infer<typeof Found>;
