import type { Conversation, Message, ReadState, User } from '@parley/contract';
import type { Device } from '../device.ts';
import type { TruePerson } from '../stored.ts';
import type { TrueConversation, Truth } from '../truth.ts';
import { counts } from '../true-member.ts';
import type { Aspect } from './aspect.ts';

/** The list of conversations: which, in which order, what each shows, and what is unread in all. */
export const conversations: Aspect = {
  shown({ client, person }: Device, truth: Truth) {
    const list = client.conversations.list.getSnapshot();
    const { status, conversations: listed, archived, unread, hasMore } = list;
    const total = client.unread.getSnapshot();
    const summaries = byId([...listed, ...archived], (each) => shownSummary(each, person.userId, truth));
    return {
      status,
      hasMore,
      unread,
      total,
      order: orderOf(listed),
      archived: orderOf(archived),
      byId: summaries,
    };
  },
  stored({ person }: Device, truth: Truth) {
    const mine = [...truth.conversations.values()].filter(({ members }) => members.has(person.userId));
    const all = mine.map((conversation) => storedSummary(conversation, person.userId, truth)).sort(byPlace);
    const archived = all.filter(({ settings }) => settings?.archived === true);
    const listed = all.filter((summary) => !archived.includes(summary) && !isHidden(summary));
    const counted = listed.filter(({ settings, unread }) => unread > 0 && !isMuted(settings));
    const unread = counted.reduce((sum, summary) => sum + summary.unread, 0);
    return {
      status: 'ready',
      hasMore: false,
      unread,
      total: { conversations: counted.length, messages: unread },
      order: orderOf(listed),
      archived: orderOf(archived),
      byId: byId([...listed, ...archived], (summary) => summary),
    };
  },
};

/** As one text: a single line tells how an order differs. */
const orderOf = (items: readonly { id: string }[]) => items.map(({ id }) => id).join(' ');

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
    (message) => message.position > readPosition && message.senderId !== userId && counts(message),
  );
  return { lastPosition, lastOrdinal, sent, next: next?.position ?? null };
}

function storedSummary(conversation: TrueConversation, userId: string, truth: Truth): Summary {
  const { info, lastSeq, members, messages } = conversation;
  const member = members.get(userId);
  if (member === undefined) throw new Error(`${userId} is not in ${info.id}`);
  const { hidden, read, settings, mentions, unread } = member;
  const { role, joinedSeq, joinedPosition } = member.row;
  const peerId = info.kind === 'direct' ? [...members.keys()].find((id) => id !== userId) : undefined;
  const peer = peerId === undefined ? undefined : truth.people.get(peerId);
  return {
    ...info,
    epoch: truth.epoch,
    lastSeq,
    memberCount: members.size,
    peer: peer === undefined ? null : personOf(peer),
    lastMessage:
      messages.findLast(({ position, thread }) => position > hidden && thread === undefined) ?? null,
    role,
    joinedSeq,
    joinedPosition,
    read: readOf(read, userId, messages),
    unread,
    ...(settings === null ? {} : { settings }),
    ...(mentions === null ? {} : { mentions }),
  };
}

/** Pinned ones first, the one pinned last at the top, and then by latest activity. */
function byPlace(a: Summary, b: Summary): number {
  const pinned = ({ settings }: Summary) => settings?.pinnedAt ?? '';
  const time = ({ lastMessage, createdAt }: Summary) => lastMessage?.createdAt ?? createdAt;
  return pinned(b).localeCompare(pinned(a)) || time(b).localeCompare(time(a)) || b.id.localeCompare(a.id);
}

/** Until something is written in it. */
function isHidden({ settings, read }: Summary): boolean {
  return settings?.hiddenOrdinal != null && read.lastOrdinal <= settings.hiddenOrdinal;
}

function isMuted(settings: Summary['settings']): boolean {
  return settings?.mutedUntil != null && Date.parse(settings.mutedUntil) > Date.now();
}
