import type { Message } from '@parley/contract';
import type { MessageList, MessageListSnapshot } from '@parley/sdk';
import type { Device } from '../device.ts';
import type { TrueConversation, Truth } from '../truth.ts';
import type { Aspect } from './aspect.ts';

/** The messages of what is open, as far back as they are loaded. Nothing is on its way any more. */
export const messages: Aspect = {
  shown: ({ lists }) => byConversation(lists, shownOf),
  stored: (device, truth) => byConversation(device.lists, (list) => storedOf(list, device, truth)),
};

function byConversation(lists: readonly MessageList[], of: (list: MessageList) => unknown) {
  return Object.fromEntries(lists.map((list) => [list.conversationId, of(list)]));
}

function shownOf(list: MessageList) {
  const { status, messages: shown, outgoing, hasOlder, hasNewer } = list.getSnapshot();
  if (status !== 'ready') return { status };
  const sending = outgoing.filter((message) => message.status === 'sending').map(({ id }) => id);
  return { status, hasOlder, hasNewer, sending, rows: byPosition(shown) };
}

function storedOf(list: MessageList, { person }: Device, truth: Truth) {
  const conversation = truth.conversations.get(list.conversationId);
  const member = conversation?.members.get(person.userId);
  if (conversation === undefined || member === undefined) return { status: 'gone' };
  const { messages: loaded, hasOlder, hasNewer } = list.getSnapshot();
  const first = hasOlder ? (loaded[0]?.position ?? 0) : member.hidden + 1;
  const end = conversation.messages.length;
  const last = hasNewer ? (loaded.at(-1)?.position ?? 0) : end;
  const rows = conversation.messages.filter(
    ({ position, thread }) => thread === undefined && position >= first && position <= last,
  );
  const more = { hasOlder: first > member.hidden + 1, hasNewer: last < end };
  return {
    status: 'ready',
    ...more,
    sending: [],
    rows: byPosition(rows.map((row) => shownRow(row, person.userId, conversation))),
  };
}

/** With which of the reactions are one's own. */
function shownRow(
  { reactions, ...row }: Message,
  userId: string,
  conversation: TrueConversation,
): ShownMessage {
  if (reactions === undefined) return row;
  const own = conversation.reactions
    .filter(({ position, user_id }) => position === row.position && user_id === userId)
    .map(({ emoji }) => emoji);
  return { ...row, reactions: reactions.map((each) => ({ ...each, own: own.includes(each.emoji) })) };
}

type ShownMessage = MessageListSnapshot['messages'][number];

function byPosition(rows: readonly ShownMessage[]): Record<number, ShownMessage> {
  return Object.fromEntries(rows.map((row) => [row.position, row]));
}
