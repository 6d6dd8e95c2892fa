import { limits, type UnreadMentions } from '@parley/contract';
import type { FoundMention } from './queries.ts';

/** What was found, the latest first, as it is told. Null when nothing was. */
export function unreadMentionsOf(found: readonly FoundMention[] | null | undefined): UnreadMentions | null {
  if (found == null || found.length === 0) return null;
  const latest = found.slice(0, limits.unreadMentions).toReversed();
  return { latest, more: found.length > latest.length };
}
