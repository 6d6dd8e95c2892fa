import { ParleyError } from '@parley/contract';
import { accessTo, hiddenUpTo } from '../access.ts';
import type { Database } from '../db/database.ts';
import { asServiceError } from '../db/errors.ts';
import { LiveChannel } from '../live-channel.ts';
import type { ConversationFeed } from './conversation-feed.ts';
import { Subscriber } from './followers.ts';

const admitAttempts = 8;

export interface MemberWatcherParts {
  readonly db: Database;
  readonly feed: ConversationFeed;
  readonly userId: string;
  /** What it is there for, as errors say it. */
  readonly task: string;
}

/**
 * A stream for a member of a conversation of what is not in its feed. It follows the feed for the membership: while the
 * viewer is not known to be a member nothing is passed on, and when they are none it ends.
 */
export abstract class MemberWatcher<T> extends Subscriber {
  readonly userId: string;
  readonly open = true;
  readonly stream: LiveChannel<T>;
  /** Those whom the viewer neither sees nor hears. */
  readonly silenced = new Set<string>();
  readonly #db: Database;
  readonly #feed: ConversationFeed;
  readonly #task: string;
  #live = false;
  #doubted = false;

  constructor({ db, feed, userId, task }: MemberWatcherParts, onClosed: () => void) {
    super();
    this.userId = userId;
    this.#db = db;
    this.#feed = feed;
    this.#task = task;
    this.stream = new LiveChannel(() => {
      this.#feed.detach(this);
      onClosed();
    });
    this.#feed.attach(this);
  }

  /** Whether the viewer is known to be a member: nothing is to be passed on while they are not. */
  protected get live(): boolean {
    return this.#live;
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
    throw new ParleyError('UNAVAILABLE', `unable to ${this.#task}; the members change too fast`);
  }

  reset(): void {
    this.dismissed();
  }

  dismissed(): void {
    const { stream } = this;
    this.#doubted = true;
    // Not begun, or being admitted anew already.
    if (!this.#live) return;
    this.#live = false;
    this.admit().then(
      () => this.readmitted(),
      (error: unknown) => stream.end(asServiceError(error)),
    );
  }

  closed(): void {
    this.stream.end(new ParleyError('UNAVAILABLE', 'unable to go on with the conversation; connect again'));
  }

  /** Called once the viewer is a member's again: what was told meanwhile was not passed on. */
  protected readmitted(): void {}
}
