import { z } from 'zod';
import type { KeyHolder } from '../keys/holder.ts';
import { limits } from '../limits.ts';
import { codePoints, givenText, HttpUrl, Id, labelText, Timestamp, writtenText } from '../text.ts';
import { User } from '../users/schema.ts';

/** Who is calling, and through which session. */
export interface Viewer {
  readonly userId: string;
  /** For a server with an API key the key's id. */
  readonly sessionId: string;
  /** Set when a server acts for the person. */
  readonly key?: KeyHolder;
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
export const Username = z
  .string()
  .regex(/^[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?$/, {
    error: 'must be letters, digits, dots, dashes and underscores, and start and end with a letter or digit',
  })
  .min(3, { error: 'must have at least 3 characters' })
  .max(limits.usernameCharacters, { error: `must have at most ${limits.usernameCharacters} characters` });
export const Email = z.email({ error: 'must be an e-mail address' }).max(254);

/** Who is told when somebody was last there. */
export const LastSeenVisible = z.enum(['everybody', 'nobody']);
export type LastSeenVisible = z.infer<typeof LastSeenVisible>;

/** With whom somebody shares how far they have got and read conversations: those with `nobody` see none of others either. */
export const ReadReceipts = z.enum(['everybody', 'nobody']);
export type ReadReceipts = z.infer<typeof ReadReceipts>;

/** One's own account; `email` is null for somebody who came from elsewhere without one. */
export const Self = User.extend({
  email: z.string().nullable(),
  emailVerified: z.boolean(),
  lastSeenVisible: LastSeenVisible,
  /** To others one is offline, connected or not, until one says otherwise; not being online alone does not say so. */
  appearsOffline: z.boolean(),
  readReceipts: ReadReceipts,
}).meta({ id: 'Self' });
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

/** What registering gives where an e-mail address has to be verified before the first sign-in: the same for one taken. */
export const VerificationPending = z
  .strictObject({ verificationRequired: z.literal(true) })
  .meta({ id: 'VerificationPending' });
export type VerificationPending = z.infer<typeof VerificationPending>;

export const Registration = z.union([Credentials, VerificationPending]);
export type Registration = z.infer<typeof Registration>;

export const Register = z.strictObject({
  email: Email,
  username: Username,
  password: Password,
  displayName: labelText(limits.displayNameCharacters).optional(),
});
export type Register = z.infer<typeof Register>;

export const Login = z.strictObject({
  /** The e-mail address or the username. */
  email: givenText(320),
  password: givenText(1024),
});
export type Login = z.infer<typeof Login>;

export const Refresh = z.strictObject({ refreshToken: givenText(200) });
export type Refresh = z.infer<typeof Refresh>;

export const ProfileUpdate = z
  .strictObject({
    username: Username.optional(),
    displayName: labelText(limits.displayNameCharacters).nullable().optional(),
    avatar: HttpUrl.nullable().optional(),
    lastSeenVisible: LastSeenVisible.optional(),
    readReceipts: ReadReceipts.optional(),
  })
  .refine((update) => Object.values(update).some((value) => value !== undefined), {
    error: 'must change something',
  });
export type ProfileUpdate = z.infer<typeof ProfileUpdate>;

export const PasswordChange = z.strictObject({
  currentPassword: givenText(1024),
  newPassword: Password,
});
export type PasswordChange = z.infer<typeof PasswordChange>;

/** A signed-in device. Times are ISO 8601. */
export const SessionInfo = z
  .strictObject({
    id: Id,
    /** What it said of itself: its User-Agent. */
    device: z.string(),
    /** The address it signed in from. */
    address: z.string(),
    createdAt: Timestamp,
    /** Kept to about five minutes. */
    lastUsedAt: Timestamp,
    /** When it ends unless its refresh token is used before. */
    expiresAt: Timestamp,
    /** Whether it is the one that asks. */
    current: z.boolean(),
  })
  .meta({ id: 'SessionInfo' });
export type SessionInfo = z.infer<typeof SessionInfo>;

export const SessionEnd = z.strictObject({ sessionId: Id });
export type SessionEnd = z.infer<typeof SessionEnd>;

export const EmailOnly = z.strictObject({ email: Email });
export type EmailOnly = z.infer<typeof EmailOnly>;

/** What a mail carries to prove that its reader owns the address. */
const MailedToken = givenText(200);

export const PasswordReset = z.strictObject({ token: MailedToken, newPassword: Password });
export type PasswordReset = z.infer<typeof PasswordReset>;

export const EmailVerification = z.strictObject({ token: MailedToken });
export type EmailVerification = z.infer<typeof EmailVerification>;
/** The password proves who it is; who came from another system has none. */
export const AccountDelete = z.strictObject({ password: givenText(1024).optional() });
export type AccountDelete = z.infer<typeof AccountDelete>;

export const OnlineStatus = z.strictObject({ isOnline: z.boolean() });
export type OnlineStatus = z.infer<typeof OnlineStatus>;
