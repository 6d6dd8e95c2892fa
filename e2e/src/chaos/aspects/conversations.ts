import type { Conversation, Message, ReadState, User } from '@parley/contract';
import type { Device } from '../device.ts';
import type { TrueConversation, TruePerson, Truth } from '../truth.ts';
import type { Aspect } from './aspect.ts';

/** The list of conversations: which, in which order, what each shows, and what is unread in all. */
export const conversations: Aspect = {
  shown({ client, person }: Device, truth: Truth) {
    const { status, conversations: listed, unread, hasMore } = client.conversations.list.getSnapshot();
    const order = listed.map(({ id }) => id).join(' ');
    return {
      status,
      hasMore,
      unread,
      order,
      byId: byId(listed, (each) => shownSummary(each, person.userId, truth)),
    };
  },
  stored({ person }: Device, truth: Truth) {
    const mine = [...truth.conversations.values()].filter(({ members }) => members.has(person.userId));
    const summaries = mine.map((conversation) => storedSummary(conversation, person.userId, truth));
    const order = summaries.toSorted(byActivity).map(({ id }) => id);
    const unread = summaries.reduce((sum, summary) => sum + summary.unread, 0);
    return { status: 'ready', hasMore: false, unread, order: order.join(' '), byId: byId(summaries, same) };
  },
};

const same = <T>(value: T): T => value;

function byId<T extends { id: string }>(
  items: readonly T[],
  of: (item: T) => unknown,
): Record<string, unknown> {
  return Object.fromEntries(items.map((item) => [item.id, of(item)]));
}

/** What others are shown of a person, but for whether they are there, which moves by itself. */
export function personOf(person: User | TruePerson): TruePerson {
  const { id, username, displayName, avatar } = person;
  return { id, username, displayName, avatar };
}

type Summary = ReturnType<typeof shownSummary>;

function shownSummary(conversation: Conversation, userId: string, truth: Truth) {
  const { updatedAt: _, peer, read, ...stable } = conversation;
  const timeline = truth.conversations.get(conversation.id)?.messages ?? [];
  return {
    ...stable,
    peer: peer === null ? null : personOf(peer),
    read: readOf(read, userId, timeline),
  };
}

/**
 * What somebody has read, with the message they have to read next: own ones behind the last one read are in no one's way,
 * and a send that passes over them is not told to the person's other devices.
 */
function readOf(
  { lastPosition, lastOrdinal, sent, readPosition }: ReadState,
  userId: string,
  timeline: readonly Message[],
) {
  const next = timeline.find(
    ({ position, senderId, messageType }) =>
      position > readPosition && senderId !== userId && messageType === 'text',
  );
  return { lastPosition, lastOrdinal, sent, next: next?.position ?? null };
}

function storedSummary(conversation: TrueConversation, userId: string, truth: Truth): Summary {
  const { info, lastSeq, members, messages } = conversation;
  const member = members.get(userId);
  if (member === undefined) throw new Error(`${userId} is not in ${info.id}`);
  const { hidden, read, unread } = member;
  const { role, joinedSeq, joinedPosition } = member.row;
  const peerId = info.kind === 'direct' ? [...members.keys()].find((id) => id !== userId) : undefined;
  const peer = peerId === undefined ? undefined : truth.people.get(peerId);
  return {
    ...info,
    epoch: truth.epoch,
    lastSeq,
    memberCount: members.size,
    peer: peer === undefined ? null : personOf(peer),
    lastMessage: messages.findLast(({ position }) => position > hidden) ?? null,
    role,
    joinedSeq,
    joinedPosition,
    read: readOf(read, userId, messages),
    unread,
  };
}

function byActivity(a: Summary, b: Summary): number {
  const time = ({ lastMessage, createdAt }: Summary) => lastMessage?.createdAt ?? createdAt;
  return time(b).localeCompare(time(a)) || b.id.localeCompare(a.id);
}
