import type { Message, Notice, User } from '@parley/contract';
import { expect, test } from 'vitest';
import { en } from '../../i18n/en.ts';
import { speechOf } from '../../i18n/speech.ts';
import { noticeText, peopleIn } from './notice-text.ts';

const speech = speechOf('en', en, ['en']);

function user(id: string): [string, User] {
  return [id, { id, username: id, displayName: null, avatar: null, isOnline: false, lastSeen: null }];
}
const people = new Map(['ada', 'bob', 'eve', 'kim', 'lee'].map(user));

function entry(senderId: string, notice: Notice): Message {
  return {
    ...{ conversationId: 'room', position: 1, ordinal: 0, seq: 1, id: 'm1', senderId, content: '' },
    ...{
      messageType: 'system',
      notice,
      editedAt: null,
      deletedAt: null,
      isEdited: false,
      isDeleted: false,
      createdAt: '2026-06-17T12:00:00.000Z',
    },
  };
}

test.each<[Message, string]>([
  [entry('ada', { kind: 'created' }), 'ada started the conversation'],
  [entry('me', { kind: 'renamed', title: 'Lab' }), 'You named the conversation “Lab”'],
  [entry('ada', { kind: 'added', userIds: ['me'] }), 'ada added you'],
  [entry('ada', { kind: 'added', userIds: ['bob', 'eve'] }), 'ada added bob and eve'],
  [
    entry('me', { kind: 'added', userIds: ['ada', 'bob', 'eve', 'kim', 'lee'] }),
    'You added ada, bob, eve, and 2 more',
  ],
  [entry('ada', { kind: 'removed', userId: 'bob' }), 'ada removed bob'],
  [entry('me', { kind: 'public', isPublic: false }), 'You made the group private'],
  [entry('ada', { kind: 'joined' }), 'ada joined'],
  [entry('stranger', { kind: 'left' }), 'Somebody left'],
])('%#: %s', (message, text) => {
  expect(noticeText(message, people, 'me', speech)).toBe(text);
});

test('names everybody it needs', () => {
  expect(peopleIn(entry('ada', { kind: 'added', userIds: ['bob'] }))).toEqual(['ada', 'bob']);
  expect(peopleIn(entry('ada', { kind: 'removed', userId: 'eve' }))).toEqual(['ada', 'eve']);
});
