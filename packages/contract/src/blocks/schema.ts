import { z } from 'zod';
import { limits } from '../limits.ts';
import { Id, Timestamp } from '../text.ts';
import { User } from '../users/schema.ts';

/** Somebody the viewer has blocked. */
export const Block = z.strictObject({ user: User, blockedAt: Timestamp }).meta({ id: 'Block' });
export type Block = z.infer<typeof Block>;

export const BlockRef = z.strictObject({ userId: Id });
export type BlockRef = z.infer<typeof BlockRef>;

export const BlockList = z.strictObject({
  /** The last user id of the page before. */
  after: Id.optional(),
  limit: z.int().min(1).max(limits.pageRows).default(limits.pageRows),
});
export type BlockList = z.infer<typeof BlockList>;

/** Those whom the viewer has blocked, by user id. */
export const BlockPage = z.strictObject({ blocks: z.array(Block), nextAfter: Id.nullable() });
export type BlockPage = z.infer<typeof BlockPage>;
