import type { Receipt } from '@parley/contract';
import type { ShownMessage } from '@parley/sdk';
import { indexUpTo } from '../messages/find-message.ts';

/** Who has read up to each message, and no further, by message id: but for what they wrote themselves. */
export type ReadMarks = ReadonlyMap<string, readonly string[]>;

const none: ReadMarks = new Map();

/** @param messages by position; who has read beyond them is at the last, who has not come as far is at none */
function readMarksOf(messages: readonly ShownMessage[], receipts: ReadonlyMap<string, Receipt>): ReadMarks {
  const marks = new Map<string, string[]>();
  for (const { userId, readPosition } of receipts.values()) {
    const message = messages[indexUpTo(messages, readPosition)];
    if (message === undefined) continue;
    const before = marks.get(message.id);
    if (before === undefined) marks.set(message.id, [userId]);
    else before.push(userId);
  }
  return marks.size === 0 ? none : marks;
}

/** Works marks out once for what is shown, however many rows ask for theirs, and keeps those the same that say the same. */
export class MarksOf {
  #messages: readonly ShownMessage[] | undefined;
  #receipts: ReadonlyMap<string, Receipt> | undefined;
  #marks: ReadMarks = none;

  at(
    messageId: string,
    messages: readonly ShownMessage[],
    receipts: ReadonlyMap<string, Receipt>,
  ): readonly string[] {
    if (messages !== this.#messages || receipts !== this.#receipts) {
      this.#messages = messages;
      this.#receipts = receipts;
      this.#marks = kept(this.#marks, readMarksOf(messages, receipts));
    }
    return this.#marks.get(messageId) ?? nobody;
  }
}

const nobody: readonly string[] = [];

function kept(before: ReadMarks, after: ReadMarks): ReadMarks {
  return new Map(
    [...after].map(([id, userIds]) => {
      const known = before.get(id);
      const same = known?.length === userIds.length && userIds.every((userId, n) => userId === known[n]);
      return [id, same ? known : userIds];
    }),
  );
}
