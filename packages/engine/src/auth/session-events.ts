import type { AuditEvent } from '../audit/events.ts';

/** What is kept of sessions that their owner ended. */
export function sessionsEnded(userId: string, sessionIds: readonly string[], address?: string): AuditEvent[] {
  return sessionIds.map((sessionId) => ({
    kind: 'session-ended',
    actorId: userId,
    subjectId: userId,
    sessionId,
    ...(address === undefined ? {} : { address }),
  }));
}
