import type { ShownMessage } from '@parley/sdk';
import { expect, test } from 'vitest';
import { type Item, layOut } from './items.ts';

const me = 'me';

function message(
  position: number,
  senderId: string,
  minute: number,
  change: Partial<ShownMessage> = {},
): ShownMessage {
  return {
    ...{ conversationId: 'room', position, ordinal: position, seq: position, id: `m${position}`, senderId },
    ...{
      messageType: 'text',
      content: 'hello',
      notice: null,
      editedAt: null,
      deletedAt: null,
      isEdited: false,
      isDeleted: false,
    },
    createdAt: new Date(2026, 5, 17, 12, minute).toISOString(),
    ...change,
  };
}

function shown(items: Item[]): string[] {
  return items.map((item) => {
    if (item.kind !== 'message') return item.kind;
    return `${item.key}${item.first ? ' first' : ''}${item.last ? ' last' : ''}`;
  });
}

const plain = { outgoing: [], viewerId: me, unreadAfter: null, hasOlder: false };

test('groups what one person writes within five minutes', () => {
  const messages = [message(1, 'ada', 0), message(2, 'ada', 4), message(3, 'ada', 9), message(4, 'bob', 9)];
  expect(shown(layOut({ ...plain, messages }))).toEqual([
    'day',
    'm1 first',
    'm2 last',
    'm3 first last',
    'm4 first last',
  ]);
});

test('sets days apart', () => {
  const next = { createdAt: new Date(2026, 5, 18, 0, 1).toISOString() };
  const messages = [message(1, 'ada', 59), message(2, 'ada', 0, next)];
  expect(shown(layOut({ ...plain, messages }))).toEqual(['day', 'm1 first last', 'day', 'm2 first last']);
});

test('names no day above the first message while there are earlier ones, of which some may be of that day', () => {
  const messages = [message(8, 'ada', 1)];
  expect(shown(layOut({ ...plain, messages, hasOlder: true }))).toEqual(['m8 first last']);
});

test('lets notices split groups', () => {
  const system = { messageType: 'system', notice: { kind: 'left' } } as const;
  const messages = [message(1, 'ada', 0), message(2, 'ada', 0, system), message(3, 'ada', 0)];
  expect(shown(layOut({ ...plain, messages }))).toEqual(['day', 'm1 first last', 'notice', 'm3 first last']);
});

test('draws a line above the first message of others that is new', () => {
  const messages = [message(1, 'ada', 0), message(2, me, 0), message(3, 'ada', 0), message(4, 'ada', 0)];
  expect(shown(layOut({ ...plain, messages, unreadAfter: 1 }))).toEqual([
    'day',
    'm1 first last',
    'm2 first last',
    'unread',
    'm3 first',
    'm4 last',
  ]);
  expect(shown(layOut({ ...plain, messages, unreadAfter: 4 }))).not.toContain('unread');
  expect(shown(layOut({ ...plain, messages }))).not.toContain('unread');
});

test('draws no line while the first new message may not be loaded yet', () => {
  const messages = [message(8, 'ada', 0), message(9, 'ada', 0)];
  expect(shown(layOut({ ...plain, messages, unreadAfter: 3 }))).not.toContain('unread');
  expect(shown(layOut({ ...plain, messages, unreadAfter: 7 }))).toContain('unread');
});

test('puts what is on its way last, in the group of what one wrote before', () => {
  const createdAt = new Date(2026, 5, 17, 12, 1).toISOString();
  const outgoing = [
    {
      id: 'o1',
      conversationId: 'room',
      content: 'on its way',
      extras: {},
      createdAt,
      status: 'sending',
      error: null,
    } as const,
  ];
  expect(shown(layOut({ ...plain, messages: [message(1, me, 0)], outgoing }))).toEqual([
    'day',
    'm1 first',
    'o1 last',
  ]);
});
