import { ParleyError } from '@parley/contract';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { SessionKeeper } from '../auth/session.ts';
import { WritableStore } from '../store.ts';
import { ReconnectGate } from './gate.ts';
import { Socket } from './socket.ts';
import { type ConnectionState, idleState } from './state.ts';
import { HandSocket } from './testing/hand-socket.ts';

beforeEach(() => {
  vi.useFakeTimers();
  vi.spyOn(Math, 'random').mockReturnValue(0.5);
  HandSocket.made = [];
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

const user = { id: 'ada', username: 'ada', displayName: null, avatar: null, isOnline: true, lastSeen: null };

function connect() {
  const session = new SessionKeeper({
    storage: undefined,
    name: 'here',
    refresh: () => Promise.reject(new ParleyError('UNAVAILABLE', 'unable to renew; not in this test')),
  });
  const self = {
    ...user,
    email: 'ada@example.org',
    emailVerified: false,
    lastSeenVisible: 'everybody' as const,
    appearsOffline: false,
    readReceipts: 'everybody' as const,
  };
  const credentials = (accessToken: string) => ({
    ...{ user: self, accessToken, refreshToken: 'r', expiresIn: 86_400 },
  });
  session.start(credentials('first'));
  const state = new WritableStore<ConnectionState>(idleState);
  const silent = vi.fn<() => void>();
  const socket = new Socket({
    ...{ url: 'ws://here/trpc', session, state, gate: new ReconnectGate(() => {}), onSilent: silent },
    WebSocket: HandSocket as unknown as typeof WebSocket,
    onStateLost: () => {},
    onOutdated: () => {},
  });
  const call = (ms = 15_000) => socket.call((trpc, options) => trpc.auth.me.query(undefined, options), ms);
  const events: unknown[] = [];
  const watch = () =>
    socket.trpc.inbox.watch.subscribe(undefined, {
      onData: (data) => events.push(data),
      onError: (error) => events.push(error),
      onComplete: () => events.push('completed'),
    });
  const renew = (token: string) => session.start(credentials(token));
  const end = () => {
    socket.close();
    session.close();
  };
  const ended = () => session.state.getSnapshot() === null;
  return { state, silent, ended, call, watch, events, renew, end, retryNow: socket.retryNow };
}

/** Lets what waits for nothing but promises and timers of no length go on. */
const turn = () => vi.advanceTimersByTimeAsync(0);

async function opened() {
  await turn();
  HandSocket.last.open();
  HandSocket.last.say('PONG');
  return HandSocket.last;
}

test('says who it is first, and then what waited', async () => {
  const { call, state, end } = connect();
  const answer = call();
  const socket = await opened();
  expect(socket.sent.map(({ method }) => method)).toEqual(['connectionParams', 'query']);
  expect(socket.sent[0]?.data).toEqual({ token: 'first', protocol: '1' });
  expect(state.getSnapshot().status).toBe('online');
  socket.say({ id: 1, result: { type: 'data', data: user } });
  expect(await answer).toEqual(user);
  end();
  expect(vi.getTimerCount()).toBe(0);
});

test('tells the open socket of a new token', async () => {
  const { watch, renew, end } = connect();
  watch();
  const socket = await opened();
  renew('second');
  expect(socket.sent.at(-1)).toEqual({ method: 'connectionParams', data: { token: 'second' } });
  end();
});

test('fails calls that a lost connection leaves open, and subscribes again over the next one', async () => {
  const { call, watch, events, state, end } = connect();
  watch();
  const failed = call().catch((error: unknown) => error);
  const socket = await opened();
  socket.say({ id: 1, result: { type: 'started' } });
  socket.end();
  expect(await failed).toMatchObject({ code: 'UNAVAILABLE' });
  expect(state.getSnapshot().status).toBe('offline');
  await vi.advanceTimersByTimeAsync(250);
  const next = await opened();
  expect(next).not.toBe(socket);
  expect(next.asked('subscription')).toEqual([1]);
  expect(next.asked('query')).toEqual([]);
  next.say({ id: 1, result: { type: 'data', data: ['event'] } });
  expect(events).toEqual([['event']]);
  end();
  expect(events).toEqual([['event'], 'completed']);
});

test('moves when it is asked to: the next socket is open before the one there is is left', async () => {
  const { call, watch, events, state, end } = connect();
  watch();
  const first = await opened();
  const answer = call();
  first.say({ id: 1, result: { type: 'started' } });
  first.say({ id: null, method: 'reconnect' });
  await vi.advanceTimersByTimeAsync(250);
  const second = await opened();
  expect(state.getSnapshot().status).toBe('online');
  expect(second.asked('subscription')).toEqual([1]);
  expect(first.asked('subscription.stop')).toEqual([1]);
  first.say({ id: 1, result: { type: 'data', data: ['late'] } });
  second.say({ id: 1, result: { type: 'data', data: ['event'] } });
  expect(events).toEqual([['event']]);
  expect(first.closed).toBe(false);
  first.say({ id: 2, result: { type: 'data', data: user } });
  expect(await answer).toEqual(user);
  expect(first.closed).toBe(true);
  end();
});

test('stays where it is while there is nowhere to move to', async () => {
  const { watch, state, end } = connect();
  watch();
  const first = await opened();
  first.say({ id: 1, result: { type: 'started' } });
  first.say({ id: null, method: 'reconnect' });
  await vi.advanceTimersByTimeAsync(250);
  HandSocket.last.end();
  await turn();
  expect(state.getSnapshot().status).toBe('online');
  await vi.advanceTimersByTimeAsync(5_000);
  const second = await opened();
  expect(second.asked('subscription')).toEqual([1]);
  end();
});

test('asks for a sign of life after silence, and takes a socket without one for lost', async () => {
  const { watch, state, end } = connect();
  watch();
  const socket = await opened();
  expect(socket.pings).toBe(1);
  await vi.advanceTimersByTimeAsync(20_000);
  expect(socket.pings).toBe(2);
  socket.say('PONG');
  await vi.advanceTimersByTimeAsync(20_000);
  expect(socket.pings).toBe(3);
  await vi.advanceTimersByTimeAsync(5_000);
  expect(state.getSnapshot().status).toBe('offline');
  expect(socket.closed).toBe(true);
  end();
});

test('says that nothing is heard: after three sockets, or one that was open or waited for', async () => {
  const { watch, silent, end } = connect();
  watch();
  for (let attempt = 0; attempt < 3; attempt += 1) {
    expect(silent).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1_000);
    HandSocket.last.end();
  }
  expect(silent).toHaveBeenCalledTimes(1);
  end();
  const other = connect();
  other.watch();
  await turn();
  await vi.advanceTimersByTimeAsync(10_000);
  expect(other.silent).toHaveBeenCalledTimes(1);
  other.end();
  const mute = connect();
  mute.watch();
  await turn();
  HandSocket.last.open();
  HandSocket.last.end();
  expect(mute.silent).toHaveBeenCalledTimes(1);
  mute.end();
});

test('listens to the code it is closed with, whatever else was not heard', async () => {
  const { watch, silent, ended, end } = connect();
  watch();
  await turn();
  HandSocket.last.open();
  HandSocket.last.end(4403);
  expect(ended()).toBe(true);
  expect(silent).not.toHaveBeenCalled();
  end();
});

test('comes back later when the server is over its limits', async () => {
  const { watch, end } = connect();
  watch();
  const socket = await opened();
  socket.say({ id: 1, result: { type: 'started' } });
  socket.end(4429);
  // Half of what the sixth attempt may wait.
  await vi.advanceTimersByTimeAsync(3_999);
  expect(HandSocket.last).toBe(socket);
  await vi.advanceTimersByTimeAsync(1);
  expect(HandSocket.last).not.toBe(socket);
  end();
});

test('comes back no sooner than it was told before the close', async () => {
  const { watch, end } = connect();
  watch();
  const socket = await opened();
  socket.say({ id: 1, result: { type: 'started' } });
  const data = { reason: 'LIMITED', retryAfterMs: 30_000 };
  socket.say({ id: null, error: { message: 'unable to go on; too many', code: -32029, data } });
  socket.end(4429);
  await vi.advanceTimersByTimeAsync(33_999);
  expect(HandSocket.last).toBe(socket);
  await vi.advanceTimersByTimeAsync(1);
  expect(HandSocket.last).not.toBe(socket);
  end();
});

test('takes what cannot be read for the end of a connection', async () => {
  const { watch, state, end } = connect();
  watch();
  const socket = await opened();
  socket.say('<html>');
  expect(state.getSnapshot().status).toBe('offline');
  end();
});

test('closes when nobody needs it, and opens again at once when somebody does', async () => {
  const { call, state, end } = connect();
  const answer = call();
  const socket = await opened();
  socket.say({ id: 1, result: { type: 'data', data: user } });
  await answer;
  await vi.advanceTimersByTimeAsync(30_000);
  expect(socket.closed).toBe(true);
  expect(state.getSnapshot().status).toBe('idle');
  const again = call();
  const next = await opened();
  next.say({ id: 2, result: { type: 'data', data: user } });
  expect(await again).toEqual(user);
  end();
});

test('can connect later when a call was given up while it was connecting', async () => {
  const { call, end } = connect();
  const given = call(1_000).catch((error: unknown) => error);
  await vi.advanceTimersByTimeAsync(8_000);
  expect(await given).toMatchObject({ code: 'UNAVAILABLE' });
  // Longer than an idle connection is kept, were one open.
  HandSocket.last.end();
  await vi.advanceTimersByTimeAsync(30_000);
  const answer = call();
  const socket = await opened();
  // What was given up is not asked any more.
  expect(socket.asked('query')).toEqual([2]);
  socket.say({ id: 2, result: { type: 'data', data: user } });
  expect(await answer).toEqual(user);
  end();
});
