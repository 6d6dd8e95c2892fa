import type { Change, Frame } from '@parley/contract';
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
  stepFeed,
  visibleRows,
} from './feed.ts';

/** Somebody who follows a conversation here: a `messages.watch`, or a person's inbox. */
export interface Subscriber {
  readonly userId: string;
  /** Whether somebody has just this conversation open, rather than among all of theirs. */
  readonly open: boolean;
  /** A frame with the rows this member may see. Before admission everything is handed over, for the subscriber to keep. */
  frame(frame: Frame): void;
  /** Continuity is lost; the subscriber is no longer admitted. */
  reset(): void;
  /** The member it was admitted as is gone, or joined anew; the subscriber is no longer admitted. */
  dismissed(): void;
  /** The feed is closed under it: nothing more will come. */
  closed(): void;
}

/** What a caller read of one's membership, and as of which membership version. */
export interface KnownMembership {
  readonly epoch: string;
  readonly memberVersion: number;
  readonly membership: Membership;
}

/** For how long a conversation counts as active after something was said in it, in milliseconds. */
const activeMs = 60_000;
/** How long somebody waits for a gap to be read, in milliseconds. */
const refreshMs = 5_000;

/** A feed's state machine with what it acts on: subscribers, and a read of the database. */
export class ConversationFeed {
  readonly conversationId: string;
  readonly #readGap: (above: number, userIds: readonly string[]) => Promise<FeedSnapshot | undefined>;
  readonly #log: Log;
  readonly #subscribers = new Map<Subscriber, Membership | null>();
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

  get subscriberCount(): number {
    return this.#subscribers.size;
  }

  /** Whether somebody has it open, or something was said lately: what is missed here is missed by somebody who looks. */
  get lively(): boolean {
    if (Date.now() - this.#deliveredAt < activeMs) return true;
    return [...this.#subscribers.keys()].some(({ open }) => open);
  }

  onEvent(event: ChangeEvent): void {
    this.#step({ type: 'event', event });
  }

  /** The database was found at another seq, or in another epoch. */
  onDiffers(lastSeq: number): void {
    this.#step({ type: 'differs', lastSeq });
  }

  /** Begins to hand frames over; they are not to be passed on before `admit`. */
  attach(subscriber: Subscriber): void {
    this.#subscribers.set(subscriber, null);
  }

  /**
   * Makes an attached subscriber a member's.
   * @returns false when what is known of the membership is not of the feed's membership version: `refresh`, read again
   */
  admit(subscriber: Subscriber, known: KnownMembership): boolean {
    const state = attachMember(this.#state, subscriber.userId, known);
    if (state === null || !this.#subscribers.has(subscriber)) return false;
    this.#state = state;
    this.#subscribers.set(subscriber, known.membership);
    return true;
  }

  detach(subscriber: Subscriber): void {
    this.#subscribers.delete(subscriber);
    if (![...this.#subscribers.keys()].some(({ userId }) => userId === subscriber.userId)) {
      this.#state = detachMember(this.#state, subscriber.userId);
    }
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
    for (const subscriber of [...this.#subscribers.keys()]) subscriber.closed();
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
          this.#deliver({ conversationId: this.conversationId, ...effect.frame });
          break;
        case 'reset':
          this.#tellAll((subscriber) => subscriber.reset());
          break;
      }
    }
  }

  async #read(above: number): Promise<void> {
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
      if (!failed) this.#tellAll((subscriber) => subscriber.dismissed());
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

  #readLater(): void {
    this.#retry = setTimeout(() => {
      this.#step({ type: 'read-failed' });
      this.#step({ type: 'differs', lastSeq: this.#state.target });
    }, retryDelay(this.#failures));
    this.#failures += 1;
  }

  #deliver(frame: Frame): void {
    this.#deliveredAt = Date.now();
    const shared = new Map<readonly Change[], Frame>([[frame.rows, frame]]);
    for (const [subscriber, admitted] of this.#subscribers) {
      if (admitted === null) {
        subscriber.frame(frame);
      } else if (this.#state.members.get(subscriber.userId)?.joinedSeq !== admitted.joinedSeq) {
        this.#subscribers.set(subscriber, null);
        subscriber.dismissed();
      } else {
        const rows = visibleRows(frame.rows, admitted.hidden);
        const known = shared.get(rows) ?? { ...frame, rows };
        shared.set(rows, known);
        subscriber.frame(known);
      }
    }
  }

  /** Tells everyone what ends their admission. */
  #tellAll(tell: (subscriber: Subscriber) => void): void {
    for (const subscriber of [...this.#subscribers.keys()]) {
      // One that was told before may have detached others.
      if (!this.#subscribers.has(subscriber)) continue;
      this.#subscribers.set(subscriber, null);
      tell(subscriber);
    }
  }
}
