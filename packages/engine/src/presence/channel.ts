import type { Bus } from '../bus/bus.ts';

const prefix = 'p:';

export function presenceChannel(userId: string): string {
  return prefix + userId;
}

export function personOf(channel: string): string {
  return channel.slice(prefix.length);
}

/** Says that it may have changed whether people are there: whoever watches them looks. Call it after the commit. */
export function publishPresence(bus: Bus, userIds: Iterable<string>): void {
  for (const userId of userIds) bus.whisper(presenceChannel(userId), '');
}
