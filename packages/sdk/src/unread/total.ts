import { isHidden, isMuted, unreadOf, type UnreadTotal } from '@parley/contract';
import type { Entry } from '../sync/state.ts';

/**
 * What is unread in all conversations that are neither muted, archived nor hidden, and when that changes by itself: the next
 * time at which one is not muted any more, Infinity for never.
 * @param now in ms since the epoch
 */
export function totalUnread(
  entries: Iterable<Pick<Entry, 'read' | 'settings'>>,
  now: number,
): { readonly total: UnreadTotal; readonly until: number } {
  let [conversations, messages, until] = [0, 0, Infinity];
  for (const { read, settings } of entries) {
    if (settings?.archived === true || isHidden(settings, read)) continue;
    if (isMuted(settings, now)) {
      until = Math.min(until, Date.parse(settings?.mutedUntil ?? ''));
      continue;
    }
    const unread = unreadOf(read, settings?.unreadFrom);
    if (unread > 0) conversations += 1;
    messages += unread;
  }
  return { total: { conversations, messages }, until };
}
