import { type AuthService, type ClientInfo, newId, ParleyError, type Register } from '@parley/contract';
import type { Insertable, Selectable } from 'kysely';
import type { AuditEvent } from '../audit/events.ts';
import { violatedUnique } from '../db/errors.ts';
import type { UsersTable } from '../db/tables.ts';
import { inTransaction } from '../db/transaction.ts';
import { alreadyRegisteredLetter } from '../mail/letters.ts';
import type { AuthParts } from './parts.ts';
import { refuseGuessable } from './password-policy.ts';
import { findAccount, insertUser, takenNames } from './queries.ts';
import { writeVerification } from './recovery/mailed-token.ts';

type User = Selectable<UsersTable>;

export function registration(parts: AuthParts): Pick<AuthService, 'register'> {
  const { db, passwords, issuer, audit, post, requireVerification } = parts;
  return {
    async register(client, input) {
      refuseGuessable(input.password, 'password', [input.username, input.email]);
      await passwords.requireRoom();
      const taken = await takenNames(db, input.email, input.username);
      if (taken.email && !requireVerification) throw emailTaken();
      if (taken.username) throw usernameTaken();
      const row = newUser(input, await passwords.hash(input.password));
      if (requireVerification) {
        await (taken.email
          ? refuse(parts, client, input.email)
          : makeUnverified(parts, client, row, input.email));
        return { verificationRequired: true };
      }
      const { user, credentials, events } = await inTransaction(db, async (trx) => {
        const made = await insertUser(trx, row).catch((error: unknown) => {
          throw asTaken(error);
        });
        const begun = await issuer.begin(trx, made, client);
        const told = [accountCreated(made.id, client), begun.event];
        await audit.store(trx, ...told);
        return { user: made, credentials: begun.credentials, events: told };
      });
      audit.tell(...events);
      const { id } = user;
      post.later((publicUrl) => writeVerification(db, { ...input, id }, publicUrl));
      return credentials;
    },
  };
}

/** Makes an account that nobody is signed in to before its address was verified. */
async function makeUnverified(
  parts: AuthParts,
  client: ClientInfo,
  row: Insertable<UsersTable>,
  email: string,
): Promise<void> {
  const { db, audit, post } = parts;
  const event = accountCreated(row.id, client);
  const user = await inTransaction(db, async (trx): Promise<User> => {
    const made = await insertUser(trx, row);
    await audit.store(trx, event);
    return made;
  }).catch((error: unknown) => {
    if (violatedUnique(error) === 'users_email_key') return null;
    throw asTaken(error);
  });
  // Somebody took the address in this very moment.
  if (user === null) return refuse(parts, client, email);
  audit.tell(event);
  const { id, username } = user;
  post.later((publicUrl) => writeVerification(db, { id, username, email }, publicUrl));
}

/** Leaves the account as it is, and tells its owner. A line in the audit log takes as long to write as an account. */
async function refuse({ db, audit, post }: AuthParts, client: ClientInfo, email: string): Promise<void> {
  const owner = await findAccount(db, email);
  if (owner === undefined) return;
  const event: AuditEvent = {
    kind: 'registration-refused',
    subjectId: owner.id,
    address: client.address,
  };
  await audit.record(db, event);
  if (owner.disabled_at !== null) return;
  const recipient = { username: owner.username, email: owner.email ?? email };
  post.later(async (publicUrl) => alreadyRegisteredLetter(recipient, publicUrl));
}

function accountCreated(userId: string, { address }: ClientInfo): AuditEvent {
  return { kind: 'account-created', actorId: userId, subjectId: userId, address };
}

function newUser(input: Register, passwordHash: string): Insertable<UsersTable> {
  return {
    id: newId(),
    email: input.email,
    username: input.username,
    display_name: input.displayName ?? null,
    avatar: null,
    password_hash: passwordHash,
    online_until: null,
    last_seen_at: null,
  };
}

/** Two people may take the same name at once: the index decides. */
export function asTaken(error: unknown): unknown {
  switch (violatedUnique(error)) {
    case 'users_email_key':
      return emailTaken();
    case 'users_username_key':
      return usernameTaken();
    default:
      return error;
  }
}

function emailTaken(): ParleyError {
  return new ParleyError('EMAIL_TAKEN', 'unable to register; the e-mail address has an account already');
}

function usernameTaken(): ParleyError {
  return new ParleyError('USERNAME_TAKEN', 'unable to take the username; somebody else has it');
}
