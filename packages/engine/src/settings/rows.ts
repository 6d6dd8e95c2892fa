import type { ConversationSettings } from '@parley/contract';
import type { Selectable } from 'kysely';
import type { ConversationSettingsTable } from '../db/tables.ts';

/** A row as it comes, or as JSON has it. */
export type SettingsRow = {
  [
    K in keyof Selectable<ConversationSettingsTable>
  ]: Selectable<ConversationSettingsTable>[K] extends Date | null
    ? Date | string | null
    : Selectable<ConversationSettingsTable>[K];
};

export function settingsOf(row: SettingsRow): ConversationSettings {
  const { unread_position: position, unread_ordinal: ordinal, unread_sent: sent } = row;
  return {
    inboxSeq: row.inbox_seq,
    mutedUntil: timeOf(row.muted_until),
    archived: row.archived,
    pinnedAt: timeOf(row.pinned_at),
    hiddenOrdinal: row.hidden_ordinal,
    unreadFrom: position === null || ordinal === null || sent === null ? null : { position, ordinal, sent },
  };
}

/** What is stored of settings; of a mark as unread also the `inbox_seq` at which it was made. */
export function settingsColumns(
  settings: Omit<ConversationSettings, 'inboxSeq'>,
  markedAt: number | null,
): Omit<Selectable<ConversationSettingsTable>, 'conversation_id' | 'user_id' | 'inbox_seq'> {
  const { mutedUntil, archived, pinnedAt, hiddenOrdinal, unreadFrom } = settings;
  return {
    muted_until: mutedUntil === null ? null : new Date(mutedUntil),
    archived,
    pinned_at: pinnedAt === null ? null : new Date(pinnedAt),
    hidden_ordinal: hiddenOrdinal,
    unread_position: unreadFrom?.position ?? null,
    unread_ordinal: unreadFrom?.ordinal ?? null,
    unread_sent: unreadFrom?.sent ?? null,
    unread_inbox_seq: unreadFrom === null ? null : markedAt,
  };
}

function timeOf(time: Date | string | null): string | null {
  return time === null ? null : new Date(time).toISOString();
}
