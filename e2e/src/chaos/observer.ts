import type { MessageListSnapshot } from '@parley/sdk';
import { differencesBetween } from './compare.ts';

type ShownMessage = MessageListSnapshot['messages'][number];

/**
 * Looks at every snapshot of one message list as it comes: what is shown must be a stretch of the timeline without holes
 * and doubles, and between two snapshots nothing may go back.
 */
export class Observer {
  readonly #report: (violation: string) => void;
  #before: MessageListSnapshot | null = null;

  constructor(report: (violation: string) => void) {
    this.#report = report;
  }

  /** Returns how many messages are new since the last snapshot. */
  observe(snapshot: MessageListSnapshot): number {
    const before = this.#before;
    this.#before = snapshot;
    const { messages, outgoing } = snapshot;
    const ids = new Set([...messages, ...outgoing].map(({ id }) => id));
    if (ids.size < messages.length + outgoing.length) this.#report('a message is shown twice');
    const hole = messages.findIndex((message, index) => !follows(messages[index - 1], message));
    if (hole !== -1)
      this.#report(`there is a hole, or another order, before ${messages[hole]?.position ?? 0}`);
    if (before?.status !== 'ready' || snapshot.status !== 'ready') return 0;
    return this.#compare(before, snapshot);
  }

  #compare(before: MessageListSnapshot, { messages }: MessageListSnapshot): number {
    const known = new Map(before.messages.map((message) => [message.position, message]));
    const shown = new Map(messages.map((message) => [message.position, message]));
    for (const [position, old] of known) {
      const now = shown.get(position);
      if (now === old) continue;
      if (now === undefined) this.#report(`the message at ${position} is not shown any more`);
      else if (now.id !== old.id) this.#report(`another message stands at ${position}`);
      else if (now.seq < old.seq)
        this.#report(`the message at ${position} went back from ${old.seq} to ${now.seq}`);
      else if (now.seq === old.seq)
        for (const line of differencesBetween(sharedOf(now), sharedOf(old)))
          this.#report(`the message at ${position} changed without another seq: ${line}`);
    }
    return messages.length - before.messages.length;
  }
}

/**
 * Whether nothing that counts is missing between two messages. Positions say less: replies in threads, which are shown
 * elsewhere, have some in between.
 */
function follows(
  before: ShownMessage | undefined,
  { position, ordinal, messageType }: ShownMessage,
): boolean {
  if (before === undefined) return true;
  return position > before.position && ordinal === before.ordinal + (messageType === 'text' ? 1 : 0);
}

/** A message as everybody has it: which reactions are one's own may become known later. */
function sharedOf({ reactions, ...message }: ShownMessage) {
  const shared = reactions?.map((reaction) => {
    const { own: _, ...rest } = reaction;
    return rest;
  });
  return { ...message, reactions: shared };
}
