import type { Conversation } from '@parley/contract';
import type { ConversationListSnapshot } from '@parley/sdk';

/** Looks at every snapshot of the list of conversations as it comes: where each stands, and how far it is read, never goes back. */
export class SummaryObserver {
  readonly #report: (violation: string) => void;
  #before = new Map<string, Conversation>();

  constructor(report: (violation: string) => void) {
    this.#report = report;
  }

  observe({ conversations: listed, archived, unread }: ConversationListSnapshot): void {
    if (unread < 0) this.#report(`${unread} messages unread`);
    const conversations = [...listed, ...archived];
    const known = this.#before;
    this.#before = new Map(conversations.map((conversation) => [conversation.id, conversation]));
    for (const now of conversations) {
      const before = known.get(now.id);
      // Who comes back begins anew, and so does a restored database.
      if (before?.joinedSeq !== now.joinedSeq || before.epoch !== now.epoch) continue;
      const went = (what: string, from: number, to: number) =>
        to < from ? this.#report(`${what} of ${now.id} went back from ${from} to ${to}`) : undefined;
      went('the seq', before.lastSeq, now.lastSeq);
      went('what is read', before.read.readPosition, now.read.readPosition);
      went('the end', before.read.lastPosition, now.read.lastPosition);
    }
  }
}
