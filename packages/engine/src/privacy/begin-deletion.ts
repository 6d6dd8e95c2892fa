import { randomBytes } from 'node:crypto';
import type { AuditEvent } from '../audit/events.ts';
import type { Locking } from '../db/database.ts';
import { insertAuditEvents } from '../audit/queries.ts';
import { deleteAllSaved } from '../saved/queries.ts';
import {
  type DeletedMessages,
  lockAccount,
  stripAccount,
  stripAudit,
  stripIdentities,
  stripPresence,
  stripSessions,
} from './queries.ts';

/** What a deletion did at once: which sessions it ended, and what is to be told of it; null when there was nothing to do. */
export interface Begun {
  readonly endedSessions: readonly string[];
  readonly event: AuditEvent;
}

/**
 * The first step of a deletion, after which nothing names the person any more and nobody can act as them. What else holds
 * something about a person, by their id, is to be stripped here.
 * @param actorId who deletes it: the person, or undefined for an operator
 */
export async function beginDeletion(
  trx: Locking,
  userId: string,
  messages: DeletedMessages,
  actorId?: string,
): Promise<Begun | null> {
  const account = await lockAccount(trx, userId);
  if (account === undefined || account.deleted_at !== null) return null;
  // Not made of the id, which others know: they could have taken the name before.
  await stripAccount(trx, userId, `deleted-${randomBytes(6).toString('hex')}`, messages);
  const endedSessions = await stripSessions(trx, userId);
  await stripIdentities(trx, userId);
  await stripPresence(trx, userId);
  await deleteAllSaved(trx, userId);
  await stripAudit(trx, userId);
  const event: AuditEvent = {
    kind: 'account-deleted',
    ...(actorId === undefined ? {} : { actorId }),
    subjectId: userId,
    details: { messages },
  };
  await insertAuditEvents(trx, [event]);
  return { endedSessions, event };
}
