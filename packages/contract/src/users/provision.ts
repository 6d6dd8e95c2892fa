import { z } from 'zod';
import { Email, Username } from '../auth/schema.ts';
import { limits } from '../limits.ts';
import { HttpUrl, labelText, writtenText } from '../text.ts';

/** Somebody whom another system knows. */
export const UserProvision = z.strictObject({
  /** How that system names them, for good; the `sub` of their tokens where an external issuer is trusted. */
  externalId: writtenText(limits.externalIdCharacters),
  /** Made of the display name when left out. */
  username: Username.optional(),
  displayName: labelText(limits.displayNameCharacters).nullable().optional(),
  avatar: HttpUrl.nullable().optional(),
  /** Only one that is known to be theirs. */
  email: Email.optional(),
});
export type UserProvision = z.infer<typeof UserProvision>;
