import { areDefault, type ConversationSettings, type Head, type InboxEvent } from '@parley/contract';
import { type DraftRow, draftOf } from '../drafts/rows.ts';
import { type SettingsRow, settingsOf } from '../settings/rows.ts';

/** What nobody but a person has of their conversations: settings, and when a draft last changed. Most have none. */
export class OwnState {
  #settings: Map<string, ConversationSettings> | null = null;
  #draftsSeq: number | null = null;

  /** The `inbox_seq` at which a draft last changed; null when there has been none. */
  get draftsSeq(): number | null {
    return this.#draftsSeq;
  }

  begin(settings: readonly SettingsRow[], draftsSeq: number | null): void {
    this.#settings = null;
    this.#draftsSeq = draftsSeq;
    for (const row of settings) this.#take(row);
  }

  /** Takes in what changed, and gives what there is to tell of it. */
  changed(epoch: string, settings: readonly SettingsRow[], drafts: readonly DraftRow[]): InboxEvent[] {
    for (const { inbox_seq: seq } of drafts) this.#draftsSeq = Math.max(this.#draftsSeq ?? 0, seq);
    return [
      ...settings.map((row) => {
        const { conversation_id: conversationId } = row;
        return { type: 'settings' as const, epoch, conversationId, settings: this.#take(row) };
      }),
      ...drafts.map((row) => ({ type: 'draft' as const, epoch, draft: draftOf(row) })),
    ];
  }

  /** A head with the settings of its conversation. */
  with(head: Head): Head {
    const settings = this.#settings?.get(head.conversationId);
    return settings === undefined ? head : { ...head, settings };
  }

  lost(conversationId: string): void {
    this.#settings?.delete(conversationId);
  }

  #take(row: SettingsRow): ConversationSettings {
    const settings = settingsOf(row);
    this.#settings ??= new Map();
    if (areDefault(settings)) this.#settings.delete(row.conversation_id);
    else this.#settings.set(row.conversation_id, settings);
    return settings;
  }
}
