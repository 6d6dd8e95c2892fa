import { type AuthService, ParleyError, type SessionInfo } from '@parley/contract';
import type { Selectable } from 'kysely';
import type { Database } from '../db/database.ts';
import type { SessionsTable } from '../db/tables.ts';
import { inTransaction } from '../db/transaction.ts';
import type { AuthParts } from './parts.ts';
import { endSession, endSessions, listSessions } from './queries.ts';
import { sessionsEnded } from './session-events.ts';

/** More than a person has devices. */
const mostListed = 100;

type OwnSessions = Pick<AuthService, 'sessions' | 'endSession' | 'endOtherSessions' | 'logout'>;

/** What people do with their sessions. */
export function ownSessions({ db, sessions, audit }: AuthParts): OwnSessions {
  /** Ends sessions with a line each in the audit log, then tells every process. */
  const end = async (userId: string, work: (trx: Database) => Promise<string[]>): Promise<string[]> => {
    const ended = await inTransaction(db, async (trx) => {
      const ids = await work(trx);
      await audit.store(trx, ...sessionsEnded(userId, ids));
      return ids;
    });
    audit.tell(...sessionsEnded(userId, ended));
    sessions.announceEnd(ended);
    return ended;
  };
  const endOne = (userId: string, sessionId: string): Promise<string[]> =>
    end(userId, async (trx) => ((await endSession(trx, userId, sessionId)) ? [sessionId] : []));
  return {
    async logout({ userId, sessionId }) {
      await endOne(userId, sessionId);
    },

    async sessions({ userId, sessionId }) {
      const rows = await listSessions(db, userId, mostListed);
      return rows.map((row) => sessionOf(row, sessionId));
    },

    async endSession({ userId }, { sessionId }) {
      const ended = await endOne(userId, sessionId);
      if (ended.length === 0) {
        throw new ParleyError('NOT_FOUND', 'unable to end the session; you have no such session');
      }
    },

    async endOtherSessions({ userId, sessionId }) {
      await end(userId, (trx) => endSessions(trx, userId, sessionId));
    },
  };
}

function sessionOf(row: Selectable<SessionsTable>, currentId: string): SessionInfo {
  return {
    id: row.id,
    device: row.device,
    address: row.address,
    createdAt: row.created_at.toISOString(),
    lastUsedAt: row.last_used_at.toISOString(),
    expiresAt: row.expires_at.toISOString(),
    current: row.id === currentId,
  };
}
