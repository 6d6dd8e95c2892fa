import { z } from 'zod';
import { ConversationInfo } from '../conversations/schema.ts';
import { limits } from '../limits.ts';
import { Count, givenText, writtenText } from '../text.ts';

/** A public group as those see it who are not in it. */
export const PublicGroup = ConversationInfo.pick({
  id: true,
  title: true,
  avatar: true,
  description: true,
  history: true,
  createdAt: true,
})
  .extend({
    memberCount: Count,
    /** Whether the viewer is in it. */
    joined: z.boolean(),
  })
  .meta({ id: 'PublicGroup' });
export type PublicGroup = z.infer<typeof PublicGroup>;

export const GroupSearch = z.strictObject({
  /** Words and phrases as `search.messages` takes them, of titles and descriptions. */
  q: writtenText(limits.searchCharacters),
  /** `nextCursor` of the page before. */
  cursor: givenText(100).optional(),
  limit: z.int().min(1).max(limits.searchRows).default(20),
});
export type GroupSearch = z.infer<typeof GroupSearch>;

/** Public groups, those with the most members first. */
export const PublicGroupPage = z
  .strictObject({ groups: z.array(PublicGroup), nextCursor: z.string().nullable() })
  .meta({ id: 'PublicGroupPage' });
export type PublicGroupPage = z.infer<typeof PublicGroupPage>;
