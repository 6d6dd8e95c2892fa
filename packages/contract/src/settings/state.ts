import type { ReadState } from '../conversations/schema.ts';
import type { ConversationSettings } from './schema.ts';

/** What `mutedUntil` is for a conversation that is muted until it is said otherwise. */
export const forEver = '9999-12-31T23:59:59.999Z';

/** Settings nobody has changed. */
export const defaultSettings: Omit<ConversationSettings, 'inboxSeq'> = {
  mutedUntil: null,
  archived: false,
  pinnedAt: null,
  hiddenOrdinal: null,
  unreadFrom: null,
};

/** Whether all settings are as at first, and are left out wherever they would stand. */
export function areDefault(settings: ConversationSettings): boolean {
  const { mutedUntil, archived, pinnedAt, hiddenOrdinal, unreadFrom } = settings;
  return !archived && [mutedUntil, pinnedAt, hiddenOrdinal, unreadFrom].every((value) => value === null);
}

/** The newer of the two. */
export function newerSettings(
  a: ConversationSettings | null,
  b: ConversationSettings | null,
): ConversationSettings | null {
  if (a === null || b === null) return a ?? b;
  return b.inboxSeq > a.inboxSeq ? b : a;
}

/** @param now in ms since the epoch */
export function isMuted(settings: ConversationSettings | null | undefined, now: number): boolean {
  return settings?.mutedUntil != null && Date.parse(settings.mutedUntil) > now;
}

/** Whether nothing has been written since the conversation was hidden. */
export function isHidden(
  settings: ConversationSettings | null | undefined,
  { lastOrdinal }: Pick<ReadState, 'lastOrdinal'>,
): boolean {
  return settings?.hiddenOrdinal != null && lastOrdinal <= settings.hiddenOrdinal;
}
