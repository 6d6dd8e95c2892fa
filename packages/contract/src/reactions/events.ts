/** Whether the viewer reacts to a message with an emoji, since the change of the message numbered `seq`. */
export interface OwnReaction {
  readonly conversationId: string;
  readonly position: number;
  readonly emoji: string;
  readonly own: boolean;
  readonly seq: number;
}
