import { z } from 'zod';
import { limits } from '../limits.ts';
import { MessageRef } from '../messages/schema.ts';
import { givenText, Timestamp } from '../text.ts';
import { User } from '../users/schema.ts';
import { isEmoji, spelledOut } from './emoji.ts';

/** Exactly one emoji, in one spelling. */
export const Emoji = givenText(limits.reactions.emojiCharacters)
  .overwrite(spelledOut)
  .refine(isEmoji, { error: 'must be one emoji' });

export const ReactionRef = MessageRef.extend({ emoji: Emoji });
export type ReactionRef = z.infer<typeof ReactionRef>;

export const ReactionList = MessageRef.extend({
  /** Only those who reacted with it. */
  emoji: Emoji.optional(),
  /** `nextCursor` of the page before. */
  cursor: givenText(200).optional(),
  limit: z.int().min(1).max(limits.pageRows).default(50),
});
export type ReactionList = z.infer<typeof ReactionList>;

/** One person's reaction with one emoji. */
export const ReactionOf = z
  .strictObject({ emoji: z.string(), user: User, reactedAt: Timestamp })
  .meta({ id: 'ReactionOf' });
export type ReactionOf = z.infer<typeof ReactionOf>;

/** Who reacted, emoji by emoji, and for each in the order they did. */
export const ReactionPage = z
  .strictObject({ reactions: z.array(ReactionOf), nextCursor: z.string().nullable() })
  .meta({ id: 'ReactionPage' });
export type ReactionPage = z.infer<typeof ReactionPage>;
