import type { Bus } from '../bus/bus.ts';
import { parsePayload } from '../feeds/events.ts';

/**
 * One for everybody: who comes and goes is little to hear of, and less than a channel for each person watched would be to
 * listen to.
 */
export const presenceChannel = 'presence';

/** Says that it may have changed whether people are there: whoever watches them looks. Call it after the commit. */
export function publishPresence(bus: Bus, userIds: readonly string[]): void {
  if (userIds.length > 0) bus.whisper(presenceChannel, JSON.stringify(userIds));
}

/** Those whom a payload is about; nobody when it is not one of `publishPresence`. */
export function parsePeople(payload: string): string[] {
  const people = parsePayload(payload);
  return Array.isArray(people) ? people.filter((id) => typeof id === 'string') : [];
}
