import { z } from 'zod';
import { Count, Id } from '../text.ts';

/**
 * The unread messages that mention somebody, whoever wrote them, as positions rather than as a number: so it follows from the rows,
 * in whichever order and however often they come. See `mentionsAfter`.
 */
export const UnreadMentions = z
  .strictObject({
    /** By position, the latest `limits.unreadMentions` at most. */
    latest: z.array(z.strictObject({ position: Count, senderId: Id })),
    /** Whether there may be earlier ones, which are not listed. */
    more: z.boolean(),
  })
  .meta({ id: 'UnreadMentions' });
export type UnreadMentions = z.infer<typeof UnreadMentions>;
