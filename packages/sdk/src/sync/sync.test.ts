import type { Frame, InboxEvent } from '@parley/contract';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type CacheRecord, keptEntries, recordOf, restoredFrom } from '../cache/record.ts';
import { shownStretch } from './stretches.ts';
import type { SyncEffect } from './state.ts';
import { TestClient } from './testing/client.ts';
import { model, ModelConversation, rootId } from './testing/model-conversation.ts';

const { id: conversationId, epoch } = model;

function framed(frame: Frame): InboxEvent {
  return { type: 'frame', frame };
}
const overrun = (at: number): InboxEvent => framed({ conversationId, epoch, from: at, to: at, rows: [] });

/** A client that is connected and has loaded all there is. */
function following({
  open,
  members = false,
  thread = false,
}: {
  open: boolean;
  members?: boolean;
  thread?: boolean;
}): {
  client: TestClient;
  server: ModelConversation;
} {
  const server = new ModelConversation();
  // So that there are two pages of them.
  if (members) server.change('join');
  const client = new TestClient(server);
  if (open) client.step({ type: 'open', conversationId });
  if (members) client.step({ type: 'open-members', conversationId });
  if (thread) client.step({ type: 'open-thread', conversationId, rootId });
  client.connect();
  client.settle();
  return { client, server };
}

/** Takes the one call that was asked for out of the client's hands; it asks for changes. */
function takeAsked(client: TestClient): Extract<SyncEffect, { type: 'fetch-changes' }> {
  const [asked] = client.asked.splice(0);
  if (asked?.type !== 'fetch-changes') throw new Error('changes were to be asked for');
  return asked;
}

type Step =
  | { do: 'change'; what: Parameters<ModelConversation['change']>[0] }
  | { do: 'merge frames' }
  | { do: 'deliver'; of: number[] }
  | { do: 'serve' }
  | { do: 'receive'; which: number }
  | { do: 'fail' }
  | { do: 'older' }
  | { do: 'older replies' }
  | { do: 'reopen thread' }
  | { do: 'newer' }
  | { do: 'jump'; to: number }
  | { do: 'to end' }
  | { do: 'trim' }
  | { do: 'keep around'; at: number }
  | { do: 'reopen' }
  | { do: 'more members' }
  | { do: 'reopen members' }
  | { do: 'stop' }
  | { do: 'keep' }
  | { do: 'reload' }
  | { do: 'reconnect' };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('change' as const),
      what: fc.constantFrom(
        ...(['theirs', 'mine', 'mention', 'mention', 'to all', 'mine to all', 'unmention'] as const),
        ...([
          'reply',
          'own reply',
          'edit',
          'edit early',
          'delete',
          'rename',
          'join',
          'leave',
          'promote',
          'read',
          'archive',
        ] as const),
        ...(['pin', 'hide', 'mute', 'mark unread', 'as at first'] as const),
      ),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('deliver' as const),
      of: fc.array(fc.nat(30), { minLength: 1, maxLength: 5 }),
    }),
  },
  { weight: 3, arbitrary: fc.constant<Step>({ do: 'serve' }) },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant('receive' as const), which: fc.nat(3) }),
  },
  fc.record({ do: fc.constant('jump' as const), to: fc.integer({ min: 1, max: 30 }) }),
  fc.record({ do: fc.constant('keep around' as const), at: fc.integer({ min: 1, max: 30 }) }),
  fc.constantFrom<Step>(
    { do: 'merge frames' },
    { do: 'fail' },
    { do: 'older' },
    { do: 'older replies' },
    { do: 'reopen thread' },
    { do: 'newer' },
    { do: 'to end' },
    { do: 'trim' },
    { do: 'reopen' },
    { do: 'more members' },
    { do: 'reopen members' },
    { do: 'stop' },
    { do: 'keep' },
    { do: 'reload' },
    { do: 'reconnect' },
  ),
);

/** Fails the first call asked. */
function fail(client: TestClient): void {
  const effect = client.asked[0];
  if (effect === undefined || effect.type === 'pause' || effect.type === 'resubscribe') return;
  client.asked.shift();
  if (effect.type === 'fetch-list') client.step({ type: 'list-failed', generation: effect.generation });
  else if (effect.type === 'fetch-thread')
    client.step({ type: 'thread-failed', conversationId, rootId, call: effect.call, final: false });
  else {
    const type = failures[effect.type];
    client.step({ type, conversationId, call: effect.call, final: false });
  }
}

const failures = {
  'fetch-page': 'page-failed',
  'fetch-members': 'members-failed',
  'fetch-conversation': 'call-failed',
  'fetch-changes': 'call-failed',
} as const;

function keptBy({ state }: TestClient): [string, CacheRecord][] {
  return [...keptEntries(state)].map(([id, entry]) => [id, recordOf(entry, epoch, 0)]);
}

/** A client beside a server; in the end it is connected once more, and everything it asks is answered. */
function play(
  steps: readonly Step[],
  { open, members, thread }: { open: boolean; members: boolean; thread: boolean },
): { client: TestClient; server: ModelConversation } {
  const { client, server } = following({ open, members, thread });
  const events: InboxEvent[] = [];
  const seen = new Map<number, number>();
  let kept = keptBy(client);
  for (const now of steps) {
    if (now.do === 'change') events.push(server.change(now.what));
    else if (now.do === 'merge frames') events.push(framed(server.frameSince(0)));
    else if (now.do === 'deliver')
      client.inbox(...now.of.flatMap((index) => events[index % Math.max(1, events.length)] ?? []));
    else if (now.do === 'serve') client.serve();
    else if (now.do === 'receive') client.receive(now.which % Math.max(1, client.answers.length));
    else if (now.do === 'fail') fail(client);
    else if (now.do === 'older' || now.do === 'newer') client.step({ type: now.do, conversationId });
    else if (now.do === 'to end') client.step({ type: 'to-end', conversationId });
    else if (now.do === 'jump') client.step({ type: 'jump', conversationId, position: now.to });
    else if (now.do === 'trim') {
      client.step({ type: 'trim', conversationId, count: 3 });
      seen.clear();
    } else if (now.do === 'keep around') {
      client.step({ type: 'keep', conversationId, position: now.at, count: 2 });
      seen.clear();
    } else if (now.do === 'older replies') client.step({ type: 'older-replies', conversationId, rootId });
    else if (thread && now.do === 'reopen thread') {
      client.step({ type: 'close-thread', conversationId, rootId });
      client.step({ type: 'open-thread', conversationId, rootId });
    } else if (now.do === 'reconnect') client.connect();
    else if (now.do === 'stop') client.step({ type: 'stopped' });
    else if (now.do === 'keep') kept = client.state.cached ? kept : keptBy(client);
    else if (now.do === 'reload') {
      client.reload(restoredFrom(kept));
      if (open) client.step({ type: 'open', conversationId });
      if (members) client.step({ type: 'open-members', conversationId });
      if (thread) client.step({ type: 'open-thread', conversationId, rootId });
      seen.clear();
    } else if (now.do === 'more members') client.step({ type: 'more-members', conversationId });
    else if (members && now.do === 'reopen members') {
      client.step({ type: 'close-members', conversationId });
      client.step({ type: 'open-members', conversationId });
    } else if (open && now.do === 'reopen') {
      client.step({ type: 'close', conversationId });
      client.step({ type: 'open', conversationId });
      seen.clear();
    }
    check(client, server, seen);
  }
  client.connect();
  client.settle();
  loadAll(client, 'newer');
  loadAll(client, 'older');
  while (client.entry?.threads.get(rootId)?.replies.hasOlder === true) {
    client.step({ type: 'older-replies', conversationId, rootId });
    client.settle();
  }
  for (let more = members; more; more = client.entry?.roster?.upTo !== null) {
    client.step({ type: 'more-members', conversationId });
    client.settle();
  }
  return { client, server };
}

/** Loads page after page in one direction. @throws Error when that does not end */
function loadAll(client: TestClient, type: 'older' | 'newer'): void {
  for (let pages = 0; ; pages += 1) {
    const stretch = client.entry === undefined ? null : shownStretch(client.entry);
    if (stretch === null || !(type === 'older' ? stretch.hasOlder : stretch.hasNewer)) return;
    if (pages === 100) throw new Error(`there are ${type} messages without end`);
    client.step({ type, conversationId });
    client.settle();
  }
}

/** What is shown is a stretch without holes or doubles, each row known to the server, none going back in time. */
function check(client: TestClient, server: ModelConversation, seen: Map<number, number>): void {
  const { messages } = client;
  messages.forEach((message, index) => {
    expect(message.position).toBe((messages[0]?.position ?? 0) + index);
    const stored = server.messages[message.position - 1];
    expect(message.seq).toBeLessThanOrEqual(stored?.seq ?? 0);
    expect(message.seq).toBeGreaterThanOrEqual(seen.get(message.position) ?? 0);
    seen.set(message.position, message.seq);
  });
}

describe('a client', () => {
  test.each([
    { open: false, members: false, thread: false },
    { open: true, members: false, thread: false },
    { open: false, members: true, thread: false },
    { open: true, members: true, thread: false },
    { open: false, members: false, thread: true },
    { open: true, members: true, thread: true },
  ])(
    'equals a fresh fetch, in whatever order and however often frames and answers come ($open, $members, $thread)',
    ({ open, members, thread }) => {
      fc.assert(
        fc.property(fc.array(step, { maxLength: 50 }), (steps) => {
          const { client, server } = play(steps, { open, members, thread });
          expect(client.conversation).toEqual(server.get());
          expect(client.messages).toEqual(open ? server.messages : []);
          expect(client.members).toMatchObject(members ? server.members : []);
          const [root = null] = server.messages;
          const all = { root, replies: server.replies };
          expect(client.thread).toEqual(thread ? all : undefined);
        }),
        { numRuns: 1_500 },
      );
    },
  );

  test('takes frames in without asking when they follow', () => {
    const { client, server } = following({ open: true });
    const changes = (['mine', 'read', 'theirs', 'rename', 'join', 'edit', 'theirs'] as const).map((change) =>
      server.change(change),
    );
    client.inbox(...changes);
    expect(client.asked).toEqual([]);
    expect(client.conversation).toEqual(server.get());
    expect(client.messages).toEqual(server.messages);
    expect(client.conversation?.unread).toBe(2);
  });

  test('asks once for what is missing, and holds frames meanwhile', () => {
    const { client, server } = following({ open: true });
    server.change('theirs');
    client.inbox(server.change('theirs'));
    expect(client.asked.map(({ type }) => type)).toEqual(['fetch-changes']);
    client.serve();
    client.inbox(server.change('theirs'));
    expect(client.messages).toEqual([]);
    expect(client.asked).toEqual([]);
    client.receive();
    expect(client.messages).toEqual(server.messages);
    expect(client.conversation).toEqual(server.get());
  });

  test('asks for page after page until there is no more', () => {
    const { client, server } = following({ open: true });
    for (let sent = 0; sent < 10; sent += 1) server.change('theirs');
    client.connect();
    client.settle();
    expect(client.messages).toEqual(server.messages);
    expect(client.conversation).toEqual(server.get());
  });

  test('shows a message edited since in its place, never after later ones', () => {
    const { client, server } = following({ open: true });
    for (let sent = 0; sent < 3; sent += 1) server.change('theirs');
    server.change('edit');
    server.change('theirs');
    server.change('theirs');
    client.connect();
    client.step({ type: 'list-failed', generation: client.state.generation });
    client.asked.shift();
    client.serve();
    client.receive();
    // The page holds 1, 2 and 4: 3 was edited, so that it comes with a later seq.
    expect(client.messages.map(({ position }) => position)).toEqual([1, 2, 3]);
    client.settle();
    expect(client.messages).toEqual(server.messages);
  });

  test('asks for the number of members when a frame does not tell it', () => {
    const { client, server } = following({ open: false });
    const { lastSeq } = server.head();
    server.change('join');
    server.change('promote');
    client.inbox(framed(server.frameSince(lastSeq)));
    expect(client.asked.map(({ type }) => type)).toEqual(['fetch-conversation']);
    client.settle();
    expect(client.conversation).toEqual(server.get());
  });

  test('asks for what a frame without rows points to', () => {
    const { client, server } = following({ open: true });
    server.change('theirs');
    client.inbox(overrun(server.head().lastSeq));
    expect(client.asked.map(({ type }) => type)).toEqual(['fetch-changes']);
    client.settle();
    expect(client.messages).toEqual(server.messages);
  });

  test('does not forget how far there is to go when it drops frames', () => {
    const { client, server } = following({ open: true });
    server.change('theirs');
    client.inbox(server.change('theirs'));
    const first = takeAsked(client);
    const frames = Array.from({ length: 150 }, () => server.change('theirs'));
    client.inbox(...frames);
    expect(client.entry?.frames.length).toBeLessThan(150);
    client.asked.push(first);
    client.settle();
    expect(client.messages).toEqual(server.messages);
  });

  test('shows a conversation that had not been loaded as soon as something happens in it', () => {
    const server = new ModelConversation();
    const client = new TestClient(server);
    client.connect();
    client.step({ type: 'listed', generation: client.state.generation, conversations: [] });
    client.asked = [];
    client.inbox(server.change('theirs'));
    expect(client.asked.map(({ type }) => type)).toEqual(['fetch-conversation']);
  });

  test('catches up with a page of members that is older than what is being asked for', () => {
    const server = new ModelConversation();
    const client = new TestClient(server);
    client.step({ type: 'open', conversationId });
    client.step({ type: 'open-members', conversationId });
    client.connect();
    const [list, page, members] = client.asked.splice(0);
    if (list === undefined || page === undefined || members === undefined)
      throw new Error('three were asked for');
    client.asked.push(members, list, page);
    client.serve();
    server.change('join');
    client.serve();
    client.serve();
    client.receive(1);
    client.receive(1);
    server.change('theirs');
    client.inbox(overrun(3));
    client.serve();
    // The members as they were before anything; then the changes after what was known.
    client.receive();
    client.receive();
    client.settle();
    expect(client.members).toMatchObject(server.members);
    expect(server.members).toHaveLength(2);
    expect(client.messages).toEqual(server.messages);
  });

  test('loads the latest page anew when it is too far behind', () => {
    const { client, server } = following({ open: true });
    for (let sent = 0; sent < 1_100; sent += 1) server.change('theirs');
    client.connect();
    expect(client.asked.map(({ type }) => type)).not.toContain('fetch-changes');
    client.settle();
    expect(client.messages).toEqual(server.messages.slice(-4));
  });
});

describe('what somebody jumped to', () => {
  function inLongRoom(count = 30) {
    const { client, server } = following({ open: true });
    for (let sent = 0; sent < count; sent += 1) server.change('theirs');
    client.connect();
    client.settle();
    client.step({ type: 'trim', conversationId, count: 4 });
    return { client, server };
  }
  const jump = (client: TestClient, position: number) =>
    client.step({ type: 'jump', conversationId, position });
  const positions = (client: TestClient) => client.messages.map(({ position }) => position);

  test('is shown until its pages reach the end, and then the end is', () => {
    const { client, server } = inLongRoom();
    jump(client, 19);
    client.settle();
    expect(positions(client)).toEqual([18, 19, 20, 21]);
    client.inbox(server.change('theirs'));
    client.step({ type: 'newer', conversationId });
    client.settle();
    expect(positions(client)).toEqual([18, 19, 20, 21, 22, 23, 24, 25]);
    expect(client.entry?.jump).not.toBeNull();
    client.step({ type: 'newer', conversationId });
    client.settle();
    expect(client.entry?.jump).toBeNull();
    expect(client.messages).toEqual(server.messages.slice(17));
    client.inbox(server.change('theirs'));
    expect(client.messages).toEqual(server.messages.slice(17));
  });

  test('is not asked for when it is held', () => {
    const { client } = inLongRoom();
    jump(client, 28);
    expect(client.asked).toEqual([]);
    jump(client, 10);
    client.settle();
    jump(client, 11);
    expect(client.asked).toEqual([]);
    client.step({ type: 'to-end', conversationId });
    expect(positions(client)).toEqual([27, 28, 29, 30]);
  });

  test('is kept around where one looks, and goes on from there to both sides', () => {
    const { client, server } = inLongRoom(100);
    const keep = (position: number) => client.step({ type: 'keep', conversationId, position, count: 3 });
    loadAll(client, 'older');
    keep(10);
    expect(positions(client)).toEqual([7, 8, 9, 10, 11, 12]);
    expect(client.entry?.timeline?.rows.length).toBe(50);
    client.inbox(server.change('theirs'));
    expect(positions(client)).toEqual([7, 8, 9, 10, 11, 12]);
    for (const type of ['newer', 'older'] as const) {
      client.step({ type, conversationId });
      client.settle();
    }
    expect(positions(client)).toEqual([3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16]);
    keep(15);
    expect(positions(client)).toEqual([12, 13, 14, 15, 16]);
    loadAll(client, 'newer');
    expect(client.entry?.jump).toBeNull();
    expect(client.messages).toEqual(server.messages.slice(11));
    keep(101);
    expect(client.messages).toEqual(server.messages.slice(97));
    expect(client.entry?.jump).toBeNull();
  });

  test('leaves little of the end behind, however much comes in there', () => {
    const { client, server } = inLongRoom();
    jump(client, 10);
    client.settle();
    for (let sent = 0; sent < 500; sent += 1) client.inbox(server.change('theirs'));
    expect(client.entry?.timeline?.rows.length).toBeLessThanOrEqual(150);
    client.step({ type: 'to-end', conversationId });
    expect(client.messages.length).toBeGreaterThanOrEqual(50);
    expect(client.messages).toEqual(server.messages.slice(-client.messages.length));
  });

  test('is fetched anew when it is too far behind', () => {
    const { client, server } = inLongRoom();
    jump(client, 10);
    client.settle();
    for (let edits = 0; edits < 30; edits += 1) server.change('edit early');
    for (let sent = 0; sent < 1_100; sent += 1) server.change('theirs');
    client.connect();
    client.settle();
    expect(client.messages).toEqual(server.messages.slice(8, 12));
  });

  test('goes back to the end when it cannot be fetched', () => {
    const { client } = inLongRoom();
    jump(client, 10);
    const [asked] = client.asked.splice(0);
    if (asked?.type !== 'fetch-page') throw new Error('a page was to be asked for');
    client.step({ type: 'page-failed', conversationId, call: asked.call, final: false });
    expect(positions(client)).toEqual([27, 28, 29, 30]);
    expect(client.asked).toEqual([]);
  });

  test('is brought up to date when its page is older than what is known of the conversation', () => {
    const server = new ModelConversation();
    for (let sent = 0; sent < 30; sent += 1) server.change('theirs');
    const client = new TestClient(server);
    client.connect();
    client.settle();
    client.step({ type: 'open', conversationId });
    jump(client, 10);
    const around = client.asked.filter(
      (effect) => effect.type === 'fetch-page' && effect.place.type === 'around',
    );
    const latest = client.asked.filter((effect) => !around.includes(effect));
    client.asked = around;
    client.serve();
    // Each of the messages, of which nobody tells this client.
    for (let edits = 0; edits < 30; edits += 1) server.change('edit early');
    client.inbox(overrun(server.head().lastSeq));
    const [page] = client.answers.splice(0);
    client.settle();
    if (page !== undefined) client.step(page);
    client.asked.push(...latest);
    client.settle();
    expect(client.messages).toEqual(server.messages.slice(8, 12));
  });
});

describe('membership', () => {
  const lost: InboxEvent = { type: 'lost', epoch, conversationId };

  test('gains and loses conversations, and ignores frames of those it does not hold', () => {
    const { client, server } = following({ open: true });
    client.inbox(lost, server.change('theirs'));
    expect(client.entry).toBeUndefined();
    client.inbox({ type: 'gained', epoch, head: server.head() });
    client.settle();
    expect(client.messages).toEqual(server.messages);
  });

  test('a late refusal does not drop a conversation joined again meanwhile', () => {
    const { client, server } = following({ open: true });
    server.change('theirs');
    client.inbox(server.change('theirs'));
    const asked = takeAsked(client);
    client.inbox(lost, { type: 'gained', epoch, head: server.head() });
    client.step({ type: 'call-failed', conversationId, call: asked.call, final: true });
    client.settle();
    expect(client.messages).toEqual(server.messages);
  });

  test('a refusal ends only the call: what is shown stays until the inbox says otherwise', () => {
    const { client, server } = following({ open: true });
    client.inbox(server.change('theirs'));
    server.change('theirs');
    client.inbox(server.change('theirs'));
    const asked = takeAsked(client);
    client.step({ type: 'call-failed', conversationId, call: asked.call, final: true });
    expect(client.messages.length).toBe(1);
    expect(client.asked).toEqual([]);
    client.connect();
    client.settle();
    expect(client.messages).toEqual(server.messages);
  });

  test('drops what a ready no longer has, and takes a ready in pages as one', () => {
    const { client, server } = following({ open: false });
    const elsewhere = { ...server.head(), conversationId: '00000000-0000-4000-8000-000000000002' };
    client.inbox({ type: 'ready', epoch, heads: [elsewhere], more: true });
    expect(client.conversation).toEqual(server.get());
    client.step({ type: 'subscribed' });
    client.inbox({ type: 'ready', epoch, heads: [server.head()], more: false });
    expect([...(client.state.entries?.keys() ?? [])]).toEqual([conversationId]);
    client.inbox({ type: 'ready', epoch, heads: [], more: false });
    expect(client.state.entries?.size).toBe(0);
  });

  test('begins anew under another joinedSeq where newcomers see only what follows', () => {
    const { client, server } = following({ open: true });
    server.history = 'from-joining';
    client.connect();
    client.settle();
    client.inbox(server.change('theirs'));
    server.change('theirs');
    client.inbox(server.change('theirs'));
    const asked = takeAsked(client);
    const answer = { type: 'rejoin', epoch, joinedSeq: 9 } as const;
    client.step({ type: 'changes', conversationId, call: asked.call, answer });
    expect(client.messages).toEqual([]);
    expect(client.entry?.joinedSeq).toBe(9);
  });

  test('shows a conversation made here before it is announced', () => {
    const server = new ModelConversation();
    const client = new TestClient(server);
    client.inbox({ type: 'ready', epoch, heads: [], more: false });
    client.asked = [];
    client.step({ type: 'made', conversation: server.get() });
    expect(client.conversation).toEqual(server.get());
    client.inbox({ type: 'gained', epoch, head: server.head() });
    expect(client.asked).toEqual([]);
  });
});

describe('settings', () => {
  const set = ['archive', 'pin', 'hide', 'mute', 'mark unread', 'as at first'] as const;
  /** What is set one after the other, and for each of two devices in what order it is told, each of it twice. */
  const told = fc.array(fc.constantFrom(...set), { minLength: 1, maxLength: 8 }).chain((whats) => {
    const twice = [...whats.keys(), ...whats.keys()];
    const order = fc.shuffledSubarray(twice, { minLength: twice.length });
    return fc.record({ whats: fc.constant(whats), orders: fc.tuple(order, order), early: fc.nat(8) });
  });

  test('on two devices end as a fresh ready has them, shuffled and doubled, whatever ready comes between', () => {
    const property = fc.property(told, ({ whats, orders, early }) => {
      const { client, server } = following({ open: false });
      const other = new TestClient(server);
      other.connect();
      other.settle();
      const readies = [client.ready()];
      const events = whats.map((what) => {
        const event = server.change(what);
        readies.push(client.ready());
        return event;
      });
      const fresh = new TestClient(server);
      fresh.connect();
      fresh.settle();
      for (const [device, order] of [[client, orders[0]] as const, [other, orders[1]] as const]) {
        for (const [turn, index] of order.entries()) {
          device.inbox(...events.slice(index, index + 1));
          if (turn === early) device.inbox(...readies.slice(index, index + 1));
        }
        // Nothing is asked for, and no later ready makes up for it.
        expect(device.conversation).toEqual(fresh.conversation);
        expect(device.conversation).toEqual(server.get());
      }
    });
    fc.assert(property, { numRuns: 1_000 });
  });

  test('heard before a ready that was read earlier stay, also where they are as at first', () => {
    const { client, server } = following({ open: false });
    client.inbox(server.change('pin'));
    const earlier = client.ready();
    const event = server.change('as at first');
    if (event.type === 'settings') client.step(event);
    client.inbox(earlier);
    expect(client.conversation?.settings).toBeUndefined();
    client.inbox(server.change('archive'));
    client.inbox(earlier);
    expect(client.conversation?.settings?.archived).toBe(true);
  });

  test('missed are made up for by the next ready, also where they are as at first by then', () => {
    const { client, server } = following({ open: false });
    client.inbox(server.change('archive'));
    server.change('as at first');
    client.connect();
    expect(client.conversation?.settings).toBeUndefined();
    expect(client.entry?.settings).toBeNull();
  });

  test('have what is pinned fetched, whenever it was last active', () => {
    const server = new ModelConversation();
    const client = new TestClient(server);
    server.change('pin');
    client.connect();
    client.step({ type: 'listed', generation: client.state.generation, conversations: [] });
    expect(client.asked.map(({ type }) => type)).toContain('fetch-conversation');
  });

  test('show as unread what was marked so, and one message at least', () => {
    const { client, server } = following({ open: false });
    client.inbox(server.change('theirs'), server.change('read'));
    expect(client.conversation?.unread).toBe(0);
    client.inbox(server.change('mark unread'));
    expect(client.conversation?.unread).toBe(1);
    client.inbox(server.change('theirs'), server.change('theirs'), server.change('mine'));
    expect(client.conversation?.unread).toBe(2);
    client.inbox(server.change('as at first'));
    expect(client.conversation?.unread).toBe(2);
  });

  test('that a later release tells of are not listened to', () => {
    const { client } = following({ open: false });
    const before = client.state;
    // What comes over the wire is not checked.
    client.inbox(JSON.parse(`{ "type": "of a later release", "epoch": "${epoch}" }`));
    expect(client.state).toBe(before);
  });
});

describe('epochs', () => {
  test('a reset drops everything, and what carries another epoch is not listened to', () => {
    const { client, server } = following({ open: true });
    client.inbox(server.change('theirs'));
    client.inbox({ type: 'reset', epoch: 'b' });
    expect(client.state.entries).toBeNull();
    client.inbox({ type: 'ready', epoch: 'b', heads: [server.head()], more: false });
    client.step({ type: 'listed', generation: client.state.generation, conversations: [server.get()] });
    expect(client.conversation).toBeNull();
    const before = client.state;
    client.inbox({ type: 'lost', epoch, conversationId }, server.change('theirs'));
    expect(client.state).toBe(before);
  });

  test('an answer of another epoch resets everything and subscribes anew', () => {
    const { client, server } = following({ open: true });
    server.change('theirs');
    client.inbox(server.change('theirs'));
    const asked = takeAsked(client);
    client.step({ type: 'changes', conversationId, call: asked.call, answer: { type: 'reset', epoch: 'b' } });
    expect(client.state).toMatchObject({ entries: null, epoch: 'b' });
    expect(client.asked).toEqual([{ type: 'resubscribe' }]);
    expect([...client.state.open]).toEqual([conversationId]);
  });

  test('more held than there is: the conversation is loaded anew', () => {
    const { client, server } = following({ open: true });
    client.inbox(server.change('theirs'));
    server.change('theirs');
    client.inbox(server.change('theirs'));
    const asked = takeAsked(client);
    client.step({ type: 'changes', conversationId, call: asked.call, answer: { type: 'reset', epoch } });
    expect(client.messages).toEqual([]);
    client.settle();
    expect(client.messages).toEqual(server.messages);
  });
});
