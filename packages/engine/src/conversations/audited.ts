import type { Audit } from '../audit/audit.ts';
import type { AuditEvent } from '../audit/events.ts';
import type { Bus } from '../bus/bus.ts';
import type { Database } from '../db/database.ts';
import { changeConversation, type ConversationChange } from './change.ts';

export interface AuditedParts {
  readonly db: Database;
  readonly bus: Bus;
  readonly audit: Audit;
}

/** Changes conversations, and keeps what the body says in the audit log, in the same transaction. */
export function auditedChanges({ db, bus, audit }: AuditedParts) {
  return async (
    conversationId: string,
    body: (change: ConversationChange) => Promise<readonly AuditEvent[]>,
  ): Promise<void> => {
    const events = await changeConversation(db, bus, conversationId, async (change) => {
      const made = await body(change);
      await audit.store(change.trx, ...made);
      return made;
    });
    audit.tell(...events);
  };
}
