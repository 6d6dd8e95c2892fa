import { z } from 'zod';
import { limits } from '../limits.ts';
import { codePoints, HttpUrl, labelText, writtenText } from '../text.ts';
import { User } from '../users/schema.ts';

/** Who is calling, and through which session. */
export interface Viewer {
  readonly userId: string;
  readonly sessionId: string;
}

/** Where a call comes from; kept with the session it makes. */
export interface ClientInfo {
  readonly address: string;
  readonly device: string;
}

const { min, max } = limits.passwordCharacters;
const Password = writtenText(max)
  .refine((password) => codePoints(password) >= min, {
    error: `must have at least ${min} characters`,
  })
  .meta({ minLength: min, maxLength: max });
const Username = z
  .string()
  .regex(/^[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?$/, {
    error: 'must be letters, digits, dots, dashes and underscores, and start and end with a letter or digit',
  })
  .min(3, { error: 'must have at least 3 characters' })
  .max(limits.usernameCharacters, { error: `must have at most ${limits.usernameCharacters} characters` });
const Email = z.email({ error: 'must be an e-mail address' }).max(254);

/** Who is told when somebody was last there. */
export const LastSeenVisible = z.enum(['everybody', 'nobody']);
export type LastSeenVisible = z.infer<typeof LastSeenVisible>;

/** One's own account. */
export const Self = User.extend({ email: z.string(), lastSeenVisible: LastSeenVisible }).meta({ id: 'Self' });
export type Self = z.infer<typeof Self>;

/** What signing in gives: `expiresIn` is the access token's remaining life in seconds. */
export const Credentials = z
  .strictObject({
    user: Self,
    accessToken: z.string(),
    refreshToken: z.string(),
    expiresIn: z.int(),
  })
  .meta({ id: 'Credentials' });
export type Credentials = z.infer<typeof Credentials>;

export const Register = z.strictObject({
  email: Email,
  username: Username,
  password: Password,
  displayName: labelText(limits.displayNameCharacters).optional(),
});
export type Register = z.infer<typeof Register>;

export const Login = z.strictObject({
  /** The e-mail address or the username. */
  email: z.string().min(1).max(320),
  password: z.string().min(1).max(1024),
});
export type Login = z.infer<typeof Login>;

export const Refresh = z.strictObject({ refreshToken: z.string().min(1).max(200) });
export type Refresh = z.infer<typeof Refresh>;

export const ProfileUpdate = z
  .strictObject({
    username: Username.optional(),
    displayName: labelText(limits.displayNameCharacters).nullable().optional(),
    avatar: HttpUrl.nullable().optional(),
    lastSeenVisible: LastSeenVisible.optional(),
  })
  .refine((update) => Object.values(update).some((value) => value !== undefined), {
    error: 'must change something',
  });
export type ProfileUpdate = z.infer<typeof ProfileUpdate>;

export const PasswordChange = z.strictObject({
  currentPassword: z.string().min(1).max(1024),
  newPassword: Password,
});
export type PasswordChange = z.infer<typeof PasswordChange>;

export const OnlineStatus = z.strictObject({ isOnline: z.boolean() });
export type OnlineStatus = z.infer<typeof OnlineStatus>;
