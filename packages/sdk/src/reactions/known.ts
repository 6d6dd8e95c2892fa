/** Whether one reacts with an emoji, as of a change of the message. */
interface Known {
  readonly own: boolean;
  readonly seq: number;
}

/** What one reacts to a message with, as far as it is known, by emoji. */
export type KnownOfMessage = Readonly<Record<string, Known>>;

/**
 * What one reacts with in a conversation, by position. Every change of it is heard of with its seq, from an answer or as an
 * event of one's own, and the highest seq counts: so it comes out the same in whatever order and however often they come.
 */
export type OwnReactions = Readonly<Record<number, KnownOfMessage>>;

/** What is known of the messages from a position on. */
export function ownFrom(own: OwnReactions, position: number): OwnReactions {
  return Object.fromEntries(Object.entries(own).filter(([at]) => Number(at) >= position));
}
