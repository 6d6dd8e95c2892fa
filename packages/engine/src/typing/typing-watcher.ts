import { ParleyError, type TypingEvent } from '@parley/contract';
import { accessTo, hiddenUpTo } from '../access.ts';
import type { Database } from '../db/database.ts';
import { asServiceError } from '../db/errors.ts';
import type { ConversationFeed } from '../feeds/conversation-feed.ts';
import { Subscriber } from '../feeds/followers.ts';
import { LiveChannel } from '../live-channel.ts';

const admitAttempts = 8;

/**
 * One `typing.watch`. It follows the conversation's feed for the membership alone: while the viewer is not known to be a
 * member nothing is passed on, and when they are none it ends.
 */
export class TypingWatcher extends Subscriber {
  readonly userId: string;
  readonly open = true;
  readonly stream: LiveChannel<TypingEvent>;
  /** Those whom the viewer does not hear. */
  readonly silenced = new Set<string>();
  readonly #db: Database;
  readonly #feed: ConversationFeed;
  #live = false;
  #doubted = false;
  /** Whether the latest event named somebody; null before the first. */
  #showing: boolean | null = null;

  constructor(
    parts: { db: Database; feed: ConversationFeed; userId: string },
    onClosed: (watcher: TypingWatcher) => void,
  ) {
    super();
    this.userId = parts.userId;
    this.#db = parts.db;
    this.#feed = parts.feed;
    this.stream = new LiveChannel(() => {
      this.#feed.detach(this);
      onClosed(this);
    });
    this.#feed.attach(this);
  }

  /** Passes on who is typing; nobody after nobody is no news. */
  tell(items: readonly TypingEvent[]): void {
    if (!this.#live) return;
    const showing = items.some(({ count }) => count > 0);
    if (this.#showing === false && !showing) return;
    this.#showing = showing;
    this.stream.send(items);
  }

  /** Becomes a member's. @throws NOT_MEMBER, UNAVAILABLE */
  async admit(): Promise<void> {
    for (let attempt = 0; attempt < admitAttempts; attempt += 1) {
      this.#doubted = false;
      const { conversation, member, epoch } = await accessTo(
        this.#db,
        this.#feed.conversationId,
        this.userId,
      );
      if (this.stream.closed) return;
      const membership = { joinedSeq: member.joined_seq, hidden: hiddenUpTo(conversation, member) };
      const known = { epoch, memberVersion: conversation.member_version, membership };
      if (!this.#doubted && this.#feed.admit(this, known)) {
        this.#live = true;
        return;
      }
      await this.#feed.refresh();
    }
    throw new ParleyError('UNAVAILABLE', 'unable to watch who is typing; the members change too fast');
  }

  frame(): void {}

  reset(): void {
    this.dismissed();
  }

  dismissed(): void {
    const { stream } = this;
    this.#doubted = true;
    // Not begun, or being admitted anew already.
    if (!this.#live) return;
    this.#live = false;
    this.admit().catch((error: unknown) => stream.end(asServiceError(error)));
  }

  closed(): void {
    this.stream.end(new ParleyError('UNAVAILABLE', 'unable to go on with the conversation; connect again'));
  }
}
