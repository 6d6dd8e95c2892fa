import { limits, type Message, type ThreadState } from '@parley/contract';
import type { Device } from '../device.ts';
import type { FollowerRow } from '../stored.ts';
import type { TrueConversation, Truth } from '../truth.ts';
import type { Aspect } from './aspect.ts';

/** The threads one follows, with their latest replies and what is unread in them. */
export const threads: Aspect = {
  shown({ client, person }: Device, truth: Truth) {
    const { status, threads: listed, unread, hasMore } = client.threads.followed.getSnapshot();
    const of = listed.map(({ root, latest, state }) => {
      const conversation = truth.conversations.get(root.conversationId);
      return { root, latest, state: stateOf(state, person.userId, repliesOf(conversation, root.position)) };
    });
    return { status, hasMore, unread, threads: of };
  },
  stored({ client, person }: Device, truth: Truth) {
    const { hasMore, threads: listed } = client.threads.followed.getSnapshot();
    const followed = [...truth.conversations.values()]
      .flatMap((conversation) => followedIn(conversation, person.userId))
      .sort((a, b) => lastAt(b).localeCompare(lastAt(a)) || b.root.id.localeCompare(a.root.id));
    const loaded = hasMore ? followed.slice(0, listed.length) : followed;
    const unread = loaded.reduce((sum, { state }) => sum + state.unread, 0);
    return { status: 'ready', hasMore: loaded.length < followed.length, unread, threads: loaded };
  },
};

const lastAt = ({ root }: { root: Message }) => root.replies?.lastAt ?? '';

function repliesOf(conversation: TrueConversation | undefined, rootPosition: number): readonly Message[] {
  return (conversation?.messages ?? []).filter(({ thread }) => thread?.rootPosition === rootPosition);
}

function followedIn(conversation: TrueConversation, userId: string) {
  const member = conversation.members.get(userId);
  if (member === undefined) return [];
  return conversation.followers
    .filter((row) => row.user_id === userId && row.following && row.root_position > member.hidden)
    .flatMap((row) => {
      const root = conversation.messages[row.root_position - 1];
      const replies = repliesOf(conversation, row.root_position);
      if (root === undefined || replies.length === 0) return [];
      return [{ root, latest: replies.slice(-limits.threadLatest), state: storedState(row, root, replies) }];
    });
}

function storedState(row: FollowerRow, { conversationId, id: rootId }: Message, replies: readonly Message[]) {
  const own = replies.filter(({ senderId }) => senderId === row.user_id);
  const read = own.filter(({ thread }) => (thread?.ordinal ?? 0) <= row.read_ordinal);
  const numbers = {
    lastOrdinal: replies.length,
    sent: own.length,
    readOrdinal: row.read_ordinal,
    readSent: read.length,
  };
  const { following, inbox_seq: inboxSeq, root_position: rootPosition } = row;
  const unread = replies.length - row.read_ordinal - (own.length - read.length);
  const state = { conversationId, rootId, rootPosition, following, inboxSeq, read: numbers, unread };
  return stateOf(state, row.user_id, replies);
}

/** With the reply to be read next: as in a conversation, own ones behind the last one read are in no one's way. */
function stateOf({ read, ...state }: ThreadState, userId: string, replies: readonly Message[]) {
  const { lastOrdinal, sent, readOrdinal } = read;
  const next = replies.find(
    ({ senderId, thread }) => senderId !== userId && (thread?.ordinal ?? 0) > readOrdinal,
  );
  return { ...state, read: { lastOrdinal, sent, next: next?.thread?.ordinal ?? null } };
}
