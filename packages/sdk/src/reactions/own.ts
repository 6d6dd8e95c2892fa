import type { Message, OwnReaction, Reaction } from '@parley/contract';
import { shownRows, type Timeline } from '../messages/timeline.ts';
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
 */
export function learnFromRows(timeline: Timeline, rows: readonly Message[]): Timeline {
  return withFacts(timeline, rows.flatMap(told), new Set(rows.map(({ position }) => position)));
}

/** Takes in what events tell of it. They may come before the row that they are about. */
export function learnFromEvents(timeline: Timeline, facts: readonly OwnReaction[]): Timeline {
  return withFacts(timeline, facts, new Set(facts.map(({ position }) => position)));
}

function withFacts(
  timeline: Timeline,
  facts: readonly OwnReaction[],
  positions: ReadonlySet<number>,
): Timeline {
  const before = timeline.own;
  if (facts.length === 0 && before === undefined) return timeline;
  let own = before ?? {};
  for (const fact of facts) own = withFact(own, fact);
  for (const row of timeline.rows) if (positions.has(row.position)) own = settled(own, row);
  return own === before ? timeline : { ...timeline, own };
}

function withFact(own: OwnReactions, { position, emoji, own: is, seq }: OwnReaction): OwnReactions {
  const known = own[position]?.[emoji];
  if (known !== undefined && known.seq >= seq) return own;
  return { ...own, [position]: { ...own[position], [emoji]: { own: is, seq } } };
}

/** Nobody reacts with what a row does not have: what was known before of that is over. */
function settled(own: OwnReactions, { position, seq, reactions = [] }: Message): OwnReactions {
  const known = Object.entries(own[position] ?? {});
  const left = known.filter(
    ([emoji, one]) => one.seq > seq || reactions.some((reaction) => reaction.emoji === emoji),
  );
  return left.length === known.length ? own : { ...own, [position]: Object.fromEntries(left) };
}

function told({ conversationId, position, seq, reactions = [], ownReactions }: Message): OwnReaction[] {
  if (ownReactions === undefined) return [];
  return reactions.map(({ emoji }) => {
    return { conversationId, position, emoji, own: ownReactions.includes(emoji), seq };
  });
}

/** Whether the viewer is among those who react; null when not all of them are named. */
function tells({ count, userIds }: Reaction, viewerId: string): boolean | null {
  return userIds.includes(viewerId) || (count > userIds.length ? null : false);
}

const shown = new WeakMap<Message, { known: KnownOfMessage | undefined; message: ShownMessage }>();

/** The messages of a timeline as its viewer sees them; each is the same object until it changes. */
export function shownMessages(timeline: Timeline, viewerId: string): ShownMessage[] {
  return shownRows(timeline).map((row) => shownMessage(row, timeline.own?.[row.position], viewerId));
}

function shownMessage(row: Message, known: KnownOfMessage | undefined, viewerId: string): ShownMessage {
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
