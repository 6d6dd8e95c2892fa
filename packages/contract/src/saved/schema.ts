import { z } from 'zod';
import { limits } from '../limits.ts';
import { Message } from '../messages/schema.ts';
import { givenText, Timestamp } from '../text.ts';

/** A message one has saved, as it is now; one that was deleted since is there as an empty one. */
export const SavedMessage = z
  .strictObject({ message: Message, savedAt: Timestamp })
  .meta({ id: 'SavedMessage' });
export type SavedMessage = z.infer<typeof SavedMessage>;

export const SavedList = z.strictObject({
  /** `nextCursor` of the page before. */
  cursor: givenText(200).optional(),
  limit: z.int().min(1).max(limits.pageRows).default(50),
});
export type SavedList = z.infer<typeof SavedList>;

/** What one has saved and may still see, the latest first. */
export const SavedPage = z
  .strictObject({ saved: z.array(SavedMessage), nextCursor: z.string().nullable() })
  .meta({ id: 'SavedPage' });
export type SavedPage = z.infer<typeof SavedPage>;
