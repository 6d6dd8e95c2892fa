import type { Member, MemberPage, User } from '@parley/contract';
import { expect, test } from 'vitest';
import { applyMemberPage, applyMembers, emptyRoster, type Roster, shownMembers } from './roster.ts';

function member(userId: string, seq: number, more: Partial<Member> = {}): Member {
  return {
    ...{ conversationId: 'room', userId, role: 'member', joinedSeq: 1, joinedPosition: 0, leftAt: null, seq },
    ...more,
  };
}

function userOf(id: string): User {
  return { id, username: id, displayName: null, avatar: null, isOnline: false, lastSeen: null };
}

function page(asOf: number, nextAfter: string | null, ...members: Member[]): MemberPage {
  const listed = members.map((one) => ({ ...one, user: userOf(one.userId) }));
  return { members: listed, nextAfter, epoch: 'a', asOf };
}

const shown = (roster: Roster) => shownMembers(roster).map(({ userId, seq }) => `${userId} of ${seq}`);

test('lists pages one after the other, by user id', () => {
  const first = applyMemberPage(emptyRoster, page(3, 'b', member('a', 1), member('b', 2)));
  expect(shown(first)).toEqual(['a of 1', 'b of 2']);
  const all = applyMemberPage(first, page(3, null, member('c', 3)));
  expect(shown(all)).toEqual(['a of 1', 'b of 2', 'c of 3']);
  expect(all.upTo).toBeNull();
});

test('an older page does not take the place of what is newer', () => {
  const first = applyMemberPage(emptyRoster, page(3, 'a', member('a', 1)));
  // Read before b left and c was promoted, and answered after.
  const heard = applyMembers(first, [
    member('b', 4, { leftAt: '2026-01-01T00:00:00.000Z' }),
    member('c', 5, { role: 'admin' }),
  ]);
  const all = applyMemberPage(heard, page(3, null, member('b', 2), member('c', 3)));
  expect(shown(all)).toEqual(['a of 1', 'c of 5']);
  expect(shownMembers(all)[1]).toMatchObject({ role: 'admin' });
});

test('who should stand in a page and does not has left, unless they came after it', () => {
  const heard = applyMembers(emptyRoster, [member('b', 2), member('c', 5), member('d', 2)]);
  const first = applyMemberPage(heard, page(4, 'c', member('a', 1)));
  expect(shown(first)).toEqual(['a of 1', 'c of 5']);
  // Beyond the page nothing is said.
  expect(shown(applyMemberPage(first, page(4, null, member('d', 2))))).toEqual([
    'a of 1',
    'c of 5',
    'd of 2',
  ]);
});

test('keeps what is known of a person when their membership changes', () => {
  const listed = applyMemberPage(emptyRoster, page(1, null, member('a', 1)));
  const promoted = applyMembers(listed, [member('a', 2, { role: 'admin' }), member('b', 3)]);
  expect(shownMembers(promoted)).toMatchObject([
    { userId: 'a', role: 'admin', user: { id: 'a' } },
    { userId: 'b', user: null },
  ]);
});
