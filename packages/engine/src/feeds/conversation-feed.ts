import type { Log } from '../log.ts';
import { retryDelay } from '../retry-delay.ts';
import {
  attachMember,
  type ChangeEvent,
  detachMember,
  type FeedEffect,
  type FeedInput,
  type FeedSnapshot,
  type FeedState,
  type FeedStep,
  type Membership,
  mergedDeliveries,
  stepFeed,
} from './feed.ts';
import { Followers, type Subscriber } from './followers.ts';

/** What a caller read of one's membership, and as of which membership version. */
export interface KnownMembership {
  readonly epoch: string;
  readonly memberVersion: number;
  readonly membership: Membership;
}

/** For how long a conversation counts as active after something was said in it, in milliseconds. */
const activeMs = 60_000;
/** For an event to come that a later one overtook, in milliseconds. */
const overtakenMs = 10;
/** How long somebody waits for a gap to be read, in milliseconds. */
const refreshMs = 5_000;

/** A feed's state machine with what it acts on: subscribers, and a read of the database. */
export class ConversationFeed {
  readonly conversationId: string;
  readonly #readGap: (above: number, userIds: readonly string[]) => Promise<FeedSnapshot | undefined>;
  readonly #log: Log;
  readonly #followers = new Followers();
  #state: FeedState;
  #waiters: (() => void)[] = [];
  #retry: NodeJS.Timeout | undefined;
  /** Reads in a row that came to nothing. */
  #failures = 0;
  #deliveredAt = 0;
  #closed = false;

  constructor(
    conversationId: string,
    [state, effects]: FeedStep,
    readGap: (above: number, userIds: readonly string[]) => Promise<FeedSnapshot | undefined>,
    log: Log,
  ) {
    this.conversationId = conversationId;
    this.#readGap = readGap;
    this.#log = log;
    this.#state = state;
    this.#perform(effects);
  }

  get epoch(): string {
    return this.#state.epoch;
  }

  /** Everything up to this seq has been handed to the subscribers. */
  get head(): number {
    return this.#state.head;
  }

  /** Whether somebody connected here is a member, as far as the feed has heard. */
  hasMember(userId: string): boolean {
    return this.#state.members.has(userId);
  }

  /** Whether somebody has it open, or something was said lately: what is missed here is missed by somebody who looks. */
  get lively(): boolean {
    return Date.now() - this.#deliveredAt < activeMs || this.#followers.open;
  }

  /** Changes that were announced together: what of them follows upon one another is handed on as one frame. */
  onEvents(events: readonly ChangeEvent[]): void {
    const effects: FeedEffect[] = [];
    for (const event of events) {
      const [state, more] = stepFeed(this.#state, { type: 'event', event });
      this.#state = state;
      effects.push(...more);
    }
    this.#perform(mergedDeliveries(effects));
  }

  /** The database was found at another seq, or in another epoch. */
  onDiffers(lastSeq: number): void {
    this.#step({ type: 'differs', lastSeq });
  }

  /** Begins to hand frames over; they are not to be passed on before `admit`. */
  attach(subscriber: Subscriber): void {
    this.#followers.attach(subscriber);
  }

  /**
   * Makes an attached subscriber a member's.
   * @returns false when what is known of the membership is not of the feed's membership version: `refresh`, read again
   */
  admit(subscriber: Subscriber, known: KnownMembership): boolean {
    if (!subscriber.attached) return false;
    const state = attachMember(this.#state, subscriber.userId, known);
    if (state === null) return false;
    this.#state = state;
    this.#followers.admit(subscriber, known.membership);
    return true;
  }

  detach(subscriber: Subscriber): void {
    if (this.#followers.detach(subscriber)) this.#state = detachMember(this.#state, subscriber.userId);
  }

  /** Resolves after the next read of the gap, whether it came to anything or not; starts one if none is under way. */
  refresh(): Promise<void> {
    if (this.#closed) return Promise.resolve();
    const { promise, resolve } = Promise.withResolvers<void>();
    const late = setTimeout(resolve, refreshMs);
    this.#waiters.push(() => {
      clearTimeout(late);
      resolve();
    });
    this.#step({ type: 'differs', lastSeq: this.#state.head });
    return promise;
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#retry);
    for (const resolve of this.#waiters.splice(0)) resolve();
    this.#followers.dismissAll((subscriber) => subscriber.closed());
  }

  #step(input: FeedInput): void {
    const [state, effects] = stepFeed(this.#state, input);
    this.#state = state;
    this.#perform(effects);
  }

  #perform(effects: readonly FeedEffect[]): void {
    for (const effect of effects) {
      switch (effect.type) {
        case 'read':
          void this.#read(effect.above);
          break;
        case 'deliver':
          this.#deliveredAt = Date.now();
          this.#followers.deliver(
            { conversationId: this.conversationId, ...effect.frame },
            this.#state.members,
          );
          break;
        case 'reset':
          this.#followers.dismissAll((subscriber) => subscriber.reset());
          break;
      }
    }
  }

  async #read(above: number): Promise<void> {
    if (await this.#filledSoon()) return;
    const before = this.#state;
    let snapshot: FeedSnapshot | undefined;
    let failed = false;
    try {
      snapshot = await this.#readGap(above, [...before.members.keys()]);
    } catch (error) {
      failed = true;
      this.#log.warn({ err: error, conversationId: this.conversationId }, 'unable to read the gap of a feed');
    }
    if (this.#closed) return;
    const waiters = this.#waiters.splice(0);
    if (snapshot === undefined) {
      this.#readLater();
      // Restored to before it was made: nobody is a member of it any more.
      if (!failed) this.#followers.dismissAll((subscriber) => subscriber.dismissed());
    } else if (
      snapshot.epoch === before.epoch &&
      snapshot.lastSeq <= above &&
      this.#state.target > this.#state.head
    ) {
      // The database does not have what was announced: do not ask it again at once.
      this.#readLater();
    } else {
      this.#failures = 0;
      this.#step({ type: 'snapshot', snapshot });
    }
    for (const resolve of waiters) resolve();
  }

  /**
   * What is missing below an event that came early is mostly on its way from another process: what is published here is
   * heard here first. @returns whether it has come, and nothing is to be read
   */
  async #filledSoon(): Promise<boolean> {
    if (this.#state.buffer.size === 0 || this.#waiters.length > 0) return false;
    await new Promise((resolve) => setTimeout(resolve, overtakenMs));
    const { head, target } = this.#state;
    if (this.#closed) return true;
    if (head < target || this.#state.doubted || this.#waiters.length > 0) return false;
    this.#step({ type: 'read-failed' });
    return true;
  }

  #readLater(): void {
    this.#retry = setTimeout(() => {
      this.#step({ type: 'read-failed' });
      this.#step({ type: 'differs', lastSeq: this.#state.target });
    }, retryDelay(this.#failures));
    this.#failures += 1;
  }
}
