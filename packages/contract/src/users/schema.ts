import { z } from 'zod';
import { limits } from '../limits.ts';
import { Id, Timestamp, writtenText } from '../text.ts';

/** A person as others see them: never an e-mail address; never online, or seen, between two of whom one blocked the other. */
export const User = z
  .strictObject({
    id: Id,
    username: z.string(),
    displayName: z.string().nullable(),
    avatar: z.string().nullable(),
    isOnline: z.boolean(),
    lastSeen: Timestamp.nullable(),
    /** Set once the account is deleted: there is nothing to show but that. */
    deleted: z.literal(true).optional(),
  })
  .meta({ id: 'User' });
export type User = z.infer<typeof User>;

export const UserSearch = z.strictObject({
  /** Part of a username or display name, or a whole e-mail address. */
  q: writtenText(320),
  limit: z.int().min(1).max(50).default(20),
});
export type UserSearch = z.infer<typeof UserSearch>;

export const UserGet = z.strictObject({ userId: Id });
export type UserGet = z.infer<typeof UserGet>;

export const UserGetMany = z.strictObject({ userIds: z.array(Id).min(1).max(limits.pageRows) });
export type UserGetMany = z.infer<typeof UserGetMany>;
