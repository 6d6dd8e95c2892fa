import { newId } from '@parley/contract';
import type { Database } from '../db/database.ts';
import type { AuditEvent } from './events.ts';

export async function insertAuditEvents(db: Database, events: readonly AuditEvent[]): Promise<void> {
  if (events.length === 0) return;
  const rows = events.map((event) => ({
    id: newId(),
    kind: event.kind,
    actor_id: event.actorId ?? null,
    subject_id: event.subjectId ?? null,
    conversation_id: event.conversationId ?? null,
    session_id: event.sessionId ?? null,
    key_id: event.keyId ?? null,
    address: event.address ?? null,
    details: event.details ?? null,
  }));
  await db.insertInto('audit_events').values(rows).execute();
}
