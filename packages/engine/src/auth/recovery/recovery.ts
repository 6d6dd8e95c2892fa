import { type AuthService, ParleyError } from '@parley/contract';
import type { AuditEvent } from '../../audit/events.ts';
import { inTransaction } from '../../db/transaction.ts';
import type { AuthParts } from '../parts.ts';
import { refuseGuessable } from '../password-policy.ts';
import { endSessions, findAccount, findUser } from '../queries.ts';
import { sessionsEnded } from '../session-events.ts';
import { secretTokenHash } from '../tokens.ts';
import { reachable, writePasswordReset, writeVerification } from './mailed-token.ts';
import { findMailedToken, markEmailVerified, resetPasswordHash, takeMailedToken } from './queries.ts';

type Recovery = Pick<
  AuthService,
  'requestPasswordReset' | 'resetPassword' | 'requestEmailVerification' | 'verifyEmail'
>;

/** What is done by mail. Whether there is an account is looked at after the answer. */
export function recovery({ db, passwords, sessions, audit, post }: AuthParts): Recovery {
  return {
    async requestPasswordReset({ address }, { email }) {
      post.later(async (publicUrl) => {
        const user = reachable(await findAccount(db, email));
        if (user === null) return null;
        const letter = await writePasswordReset(db, user, publicUrl);
        await audit.record(db, { kind: 'password-reset-asked', subjectId: user.id, address });
        return letter;
      });
    },

    async resetPassword({ address }, { token, newPassword }) {
      const hash = secretTokenHash(token);
      // Before the password is hashed: that costs too much to be had for any token.
      const userId = await findMailedToken(db, 'password-reset', hash);
      const user = userId === undefined ? undefined : await findUser(db, userId);
      if (user === undefined) throw voidToken('reset the password');
      refuseGuessable(newPassword, 'newPassword', [user.username, user.email ?? user.username]);
      const passwordHash = await passwords.hash(newPassword);
      const { ended, events } = await inTransaction(db, async (trx) => {
        const found = await resetPasswordHash(trx, user.id, passwordHash);
        const taken = found ? await takeMailedToken(trx, 'password-reset', hash) : undefined;
        if (taken === undefined) throw voidToken('reset the password');
        const all = await endSessions(trx, user.id, null);
        const reset: AuditEvent = { kind: 'password-reset', actorId: user.id, subjectId: user.id, address };
        const told = [reset, ...sessionsEnded(user.id, all, address)];
        await audit.store(trx, ...told);
        return { ended: all, events: told };
      });
      audit.tell(...events);
      sessions.announceEnd(ended);
    },

    async requestEmailVerification(_client, { email }) {
      post.later(async (publicUrl) => {
        const found = await findAccount(db, email);
        const user = reachable(found);
        return user === null || found?.email_verified_at != null
          ? null
          : writeVerification(db, user, publicUrl);
      });
    },

    async verifyEmail({ address }, { token }) {
      const hash = secretTokenHash(token);
      const userId = await findMailedToken(db, 'email-verification', hash);
      if (userId === undefined) throw voidToken('verify the e-mail address');
      const event: AuditEvent = { kind: 'email-verified', actorId: userId, subjectId: userId, address };
      await inTransaction(db, async (trx) => {
        await markEmailVerified(trx, userId);
        const taken = await takeMailedToken(trx, 'email-verification', hash);
        if (taken === undefined) throw voidToken('verify the e-mail address');
        await audit.store(trx, event);
      });
      audit.tell(event);
    },
  };
}

function voidToken(task: string): ParleyError {
  return new ParleyError('INVALID_INPUT', `unable to ${task}; the token was used, is too old or is none`, {
    fields: [{ path: 'token', message: 'must be the token of the latest mail, and not used before' }],
  });
}
