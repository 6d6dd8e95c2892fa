import type { Bus } from '../bus/bus.ts';
import type { ChangeEvent } from './feed.ts';

const conversationPrefix = 'c:';
const userPrefix = 'u:';

export function conversationChannel(conversationId: string): string {
  return conversationPrefix + conversationId;
}

export function conversationOf(channel: string): string {
  return channel.slice(conversationPrefix.length);
}

export function userChannel(userId: string): string {
  return userPrefix + userId;
}

/** Says that a person's `inbox_seq` moved: read what lies above the one known. */
export interface InboxHint {
  readonly userId: string;
  readonly epoch: string;
  readonly inboxSeq: number;
}

/** Announces changes of one conversation, in order of seq. Call it after the commit, never inside. */
export function publishChanges(bus: Bus, conversationId: string, events: readonly ChangeEvent[]): void {
  if (events.length > 0) bus.publish(conversationChannel(conversationId), JSON.stringify(events));
}

/** Announces that people's own rows changed. Call it after the commit, never inside. */
export function publishHints(bus: Bus, hints: readonly InboxHint[]): void {
  for (const hint of hints) bus.publish(userChannel(hint.userId), JSON.stringify(hint));
}

/** The bus carries only what `publishChanges` wrote. */
export function parseEvents(payload: string): ChangeEvent[] {
  const events: ChangeEvent[] = JSON.parse(payload);
  return events;
}

/** The bus carries only what `publishHints` wrote. */
export function parseHint(payload: string): InboxHint {
  const hint: InboxHint = JSON.parse(payload);
  return hint;
}
