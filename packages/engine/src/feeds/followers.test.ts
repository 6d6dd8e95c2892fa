import type { Frame, Message } from '@parley/contract';
import { expect, test } from 'vitest';
import type { Membership } from './feed.ts';
import { Followers } from './followers.ts';
import { Follower } from './testing/follower.ts';

const follower = (userId: string, open?: boolean) => new Follower(userId, open);
const said = (position: number) => ({ position, content: `${position}` }) as Message;
const frame = (...positions: readonly number[]): Frame => ({
  conversationId: 'room',
  epoch: 'epoch',
  from: (positions[0] ?? 1) - 1,
  to: positions.at(-1) ?? 0,
  rows: positions.map((position) => ({ type: 'message', seq: position, message: said(position) })),
});
const as = (joinedSeq: number, hidden = 0): Membership => ({ joinedSeq, hidden });
const members = (...all: readonly (readonly [string, Membership])[]) => new Map(all);

test('a person with several devices is left only with the last of them', () => {
  const followers = new Followers();
  const [phone, tablet, desk] = [follower('ada'), follower('ada', true), follower('ada')];
  for (const each of [phone, tablet, desk]) followers.attach(each);
  expect(followers.open).toBe(true);
  expect(followers.detach(tablet)).toBe(false);
  expect(followers.open).toBe(false);
  expect(followers.detach(tablet)).toBe(false);
  followers.deliver(frame(1), members());
  expect([phone, tablet, desk].map(({ told }) => told.length)).toEqual([1, 0, 1]);
  expect(followers.detach(desk)).toBe(false);
  expect(followers.detach(phone)).toBe(true);
  followers.deliver(frame(2), members());
  expect(phone.told).toHaveLength(1);
});

test('whoever sees all of a frame gets the very same one, and whoever does not the rest of it', () => {
  const followers = new Followers();
  const [ada, grace, alan] = [follower('ada'), follower('grace'), follower('alan')];
  for (const each of [ada, grace, alan]) followers.attach(each);
  const all = members(['ada', as(1)], ['grace', as(2, 3)], ['alan', as(3, 5)]);
  followers.admit(ada, as(1));
  followers.admit(grace, as(2, 3));
  followers.admit(alan, as(3, 5));
  const both = frame(5, 6);
  followers.deliver(both, all);
  expect(ada.told[0]).toBe(both);
  expect(grace.told[0]).toBe(both);
  expect(alan.told).toEqual([{ ...both, rows: both.rows.slice(1) }]);
});

test('who is not the member any more that they were admitted as is dismissed, once', () => {
  const followers = new Followers();
  const [ada, grace] = [follower('ada'), follower('grace')];
  for (const each of [ada, grace]) {
    followers.attach(each);
    followers.admit(each, as(1));
  }
  const before = members(['ada', as(1)], ['grace', as(1)]);
  followers.deliver(frame(1), before);
  followers.deliver(frame(2), members(['ada', as(1)], ['grace', as(9)]));
  followers.deliver(frame(3), members(['ada', as(1)]));
  expect(ada.told).toEqual([frame(1), frame(2), frame(3)]);
  // Not admitted any more, it keeps what comes until it is again.
  expect(grace.told).toEqual([frame(1), 'dismissed', frame(3)]);
});

test('somebody admitted later is looked for among the members again', () => {
  const followers = new Followers();
  const ada = follower('ada');
  const nobody = members();
  followers.attach(ada);
  followers.deliver(frame(1), nobody);
  followers.admit(ada, as(1));
  followers.deliver(frame(2), nobody);
  expect(ada.told).toEqual([frame(1), 'dismissed']);
});

test('who is detached by one that is told before is told nothing', () => {
  const followers = new Followers();
  const second = follower('grace');
  const first = follower('ada');
  first.reset = () => void followers.detach(second);
  followers.attach(first);
  followers.attach(second);
  followers.dismissAll((subscriber) => subscriber.reset());
  expect(second.told).toEqual([]);
});
