import type { Message } from '@parley/contract';
import { differencesBetween } from './compare.ts';
import type { TrueConversation, Truth } from './truth.ts';

/** Where what is stored in one place contradicts what is stored in another: a message's row repeats what tables say. */
export function contradictionsIn(truth: Truth): string[] {
  return [...truth.conversations].flatMap(([id, conversation]) => [
    ...conversation.messages.flatMap((message) =>
      differencesBetween(toldBy(message), storedOf(message.position, conversation)).map(
        (line) => `${message.position} in ${id}: its row has ${line}`,
      ),
    ),
    ...countedWrong(conversation).map((line) => `${id}: ${line}`),
  ]);
}

function countedWrong({ counted, members, invitations }: TrueConversation): string[] {
  const overused = invitations.filter(({ uses, max_uses: most }) => most !== null && uses > most);
  return [
    ...(counted === null || counted === members.size
      ? []
      : [`${counted} members instead of ${members.size}`]),
    ...overused.map(({ id, uses, max_uses: most }) => `invitation ${id} used ${uses} times of ${most}`),
  ];
}

/** People a message names for an emoji while they are few, and those it names of more. */
const named = (userIds: readonly string[]) => (userIds.length > 10 ? userIds.slice(0, 3) : userIds);

function toldBy({ reactions = [], pinned, thread, replies }: Message) {
  const emojis = reactions.map(({ emoji, ...reaction }) => [emoji, reaction]);
  const { count = 0, lastPosition } = replies ?? {};
  return {
    pinned: pinned !== undefined,
    reactions: Object.fromEntries(emojis),
    root: thread?.rootPosition,
    replies: { count, lastPosition },
  };
}

function storedOf(position: number, { pins, reactions, replies }: TrueConversation) {
  const byEmoji = Map.groupBy(
    reactions.filter((row) => row.position === position),
    ({ emoji }) => emoji,
  );
  const emojis = [...byEmoji].map(([emoji, rows]) => {
    const userIds = rows.map(({ user_id }) => user_id);
    return [emoji, { count: userIds.length, userIds: named(userIds) }];
  });
  const own = [...replies].filter(([, root]) => root === position).map(([at]) => at);
  return {
    pinned: pins.has(position),
    reactions: Object.fromEntries(emojis),
    root: replies.get(position),
    replies: { count: own.length, lastPosition: own.length === 0 ? undefined : Math.max(...own) },
  };
}
