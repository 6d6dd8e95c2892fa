import type { Conversation, Frame, Head, InboxEvent } from '@parley/contract';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  adopt,
  applyFetched,
  applyInboxEvents,
  applyRead,
  beginFetch,
  beginInbox,
  emptyInbox,
  endFetch,
  failFetch,
  type Inbox,
  wantedOf,
} from './inbox.ts';
import { model, ModelConversation, viewerId } from './testing/model-conversation.ts';

const epoch = 'a';

function ready(...heads: Head[]): InboxEvent {
  return { type: 'ready', epoch, heads, more: false };
}
function framed(frame: Frame): InboxEvent {
  return { type: 'frame', frame };
}
function readyInbox(...conversations: ModelConversation[]): Inbox {
  const heads = conversations.map((conversation) => conversation.head());
  return applyInboxEvents(emptyInbox(viewerId), [ready(...heads)]);
}
function shown(inbox: Inbox, id = model.id): Conversation | null | undefined {
  return inbox.entries?.get(id)?.conversation;
}
/** Fetches what is wanted until nothing is. */
function settle(inbox: Inbox, server: ModelConversation): Inbox {
  let state = inbox;
  for (let fetch = 1_000; wantedOf(state).length > 0 && fetch < 1_100; fetch += 1) {
    state = beginFetch(state, model.id, fetch);
    state = endFetch(state, server.get(), fetch);
  }
  expect(wantedOf(state)).toEqual([]);
  return state;
}

describe('an inbox', () => {
  type Step =
    | { do: 'change'; what: Parameters<ModelConversation['change']>[0] }
    | { do: 'merge frames' }
    | { do: 'deliver'; of: number[] }
    | { do: 'read list' }
    | { do: 'receive list' }
    | { do: 'ask' }
    | { do: 'answer' }
    | { do: 'reconnect' };
  const what = fc.constantFrom('theirs', 'mine', 'edit', 'rename', 'join', 'leave', 'promote', 'read');
  const step: fc.Arbitrary<Step> = fc.oneof(
    { weight: 4, arbitrary: fc.record({ do: fc.constant('change' as const), what }) },
    {
      weight: 3,
      arbitrary: fc.record({
        do: fc.constant('deliver' as const),
        of: fc.array(fc.nat(30), { minLength: 1, maxLength: 5 }),
      }),
    },
    fc.constantFrom<Step>(
      { do: 'merge frames' },
      { do: 'read list' },
      { do: 'receive list' },
      { do: 'ask' },
      { do: 'answer' },
      { do: 'reconnect' },
    ),
  );

  /** A client beside a server; in the end every event has been delivered at least once. */
  function play(steps: readonly Step[]): { inbox: Inbox; server: ModelConversation } {
    const server = new ModelConversation();
    let inbox = readyInbox(server);
    const events: InboxEvent[] = [];
    let asked: { fetch: number; answer: Conversation } | undefined;
    let listed: Conversation | undefined;
    let fetches = 0;
    const deliver = (some: InboxEvent[]) => (inbox = applyInboxEvents(inbox, some));
    const ask = () => {
      if (!wantedOf(inbox).includes(model.id)) return;
      fetches += 1;
      inbox = beginFetch(inbox, model.id, fetches);
      asked = { fetch: fetches, answer: server.get() };
    };
    const answer = () => {
      if (asked !== undefined) inbox = endFetch(inbox, asked.answer, asked.fetch);
      asked = undefined;
    };
    for (const now of steps) {
      if (now.do === 'change') events.push(server.change(now.what));
      else if (now.do === 'merge frames') events.push(framed(server.frameSince(0)));
      else if (now.do === 'read list') listed = server.get();
      else if (now.do === 'receive list') inbox = applyFetched(inbox, listed === undefined ? [] : [listed]);
      else if (now.do === 'ask') ask();
      else if (now.do === 'answer') answer();
      else if (now.do === 'reconnect') deliver([ready(server.head())]);
      else deliver(now.of.flatMap((index) => events[index % Math.max(1, events.length)] ?? []));
    }
    answer();
    deliver(events);
    return { inbox: settle(inbox, server), server };
  }

  test('equals a fresh fetch, in whatever order and however often frames and answers come', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const { inbox, server } = play([...steps, { do: 'change', what: 'theirs' }]);
        expect(shown(inbox)).toEqual(server.get());
      }),
      { numRuns: 1_000 },
    );
  });

  test('takes frames in without fetching when they follow', () => {
    const server = new ModelConversation();
    let inbox = applyFetched(readyInbox(server), [server.get()]);
    const changes = (['mine', 'read', 'theirs', 'rename', 'join', 'edit', 'theirs'] as const).map((change) =>
      server.change(change),
    );
    inbox = applyInboxEvents(inbox, changes);
    expect(wantedOf(inbox)).toEqual([]);
    expect(shown(inbox)).toEqual(server.get());
    expect(shown(inbox)?.unread).toBe(2);
  });

  test('fetches a conversation whose frames leave a gap, and holds frames meanwhile', () => {
    const server = new ModelConversation();
    let inbox = applyFetched(readyInbox(server), [server.get()]);
    server.change('theirs');
    inbox = applyInboxEvents(inbox, [server.change('theirs')]);
    expect(wantedOf(inbox)).toEqual([model.id]);
    inbox = beginFetch(inbox, model.id, 1);
    expect(wantedOf(inbox)).toEqual([]);
    const answer = server.get();
    inbox = applyInboxEvents(inbox, [server.change('theirs')]);
    expect(shown(inbox)?.unread).toBe(0);
    inbox = endFetch(inbox, answer, 1);
    expect(shown(inbox)).toEqual(server.get());
    expect(shown(inbox)?.unread).toBe(3);
  });

  test('fetches for the number of members when a frame does not tell it', () => {
    const server = new ModelConversation();
    let inbox = applyFetched(readyInbox(server), [server.get()]);
    const { lastSeq } = server.head();
    server.change('join');
    server.change('promote');
    inbox = applyInboxEvents(inbox, [framed(server.frameSince(lastSeq))]);
    expect(wantedOf(inbox)).toEqual([model.id]);
    expect(shown(settle(inbox, server))).toEqual(server.get());
  });

  test('takes from a frame that begins before only what is new', () => {
    const server = new ModelConversation();
    let inbox = applyFetched(readyInbox(server), [server.get()]);
    inbox = applyInboxEvents(inbox, [server.change('join'), server.change('theirs')]);
    server.change('theirs');
    inbox = applyInboxEvents(inbox, [framed(server.frameSince(0))]);
    expect(shown(inbox)).toEqual(server.get());
  });

  test('does not go back to an older answer', () => {
    const server = new ModelConversation();
    const stale = server.get();
    let inbox = applyFetched(readyInbox(server), [stale]);
    inbox = applyInboxEvents(inbox, [server.change('theirs')]);
    inbox = applyFetched(inbox, [stale]);
    const unread = server.get();
    expect(shown(inbox)).toEqual(unread);
    // Reading takes no seq: an answer can be of the same one and know less.
    inbox = applyInboxEvents(applyFetched(readyInbox(server), [unread]), [server.change('read')]);
    expect(shown(applyFetched(inbox, [unread]))?.unread).toBe(0);
  });

  test('fetches what a frame without rows points to', () => {
    const server = new ModelConversation();
    let inbox = applyFetched(readyInbox(server), [server.get()]);
    server.change('theirs');
    const { lastSeq } = server.head();
    inbox = applyInboxEvents(inbox, [
      framed({ conversationId: model.id, epoch, from: lastSeq, to: lastSeq, rows: [] }),
    ]);
    expect(wantedOf(inbox)).toEqual([model.id]);
  });

  test('shows a conversation that had not been loaded as soon as something happens in it', () => {
    const server = new ModelConversation();
    const inbox = readyInbox(server);
    expect(wantedOf(inbox)).toEqual([]);
    expect(wantedOf(applyInboxEvents(inbox, [server.change('theirs')]))).toEqual([model.id]);
  });

  test('gains and loses conversations', () => {
    const server = new ModelConversation();
    let inbox = readyInbox();
    inbox = applyInboxEvents(inbox, [{ type: 'gained', epoch, head: server.head() }]);
    expect(wantedOf(inbox)).toEqual([model.id]);
    inbox = settle(inbox, server);
    expect(shown(inbox)).toEqual(server.get());
    inbox = applyInboxEvents(inbox, [{ type: 'lost', epoch, conversationId: model.id }]);
    expect(inbox.entries?.size).toBe(0);
    inbox = applyInboxEvents(inbox, [server.change('theirs')]);
    expect(inbox.entries?.size).toBe(0);
  });

  test('does not let an answer asked for before bring back what was lost and gained again', () => {
    const server = new ModelConversation();
    const stale = server.get();
    let inbox = beginFetch(applyInboxEvents(readyInbox(server), [server.change('theirs')]), model.id, 1);
    server.change('theirs');
    inbox = applyInboxEvents(inbox, [
      { type: 'lost', epoch, conversationId: model.id },
      { type: 'gained', epoch, head: server.head() },
    ]);
    inbox = endFetch(inbox, stale, 1);
    expect(shown(inbox)).toBeNull();
    inbox = failFetch(inbox, model.id, 1, false);
    expect(wantedOf(inbox)).toEqual([model.id]);
  });

  test('drops what a ready no longer has, and takes a ready in pages as one', () => {
    const server = new ModelConversation();
    let inbox = applyFetched(readyInbox(server), [server.get()]);
    const elsewhere = { ...server.head(), conversationId: '00000000-0000-4000-8000-000000000002' };
    inbox = applyInboxEvents(inbox, [{ type: 'ready', epoch, heads: [elsewhere], more: true }]);
    expect([...(inbox.entries?.keys() ?? [])]).toEqual([model.id]);
    inbox = applyInboxEvents(beginInbox(inbox), [ready(server.head())]);
    expect([...(inbox.entries?.keys() ?? [])]).toEqual([model.id]);
    inbox = applyInboxEvents(inbox, [ready()]);
    expect(inbox.entries?.size).toBe(0);
  });

  test('starts anew on a reset and ignores other epochs', () => {
    const server = new ModelConversation();
    let inbox = applyFetched(readyInbox(server), [server.get()]);
    inbox = applyInboxEvents(inbox, [{ type: 'reset', epoch: 'b' }]);
    expect(inbox.entries).toBeNull();
    inbox = applyInboxEvents(inbox, [{ type: 'ready', epoch: 'b', heads: [server.head()], more: false }]);
    inbox = applyFetched(inbox, [server.get()]);
    expect(shown(inbox)).toBeNull();
    const before = inbox;
    inbox = applyInboxEvents(inbox, [{ type: 'lost', epoch, conversationId: model.id }]);
    expect(inbox).toBe(before);
  });

  test('keeps the unread number of what it has not loaded', () => {
    const server = new ModelConversation();
    server.change('theirs');
    let inbox = readyInbox(server);
    inbox = applyRead(inbox, model.id, { ...server.head().read, readPosition: 1, readOrdinal: 1 });
    expect(inbox.entries?.get(model.id)?.read.readOrdinal).toBe(1);
  });

  test('shows a conversation made here before it is announced', () => {
    const server = new ModelConversation();
    let inbox = adopt(readyInbox(), server.get());
    expect(shown(inbox)).toEqual(server.get());
    inbox = applyInboxEvents(inbox, [{ type: 'gained', epoch, head: server.head() }]);
    expect(wantedOf(inbox)).toEqual([]);
  });
});
