import type { SettingsService, SettingsSet } from '@parley/contract';
import type { Bus } from '../bus/bus.ts';
import type { Database } from '../db/database.ts';
import { changeSettings, type Settings, type SettingsBefore } from './change.ts';

export function settingsService(db: Database, bus: Bus): SettingsService {
  return {
    set: (viewer, input) =>
      changeSettings(db, bus, viewer, input.conversationId, (before) => settingsAfter(before, input)),
  };
}

/** What is pinned is in the list: neither archived nor hidden. */
function settingsAfter({ settings, at, conversation }: SettingsBefore, input: SettingsSet): Settings {
  const { mutedUntil, archived, pinned, hidden } = input;
  const next = { ...settings };
  if (mutedUntil !== undefined)
    next.mutedUntil = mutedUntil === null ? null : new Date(mutedUntil).toISOString();
  if (archived !== undefined) next.archived = archived;
  if (hidden !== undefined) next.hiddenOrdinal = hidden ? conversation.last_ordinal : null;
  if (archived === true || hidden === true || pinned === false) next.pinnedAt = null;
  if (pinned !== true) return next;
  return { ...next, archived: false, hiddenOrdinal: null, pinnedAt: settings.pinnedAt ?? at.toISOString() };
}
