import { type ConversationSettings, defaultSettings, forEver } from '@parley/contract';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Alarm } from './alarm.ts';
import { totalUnread } from './total.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const read = { lastPosition: 9, lastOrdinal: 5, sent: 1, readPosition: 4, readOrdinal: 2, readSent: 0 };
const entry = (settings: Partial<ConversationSettings> | null = null) => ({
  read,
  settings: settings && { ...defaultSettings, inboxSeq: 1, ...settings },
});
const now = Date.parse('2026-01-01T00:00:00.000Z');
const soon = '2026-01-01T01:00:00.000Z';

test('the total leaves out what is muted, archived and hidden, and knows when that is over', () => {
  const marked = entry({ unreadFrom: { position: 1, ordinal: 0, sent: 0 } });
  const out = [entry({ archived: true, mutedUntil: soon }), entry({ hiddenOrdinal: 5 })];
  const muted = [entry({ mutedUntil: soon }), entry({ mutedUntil: forEver })];
  const all = [entry(), marked, entry({ hiddenOrdinal: 4 }), ...out, ...muted];
  expect(totalUnread(all, now)).toEqual({
    total: { conversations: 3, messages: 2 + 4 + 2 },
    until: Date.parse(soon),
  });
  const later = totalUnread(all, Date.parse(soon));
  expect(later).toEqual({ total: { conversations: 4, messages: 10 }, until: Date.parse(forEver) });
  expect(totalUnread([], now)).toEqual({ total: { conversations: 0, messages: 0 }, until: Infinity });
});

test('an alarm rings once when its time has come, however far it lies, and runs only while somebody listens', async () => {
  const alarm = new Alarm();
  const rung = vi.fn<() => void>();
  alarm.set(Date.now() + 1_000);
  expect(vi.getTimerCount()).toBe(0);
  const leave = alarm.subscribe(rung);
  await vi.advanceTimersByTimeAsync(999);
  expect(rung).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(1);
  expect(rung).toHaveBeenCalledTimes(1);
  expect(vi.getTimerCount()).toBe(0);
  alarm.set(Date.now() + 100 * 86_400_000);
  await vi.advanceTimersByTimeAsync(99 * 86_400_000);
  expect(rung).toHaveBeenCalledTimes(1);
  await vi.advanceTimersByTimeAsync(86_400_000);
  expect(rung).toHaveBeenCalledTimes(2);
  alarm.set(Date.now() + 1_000);
  leave();
  expect(vi.getTimerCount()).toBe(0);
});
