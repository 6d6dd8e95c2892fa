import { type MarkRead, type ReadState, unreadOf } from '@parley/contract';
import type { Locking } from '../db/database.ts';
import type { ConversationSettingsTable } from '../db/tables.ts';
import type { Selectable } from 'kysely';
import { findSettings, saveSettings } from '../settings/queries.ts';
import { settingsColumns, settingsOf } from '../settings/rows.ts';

type SettingsRow = Selectable<ConversationSettingsTable>;

/**
 * The mark as unread that reading up to a position moves, or takes away: one at or before it, unless it was made since the
 * reader last knew. A device that was away must not undo what was marked meanwhile.
 */
export async function markReadPast(
  trx: Locking,
  conversationId: string,
  userId: string,
  position: number,
  { settingsSeq }: MarkRead,
): Promise<SettingsRow | undefined> {
  const row = await findSettings(trx, conversationId, userId);
  if (row?.unread_position == null || row.unread_position > position) return undefined;
  return settingsSeq !== undefined && (row.unread_inbox_seq ?? 0) > settingsSeq ? undefined : row;
}

/** Moves a mark behind what was read, or takes it away when nothing of others follows. */
export async function moveMark(
  trx: Locking,
  row: SettingsRow,
  inboxSeq: number,
  read: ReadState,
  from: { readonly position: number; readonly ordinal: number; readonly sent: number },
) {
  const followed = unreadOf({ ...read, readOrdinal: from.ordinal, readSent: from.sent }) > 0;
  const settings = { ...settingsOf(row), inboxSeq, unreadFrom: followed ? from : null };
  const { conversation_id, user_id, unread_inbox_seq } = row;
  await saveSettings(trx, {
    ...{ conversation_id, user_id, inbox_seq: inboxSeq },
    ...settingsColumns(settings, unread_inbox_seq),
  });
  return settings;
}
