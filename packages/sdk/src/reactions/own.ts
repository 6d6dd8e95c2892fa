import type { Message, OwnReaction, Reaction } from '@parley/contract';
import { rowAt, shownRows, type Timeline } from '../messages/timeline.ts';
import type { KnownOfMessage, OwnReactions } from './known.ts';

/** A reaction as shown: with whether one is among those who reacted. */
export interface ShownReaction extends Reaction {
  readonly own: boolean;
}

/** A message as shown. */
export type ShownMessage = Omit<Message, 'reactions'> & { readonly reactions?: ShownReaction[] };

/**
 * Takes in what rows tell of what their viewer reacts with, once they have been merged: those that came as answers do, of
 * every reaction they have. Whatever one changes later is told by an event, and by the answer to whoever changed it.
 * @param held the stretches of the timeline that are held
 */
export function learnFromRows(
  own: OwnReactions,
  rows: readonly Message[],
  held: readonly Timeline[],
): OwnReactions {
  const positions = new Set(rows.map(({ position }) => position));
  return settled(rows.flatMap(told).reduce(withFact, own), positions, held);
}

/** Takes in what events tell of it. They may come before the row that they are about. */
export function learnFromEvents(
  own: OwnReactions,
  facts: readonly OwnReaction[],
  held: readonly Timeline[],
): OwnReactions {
  return settled(facts.reduce(withFact, own), new Set(facts.map(({ position }) => position)), held);
}

function told({ conversationId, position, seq, reactions = [], ownReactions }: Message): OwnReaction[] {
  if (ownReactions === undefined) return [];
  return reactions.map(({ emoji }) => {
    return { conversationId, position, emoji, own: ownReactions.includes(emoji), seq };
  });
}

function withFact(own: OwnReactions, { position, emoji, own: is, seq }: OwnReaction): OwnReactions {
  const known = own[position]?.[emoji];
  if (known !== undefined && known.seq >= seq) return own;
  return { ...own, [position]: { ...own[position], [emoji]: { own: is, seq } } };
}

/** Nobody reacts with what a row does not have: what was known before of that is over. */
function settled(own: OwnReactions, positions: ReadonlySet<number>, held: readonly Timeline[]): OwnReactions {
  let next = own;
  for (const position of positions) {
    const known = Object.entries(next[position] ?? {});
    if (known.length === 0) continue;
    const rows = held.flatMap((stretch) => rowAt(stretch, position) ?? []);
    const left = known.filter(([emoji, { seq }]) => rows.every((row) => row.seq < seq || has(row, emoji)));
    if (left.length < known.length) next = { ...next, [position]: Object.fromEntries(left) };
  }
  return next;
}

function has({ reactions = [] }: Message, emoji: string): boolean {
  return reactions.some((reaction) => reaction.emoji === emoji);
}

/** Whether the viewer is among those who react; null when not all of them are named. */
function tells({ count, userIds }: Reaction, viewerId: string): boolean | null {
  return userIds.includes(viewerId) || (count > userIds.length ? null : false);
}

const shown = new WeakMap<Message, { known: KnownOfMessage | undefined; message: ShownMessage }>();

/** The messages of a stretch as their viewer sees them; each is the same object until it changes. */
export function shownMessages(timeline: Timeline, own: OwnReactions, viewerId: string): ShownMessage[] {
  return shownRows(timeline).map((row) => shownMessage(row, own[row.position], viewerId));
}

/** A message as its viewer sees it, given what is known of their reactions to it. */
export function shownMessage(
  row: Message,
  known: KnownOfMessage | undefined,
  viewerId: string,
): ShownMessage {
  if (isBare(row)) return row;
  const before = shown.get(row);
  if (before !== undefined && before.known === known) return before.message;
  const { reactions = [], ...rest } = row;
  const message = {
    ...rest,
    reactions: reactions.map((one) => ({
      ...one,
      own: tells(one, viewerId) ?? known?.[one.emoji]?.own ?? false,
    })),
  };
  shown.set(row, { known, message });
  return message;
}

function isBare(row: Message): row is Message & { reactions?: never } {
  return row.reactions === undefined;
}
