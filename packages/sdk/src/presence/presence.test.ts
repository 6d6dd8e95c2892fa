import type { Presence, PresenceEvent } from '@parley/contract';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { handClient, opened } from '../connection/testing/hand-client.ts';
import type { HandSocket } from '../connection/testing/hand-socket.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

const online = (userId: string): Presence => ({ userId, status: 'online', lastSeen: null });
const settle = () => vi.advanceTimersByTimeAsync(200);

/** Tells the latest `presence.watch`. */
function tell(socket: HandSocket, event: PresenceEvent): void {
  const id = socket.askedAt('presence.watch').at(-1)?.id;
  socket.say({ id, result: { type: 'data', data: event } });
}

test('all that is shown shares one subscription, and another begins before that one ends', async () => {
  const client = handClient();
  const [few, more] = [client.presence.open(['b', 'a', 'b']), client.presence.open(['b', 'c'])];
  expect(client.presence.open(['a', 'b'])).toBe(few);
  const stops = [few, more].map((set) => set.subscribe(() => {}));
  const socket = await opened();
  const watches = () => socket.askedAt('presence.watch').map(({ params }) => params?.input);
  expect(watches()).toEqual([{ userIds: ['b', 'c', 'a'] }]);
  tell(socket, { type: 'ready', presences: [online('a'), online('b')] });
  expect(few.getSnapshot()).toEqual(
    new Map([
      ['a', online('a')],
      ['b', online('b')],
    ]),
  );
  const before = few.getSnapshot();
  tell(socket, { type: 'changed', presence: online('c') });
  expect(more.getSnapshot().get('c')).toEqual(online('c'));
  // Nothing of it has changed.
  expect(few.getSnapshot()).toBe(before);

  // Fewer people are no reason to subscribe again.
  stops[1]?.();
  await vi.advanceTimersByTimeAsync(6_000);
  expect(watches()).toHaveLength(1);
  stops.push(client.presence.open(['d']).subscribe(() => {}));
  await settle();
  expect(watches().at(-1)).toEqual({ userIds: ['d', 'a', 'b'] });
  expect(socket.asked('subscription.stop')).toEqual([]);
  tell(socket, { type: 'ready', presences: [online('a')] });
  expect(socket.asked('subscription.stop')).toEqual([1]);
  expect([...few.getSnapshot().keys()]).toEqual(['a']);
  client.close();
  expect(vi.getTimerCount()).toBe(0);
});

test('those one gets acquainted with, or lets see one again, are asked for anew', async () => {
  const client = handClient();
  client.conversations.list.subscribe(() => {});
  const set = client.presence.open(['a']);
  set.subscribe(() => {});
  const socket = await opened();
  await settle();
  const watches = () => socket.askedAt('presence.watch').length;
  const inbox = (...events: unknown[]) => {
    const id = socket.askedAt('inbox.watch').at(-1)?.id;
    socket.say({ id, result: { type: 'data', data: events } });
  };
  inbox({ type: 'ready', epoch: 'e', heads: [], more: false });
  tell(socket, { type: 'ready', presences: [] });
  await settle();
  expect(watches()).toBe(1);
  inbox({ type: 'blocks' });
  await settle();
  expect(watches()).toBe(2);
  tell(socket, { type: 'ready', presences: [online('a')] });
  expect(set.getSnapshot().get('a')).toEqual(online('a'));
  const read = { receivedPosition: 0, readPosition: 0, readOrdinal: 0 };
  const head = { conversationId: 'c', lastSeq: 1, role: 'member', joinedSeq: 0, joinedPosition: 0, read };
  inbox({ type: 'gained', epoch: 'e', inboxSeq: 1, head });
  await settle();
  expect(watches()).toBe(3);
  client.close();
});

test('at most two hundred are watched: those shown last', async () => {
  const client = handClient();
  const ids = (name: string) => Array.from({ length: 150 }, (_, n) => `${name}${n}`);
  client.presence.open(ids('first-')).subscribe(() => {});
  client.presence.open(ids('last-')).subscribe(() => {});
  const socket = await opened();
  const [asked] = socket.askedAt('presence.watch');
  const input = { userIds: [...ids('last-').toSorted(), ...ids('first-').toSorted().slice(0, 50)] };
  expect(asked?.params?.input).toEqual(input);
  client.close();
});

test('a page hidden for five minutes makes nobody look, until it is shown again', async () => {
  const page = Object.assign(new EventTarget(), { visibilityState: 'visible' });
  const turn = (visibilityState: string) => {
    page.visibilityState = visibilityState;
    page.dispatchEvent(new Event('visibilitychange'));
  };
  vi.stubGlobal('document', page);
  const client = handClient();
  client.presence.open(['a']).subscribe(() => {});
  const socket = await opened();
  tell(socket, { type: 'ready', presences: [] });
  /** Waits so long, while the server gives signs of life. */
  const wait = async (seconds: number) => {
    for (let n = 0; n < seconds; n += 5) {
      await vi.advanceTimersByTimeAsync(5_000);
      socket.say('PONG');
    }
  };
  turn('hidden');
  await wait(200);
  turn('visible');
  await wait(200);
  turn('hidden');
  await wait(290);
  expect(socket.askedAt('presence.away')).toEqual([]);
  await wait(10);
  const [away] = socket.askedAt('presence.away');
  expect(away?.method).toBe('subscription');
  turn('visible');
  expect(socket.asked('subscription.stop')).toEqual([away?.id]);
  client.close();
  expect(vi.getTimerCount()).toBe(0);
});
