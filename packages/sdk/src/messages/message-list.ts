import type { Message } from '@parley/contract';
import { DerivedStore, sameItems, sameProperties } from '../derived-store.ts';
import type { Outbox } from '../outbox/outbox.ts';
import type { OutgoingMessage } from '../outbox/queue.ts';
import { shownStretch } from '../sync/stretches.ts';
import type { Sync } from '../sync/sync.ts';
import { type ShownMessage, shownMessages } from '../reactions/own.ts';
import { outgoingAfter } from './outgoing.ts';
import type { Timeline } from './timeline.ts';

/** An open conversation's messages, as shown. */
export interface MessageListSnapshot {
  /** `gone`: one is not, or no longer, a member. */
  readonly status: 'loading' | 'ready' | 'gone';
  /** By position, a stretch without holes: the latest one, or the one that was jumped to. */
  readonly messages: readonly ShownMessage[];
  /** One's own messages on their way, to be shown after the latest ones. */
  readonly outgoing: readonly OutgoingMessage[];
  readonly hasOlder: boolean;
  readonly loadingOlder: boolean;
  /** Whether there are later ones: never but in a stretch that was jumped to, or kept around a position. */
  readonly hasNewer: boolean;
  readonly loadingNewer: boolean;
}

export const loadingMessages: MessageListSnapshot = {
  status: 'loading',
  messages: [],
  outgoing: [],
  hasOlder: false,
  loadingOlder: false,
  hasNewer: false,
  loadingNewer: false,
};

/**
 * The messages of one conversation. Live while somebody is subscribed; keeps what it holds in between. What loads and jumps needs
 * no `this`.
 */
export class MessageList extends DerivedStore<MessageListSnapshot> {
  readonly conversationId: string;
  readonly #sync: Sync;
  readonly #outbox: Outbox;

  constructor(sync: Sync, outbox: Outbox, conversationId: string) {
    super(loadingMessages, [sync, outbox]);
    this.#sync = sync;
    this.#outbox = outbox;
    this.conversationId = conversationId;
  }

  /**
   * Loads the page before the first message; does nothing when there is none.
   * @throws ParleyError
   */
  readonly loadOlder = (): Promise<void> =>
    this.#sync.ask({ type: 'older', conversationId: this.conversationId });

  /**
   * Loads the page after the last message shown; does nothing when there is none.
   * @throws ParleyError
   */
  readonly loadNewer = (): Promise<void> =>
    this.#sync.ask({ type: 'newer', conversationId: this.conversationId });

  /**
   * Shows the messages around a position, or around a message, once they are loaded. They stay live, and pages can be loaded on both sides; where
   * they reach the latest ones, those are shown again as well. Somebody has to be subscribed.
   * @throws ParleyError, and what was shown before is shown again
   */
  readonly jumpTo = (to: number | Pick<Message, 'position'>): Promise<void> => {
    const position = typeof to === 'number' ? to : to.position;
    return this.#sync.ask({ type: 'jump', conversationId: this.conversationId, position });
  };

  /** Shows the latest messages again. */
  readonly jumpToLatest = (): void =>
    this.#sync.step({ type: 'to-end', conversationId: this.conversationId });

  /**
   * Lets go of all but the latest messages, for somebody who looks at the end of a conversation in which a lot is said; loading
   * older ones brings the others back. Does nothing while fewer are held, or while others are shown or loaded.
   */
  keepLatest(count: number): void {
    this.#sync.step({ type: 'trim', conversationId: this.conversationId, count });
  }

  /**
   * Lets go of all but so many messages on each side of a position, for somebody who looks at it; loading older and newer ones
   * brings the others back. Does nothing while fewer are held, while a page is loaded, or when the position is not shown.
   */
  keepAround(position: number, count: number): void {
    this.#sync.step({ type: 'keep', conversationId: this.conversationId, position, count });
  }

  protected override onFirst(): void {
    this.#sync.step({ type: 'open', conversationId: this.conversationId });
  }

  protected override derive(before: MessageListSnapshot): MessageListSnapshot {
    const { entries, viewerId, cached } = this.#sync.getSnapshot();
    const entry = entries?.get(this.conversationId);
    const timeline = entry === undefined ? null : shownStretch(entry);
    const own = entry?.own ?? {};
    const shown = timeline === null ? loadingMessages.messages : shownMessages(timeline, own, viewerId);
    // A reply in a thread is shown there.
    const messages = shown.filter(({ thread }) => thread === undefined);
    const loadingAt = timeline?.awaited?.place.type;
    // What is not in the cache may well be there.
    const gone = entries !== null && !cached && (entry === undefined || entry.held === 'refused');
    return sameProperties(before, {
      status: gone ? 'gone' : timeline?.loaded === true ? 'ready' : 'loading',
      messages: sameItems(before.messages, messages),
      outgoing: sameItems(
        before.outgoing,
        timeline?.hasNewer === true ? [] : this.#outgoing(timeline, shown, viewerId),
      ),
      hasOlder: timeline?.hasOlder ?? false,
      loadingOlder: loadingAt === 'before',
      hasNewer: timeline?.hasNewer ?? false,
      loadingNewer: loadingAt === 'after',
    });
  }

  #outgoing(
    timeline: Timeline | null,
    shown: readonly ShownMessage[],
    viewerId: string,
  ): readonly OutgoingMessage[] {
    const waiting = (timeline?.rows ?? [])
      .slice(shown.length)
      .filter(({ thread }) => thread === undefined)
      .filter((message) => message.senderId === viewerId && message.messageType === 'text');
    const queued = this.#outbox
      .getSnapshot()
      .filter(
        ({ conversationId, extras }) => conversationId === this.conversationId && extras.thread === undefined,
      );
    return outgoingAfter(shown, waiting, queued);
  }
}
