import { type AuthService, newId, ParleyError, type Register } from '@parley/contract';
import type { Bus } from '../bus/bus.ts';
import type { Database } from '../db/database.ts';
import { violatedUnique } from '../db/errors.ts';
import { inTransaction } from '../db/transaction.ts';
import { publishPresence } from '../presence/channel.ts';
import { selfOf, type UserRow } from '../users/rows.ts';
import type { CredentialsIssuer } from './credentials.ts';
import type { Passwords } from './passwords.ts';
import {
  endOtherSessions,
  endSession,
  findAccount,
  findUser,
  insertUser,
  lockPasswordHash,
  setOnline,
  takenNames,
  updateUser,
} from './queries.ts';
import type { Sessions } from './sessions.ts';

/** How long somebody stays online after saying so, connected or not, in milliseconds. */
const onlineMs = 60_000;

export function authService(
  db: Database,
  passwords: Passwords,
  sessions: Sessions,
  issuer: CredentialsIssuer,
  bus: Bus,
): AuthService {
  return {
    async register(client, input) {
      const taken = await takenNames(db, input.email, input.username);
      if (taken.email) throw emailTaken();
      if (taken.username) throw usernameTaken();
      const passwordHash = await passwords.hash(input.password);
      return inTransaction(db, async (trx) => {
        const user = await insertUser(trx, newUser(input, passwordHash)).catch((error: unknown) => {
          throw asTaken(error);
        });
        return issuer.begin(trx, user, client);
      });
    },

    async login(client, { email, password }) {
      const user = await findAccount(db, email);
      const right = await passwords.verify(password, user?.password_hash);
      if (user === undefined || !right) throw wrongCredentials();
      return inTransaction(db, async (trx) => {
        // The password may have been changed while it was compared: that ends sessions, and must not miss this one.
        if ((await lockPasswordHash(trx, user.id)) !== user.password_hash) throw wrongCredentials();
        return issuer.begin(trx, user, client);
      });
    },

    refresh: ({ refreshToken }) => issuer.renew(refreshToken),

    async logout({ sessionId }) {
      await endSession(db, sessionId);
      sessions.announceEnd([sessionId]);
    },

    me: async ({ userId }) => selfOf(known(await findUser(db, userId))),

    async updateProfile({ userId }, input) {
      const row = await updateUser(db, userId, {
        ...(input.username === undefined ? {} : { username: input.username }),
        ...(input.displayName === undefined ? {} : { display_name: input.displayName }),
        ...(input.avatar === undefined ? {} : { avatar: input.avatar }),
        ...(input.lastSeenVisible === undefined ? {} : { last_seen_visible: input.lastSeenVisible }),
      }).catch((error: unknown) => {
        throw asTaken(error);
      });
      if (input.lastSeenVisible !== undefined) publishPresence(bus, [userId]);
      return selfOf(known(row));
    },

    async changePassword({ userId, sessionId }, { currentPassword, newPassword }) {
      const user = known(await findUser(db, userId));
      if (!(await passwords.verify(currentPassword, user.password_hash))) {
        throw new ParleyError('WRONG_CREDENTIALS', 'unable to change the password; the current one is wrong');
      }
      const passwordHash = await passwords.hash(newPassword);
      const ended = await inTransaction(db, async (trx) => {
        await updateUser(trx, userId, { password_hash: passwordHash });
        return endOtherSessions(trx, userId, sessionId);
      });
      sessions.announceEnd(ended);
    },

    async setOnlineStatus({ userId }, { isOnline }) {
      const self = selfOf(known(await setOnline(db, userId, isOnline ? onlineMs : null)));
      publishPresence(bus, [userId]);
      return self;
    },
  };
}

function newUser(input: Register, passwordHash: string) {
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

function known(user: UserRow | undefined): UserRow {
  if (user === undefined) throw new ParleyError('UNAUTHENTICATED', 'unable to go on; the account is gone');
  return user;
}

/** Two people may take the same name at once: the index decides. */
function asTaken(error: unknown): unknown {
  switch (violatedUnique(error)) {
    case 'users_email_key':
      return emailTaken();
    case 'users_username_key':
      return usernameTaken();
    default:
      return error;
  }
}

function wrongCredentials(): ParleyError {
  return new ParleyError('WRONG_CREDENTIALS', 'unable to sign in; the name or the password is wrong');
}

function emailTaken(): ParleyError {
  return new ParleyError('EMAIL_TAKEN', 'unable to register; the e-mail address has an account already');
}

function usernameTaken(): ParleyError {
  return new ParleyError('USERNAME_TAKEN', 'unable to take the username; somebody else has it');
}
