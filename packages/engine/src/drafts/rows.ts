import type { Draft } from '@parley/contract';
import type { Selectable } from 'kysely';
import type { DraftsTable } from '../db/tables.ts';

/** A row as it comes, or as JSON has it. */
export type DraftRow = Omit<Selectable<DraftsTable>, 'updated_at'> & { readonly updated_at: Date | string };

export function draftOf(row: DraftRow): Draft {
  return {
    conversationId: row.conversation_id,
    text: row.content,
    ...(row.reply_to !== null && { replyTo: row.reply_to }),
    inboxSeq: row.inbox_seq,
    updatedAt: new Date(row.updated_at).toISOString(),
  };
}
