import type { Selectable } from 'kysely';
import type { Database } from '../../db/database.ts';
import type { UsersTable } from '../../db/tables.ts';
import { passwordResetLetter, verificationLetter } from '../../mail/letters.ts';
import type { Letter } from '../../mail/mailer.ts';
import { newSecretToken } from '../tokens.ts';
import { putMailedToken, type TokenPurpose } from './queries.ts';

/** How long the token of a password reset is good, in minutes. */
const resetMinutes = 30;
/** How long the token that verifies an address is good, in hours. */
const verificationHours = 24;

/** Somebody who can be written to. */
interface Account {
  readonly id: string;
  readonly email: string;
  readonly username: string;
}

/** Whom a mail about signing in here is for: who has a password, an address, and an account in use. */
export function reachable(user: Selectable<UsersTable> | undefined): Account | null {
  if (user === undefined || user.disabled_at !== null || user.password_hash === null) return null;
  const { id, email, username } = user;
  return email === null ? null : { id, email, username };
}

/** The letter that lets its reader choose a new password. One written later voids its token. */
export async function writePasswordReset(db: Database, user: Account, publicUrl: string): Promise<Letter> {
  const token = await newToken(db, user.id, 'password-reset', resetMinutes);
  return passwordResetLetter(user, publicUrl, token, resetMinutes);
}

/** The letter that lets its reader verify the address it went to. One written later voids its token. */
export async function writeVerification(db: Database, user: Account, publicUrl: string): Promise<Letter> {
  const token = await newToken(db, user.id, 'email-verification', verificationHours * 60);
  return verificationLetter(user, publicUrl, token, verificationHours);
}

async function newToken(
  db: Database,
  userId: string,
  purpose: TokenPurpose,
  minutes: number,
): Promise<string> {
  const { token, hash } = newSecretToken();
  await putMailedToken(db, {
    user_id: userId,
    purpose,
    hash,
    expires_at: new Date(Date.now() + minutes * 60_000),
  });
  return token;
}
