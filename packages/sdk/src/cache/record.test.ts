import type { Conversation, Message } from '@parley/contract';
import { describe, expect, test } from 'vitest';
import { emptySync, type Entry, type SyncState } from '../sync/state.ts';
import { TestClient } from '../sync/testing/client.ts';
import { model, ModelConversation, viewerId } from '../sync/testing/model-conversation.ts';
import { keptEntries, recordOf, restoredFrom } from './record.ts';

const { epoch } = model;

/** An entry whose conversation has been loaded with some messages. */
function entryOf(messages: number): Entry {
  const server = new ModelConversation();
  for (let sent = 0; sent < messages; sent += 1) server.change('theirs');
  const client = new TestClient(server);
  client.step({ type: 'open', conversationId: model.id });
  client.connect();
  client.settle();
  for (let more = client.entry?.timeline?.hasOlder; more === true; more = client.entry?.timeline?.hasOlder) {
    client.step({ type: 'older', conversationId: model.id });
    client.settle();
  }
  if (client.entry === undefined) throw new Error('there is no entry');
  return client.entry;
}

/** Conversations with these numbers for ids, the last one with the latest activity, and these opened in this order. */
function stateOf(numbers: readonly number[], open: readonly number[], entry = entryOf(1)): SyncState {
  const entries = numbers.map((number) => {
    const createdAt = new Date(number * 1_000).toISOString();
    const { conversation } = entry;
    if (conversation === null) throw new Error('it has not been fetched');
    return [`${number}`, { ...entry, conversation: about(conversation, `${number}`, createdAt) }] as const;
  });
  return { ...emptySync(viewerId), epoch, entries: new Map(entries), open: new Set(open.map(String)) };
}

function about(conversation: Conversation, id: string, createdAt: string): Conversation {
  return { ...conversation, id, createdAt, lastMessage: null };
}

const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

describe('what is kept', () => {
  test('are the fifty conversations with the latest activity', () => {
    const kept = [...keptEntries(stateOf(upTo(60), [])).keys()].map(Number);
    expect(kept.sort((a, b) => a - b)).toEqual(upTo(60).slice(10));
  });

  test('are the messages of the ten opened last, then of those with the latest activity', () => {
    const kept = keptEntries(stateOf(upTo(20), [3, 1, 2]));
    const whole = [...kept].filter(([, { timeline }]) => timeline !== null).map(([id]) => Number(id));
    expect(whole.sort((a, b) => a - b)).toEqual([1, 2, 3, 14, 15, 16, 17, 18, 19, 20]);
    const many = keptEntries(stateOf(upTo(20), upTo(12)));
    expect([...many].filter(([, { timeline }]) => timeline !== null)).toHaveLength(10);
    expect(many.get('1')?.timeline).toBeNull();
    expect(many.get('2')?.timeline).toBeNull();
  });

  test('is the same entry for as long as nothing changes in it', () => {
    const state = stateOf(upTo(3), [1]);
    expect(keptEntries(state).get('1')).toBe(state.entries?.get('1'));
  });

  test('is nothing of a conversation that has not been fetched or is refused', () => {
    const entry = entryOf(1);
    const state = stateOf([1], [], { ...entry, held: 'refused' });
    expect(keptEntries(state).size).toBe(0);
    const entries = new Map([['1', { ...entry, conversation: null }]]);
    expect(keptEntries({ ...state, entries }).size).toBe(0);
  });

  test('without its messages goes on from the seq of its summary', () => {
    const entry = { ...entryOf(3), cursor: 2 };
    const kept = keptEntries(stateOf(upTo(11), upTo(11), entry)).get('1');
    expect(kept?.timeline).toBeNull();
    expect(kept?.cursor).toBe(entry.conversation?.lastSeq);
  });
});

/** The keys that are always there; one that may be missing is missing in what was kept before there was such a thing. */
type Always<T> = { [K in keyof T]-?: Pick<T, K> extends Required<Pick<T, K>> ? K : never }[keyof T];

describe('a record', () => {
  test('holds the end of the messages, and says that there are older ones', () => {
    const entry = entryOf(60);
    expect(entry.timeline).toMatchObject({ hasOlder: false });
    const { timeline } = recordOf(entry, epoch, 0);
    expect(timeline?.rows.map(({ position }) => position)).toEqual(upTo(60).slice(10));
    expect(timeline?.hasOlder).toBe(true);
    expect(recordOf(entryOf(50), epoch, 0).timeline?.hasOlder).toBe(false);
  });

  test('goes on from the cursor, with nothing under way', () => {
    const busy: Entry = { ...entryOf(3), cursor: 2, target: 9, call: 5, held: 'paused' };
    expect(recordOf(busy, epoch, 0)).toMatchObject({ cursor: 2, target: 2, call: null, held: null });
  });

  test('of another epoch than the latest one does not count', () => {
    const { entries } = stateOf([1, 2, 3], []);
    const records = [...(entries ?? [])].map(([id, entry], index) => {
      return [id, recordOf(entry, index === 1 ? 'b' : 'a', index === 1 ? 20 : index)] as const;
    });
    const restored = restoredFrom(records);
    expect(restored.epoch).toBe('b');
    expect([...restored.entries.keys()]).toEqual(['2']);
  });

  test('of another shape is one of another version: raise it with these', () => {
    const { conversation, ...rest } = recordOf(entryOf(1), epoch, 0);
    const conversationHas: Record<Always<Conversation>, true> = {
      ...{ id: true, kind: true, title: true, avatar: true, history: true, createdBy: true, createdAt: true },
      ...{ updatedAt: true, changedSeq: true, epoch: true, lastSeq: true, memberCount: true, peer: true },
      ...{ lastMessage: true, role: true, joinedSeq: true, joinedPosition: true, read: true, unread: true },
    };
    const messageHas: Record<Always<Message>, true> = {
      ...{ id: true, conversationId: true, position: true, ordinal: true, seq: true, senderId: true },
      ...{ messageType: true, content: true, notice: true, createdAt: true, editedAt: true, deletedAt: true },
      ...{ isEdited: true, isDeleted: true },
    };
    const keys = (value: object | null | undefined) => Object.keys(value ?? {}).sort();
    expect(keys(conversation)).toEqual(keys(conversationHas));
    expect(keys(rest.timeline?.rows[0])).toEqual(keys(messageHas));
    expect(keys(rest.timeline)).toEqual(['awaited', 'hasNewer', 'hasOlder', 'lacking', 'loaded', 'rows']);
    expect(keys(rest)).toEqual(
      [
        ...[
          'call',
          'cursor',
          'epoch',
          'frames',
          'held',
          'joinedPosition',
          'joinedSeq',
          'jump',
          'own',
          'read',
          'roster',
        ],
        ...['savedAt', 'settings', 'target', 'threads', 'timeline', 'version', 'wanted'],
      ].sort(),
    );
    expect(rest.version).toBe(4);
  });
});
