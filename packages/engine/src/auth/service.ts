import { type AuthService, type ClientInfo, ParleyError } from '@parley/contract';
import type { AuditEvent } from '../audit/events.ts';
import { inTransaction } from '../db/transaction.ts';
import { publishPresence } from '../presence/channel.ts';
import { publishReceiptsPrivacy } from '../receipts/privacy.ts';
import { exportData } from '../privacy/export/export.ts';
import { selfOf, type UserRow } from '../users/rows.ts';
import { ownSessions } from './own-sessions.ts';
import type { AuthParts } from './parts.ts';
import { refuseGuessable } from './password-policy.ts';
import {
  endSessions,
  findAccount,
  findUser,
  lockAccount,
  replacePasswordHash,
  setOnline,
  updateUser,
} from './queries.ts';
import { recovery } from './recovery/recovery.ts';
import { asTaken, registration } from './registration.ts';
import { sessionsEnded } from './session-events.ts';

/** How long somebody stays online after saying so, connected or not, in milliseconds. */
const onlineMs = 60_000;

export function authService(parts: AuthParts): AuthService {
  const { db, bus, passwords, sessions, issuer, audit, deletions, requireVerification } = parts;
  return {
    ...registration(parts),
    ...ownSessions(parts),
    ...recovery(parts),

    async login(client, { email, password }) {
      await passwords.requireRoom();
      const user = await findAccount(db, email);
      const right = await passwords.verify(password, user?.password_hash ?? undefined);
      if (user === undefined || !right || user.disabled_at !== null) {
        const reason = user === undefined ? 'unknown' : right ? 'disabled' : 'wrong-password';
        await audit.record(db, signInFailed(client, reason, user?.id));
        throw wrongCredentials();
      }
      if (requireVerification && user.email_verified_at === null) {
        await audit.record(db, signInFailed(client, 'email-not-verified', user.id));
        throw new ParleyError('EMAIL_NOT_VERIFIED', 'unable to sign in; verify the e-mail address first');
      }
      const { credentials, event } = await inTransaction(db, async (trx) => {
        // The password may have been changed while it was compared, or the account disabled: that ends sessions, and
        // must not miss this one.
        const now = await lockAccount(trx, user.id);
        if (now?.password_hash !== user.password_hash || now.disabled_at !== null) throw wrongCredentials();
        const begun = await issuer.begin(trx, user, client);
        await audit.store(trx, begun.event);
        return begun;
      });
      audit.tell(event);
      return credentials;
    },

    refresh: (client, { refreshToken }) => issuer.renew(client, refreshToken),

    me: async ({ userId }) => selfOf(known(await findUser(db, userId))),

    async updateProfile({ userId }, input) {
      const row = await updateUser(db, userId, {
        ...(input.username === undefined ? {} : { username: input.username }),
        ...(input.displayName === undefined ? {} : { display_name: input.displayName }),
        ...(input.avatar === undefined ? {} : { avatar: input.avatar }),
        ...(input.lastSeenVisible === undefined ? {} : { last_seen_visible: input.lastSeenVisible }),
        ...(input.readReceipts === undefined ? {} : { read_receipts: input.readReceipts }),
      }).catch((error: unknown) => {
        throw asTaken(error);
      });
      if (input.lastSeenVisible !== undefined) publishPresence(bus, [userId]);
      if (input.readReceipts !== undefined) publishReceiptsPrivacy(bus, userId);
      return selfOf(known(row));
    },

    async changePassword({ userId, sessionId }, { currentPassword, newPassword }) {
      const user = known(await findUser(db, userId));
      const { password_hash: current, username, email } = user;
      const right = await passwords.verify(currentPassword, current ?? undefined);
      if (!right || current === null) throw wrongCurrent();
      refuseGuessable(newPassword, 'newPassword', [username, email ?? username]);
      const passwordHash = await passwords.hash(newPassword);
      const { ended, events } = await inTransaction(db, async (trx) => {
        // Whoever reset it by mail meanwhile has the last word.
        if (!(await replacePasswordHash(trx, userId, current, passwordHash))) throw wrongCurrent();
        const others = await endSessions(trx, userId, sessionId);
        const changed: AuditEvent = {
          kind: 'password-changed',
          actorId: userId,
          subjectId: userId,
          sessionId,
        };
        const told = [changed, ...sessionsEnded(userId, others)];
        await audit.store(trx, ...told);
        return { ended: others, events: told };
      });
      audit.tell(...events);
      sessions.announceEnd(ended);
    },

    async deleteAccount({ userId }, { password }) {
      const user = known(await findUser(db, userId));
      // Who came from another system has none to prove, and is let in by that system.
      const mustProve = user.password_hash !== null;
      const proved = await passwords.verify(password ?? '', user.password_hash ?? undefined);
      if (mustProve && !proved) {
        throw new ParleyError('WRONG_CREDENTIALS', 'unable to delete the account; the password is wrong');
      }
      sessions.announceEnd(await deletions.begin(userId));
    },

    async exportData(client, viewer) {
      await audit.record(db, {
        ...{ kind: 'data-exported', actorId: viewer.userId, subjectId: viewer.userId },
        ...{ sessionId: viewer.sessionId, address: client.address },
      });
      return exportData(db, viewer, () => sessions.check(viewer.sessionId));
    },

    async setOnlineStatus({ userId }, { isOnline }) {
      const self = selfOf(known(await setOnline(db, userId, isOnline ? onlineMs : null)));
      publishPresence(bus, [userId]);
      return self;
    },
  };
}

/** Says nothing of what was typed. */
function signInFailed({ address }: ClientInfo, reason: string, subjectId: string | undefined): AuditEvent {
  const event: AuditEvent = { kind: 'sign-in-failed', address, details: { reason } };
  return subjectId === undefined ? event : { ...event, subjectId };
}

function known(user: UserRow | undefined): UserRow {
  if (user === undefined) throw new ParleyError('UNAUTHENTICATED', 'unable to go on; the account is gone');
  return user;
}

function wrongCredentials(): ParleyError {
  return new ParleyError('WRONG_CREDENTIALS', 'unable to sign in; the name or the password is wrong');
}

function wrongCurrent(): ParleyError {
  return new ParleyError('WRONG_CREDENTIALS', 'unable to change the password; the current one is wrong');
}
