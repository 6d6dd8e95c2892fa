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

/** The changes in a payload; none when it is not one of `publishChanges`, as another release may write another shape. */
export function parseEvents(payload: string): ChangeEvent[] {
  const events = parsePayload(payload);
  return Array.isArray(events) ? events.filter(isChangeEvent) : [];
}

/** The hint in a payload; null when it is not one of `publishHints`. */
export function parseHint(payload: string): InboxHint | null {
  const hint = parsePayload(payload);
  return isInboxHint(hint) ? hint : null;
}

/** What a payload of the bus holds; undefined when it is no JSON. */
export function parsePayload(payload: string): unknown {
  try {
    return JSON.parse(payload);
  } catch {
    return undefined;
  }
}

function isChangeEvent(value: unknown): value is ChangeEvent {
  return (
    isRecord(value) &&
    typeof value['epoch'] === 'string' &&
    typeof value['seq'] === 'number' &&
    typeof value['memberVersion'] === 'number' &&
    isRecord(value['row']) &&
    value['row']['seq'] === value['seq']
  );
}

function isInboxHint(value: unknown): value is InboxHint {
  return isRecord(value) && typeof value['epoch'] === 'string' && typeof value['inboxSeq'] === 'number';
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
