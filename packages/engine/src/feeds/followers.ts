import type { Change, Frame } from '@parley/contract';
import { type Membership, visibleRows } from './feed.ts';

const notAdmitted = -1;

/**
 * Somebody who follows one conversation here: a `messages.watch`, or a person's inbox. Where it hangs in its feed is kept on
 * itself: there are dozens for everybody connected, and a frame walks past thousands.
 */
export abstract class Subscriber {
  abstract readonly userId: string;
  /** Whether somebody has just this conversation open, rather than among all of theirs. */
  abstract readonly open: boolean;
  /** As which member it was admitted; with what follows the feed's own business. */
  admittedAs = notAdmitted;
  /** The position up to which it may not see the timeline. */
  hidden = 0;
  /** The next one of the same person. */
  next: Subscriber | null = null;
  attached = false;

  /** A frame with the rows this member may see. Before admission everything is handed over, for the subscriber to keep. */
  abstract frame(frame: Frame): void;
  /** Continuity is lost; the subscriber is no longer admitted. */
  abstract reset(): void;
  /** The member it was admitted as is gone, or joined anew; the subscriber is no longer admitted. */
  abstract dismissed(): void;
  /** The feed is closed under it: nothing more will come. */
  abstract closed(): void;
}

/** Who follows one conversation, and as which member. */
export class Followers {
  /** Of each person the one attached last. */
  readonly #first = new Map<string, Subscriber>();
  #open = 0;
  /** The members that every admitted subscriber was last found among; null when one may not be. */
  #checked: ReadonlyMap<string, Membership> | null = null;

  /** Whether somebody has just this conversation open. */
  get open(): boolean {
    return this.#open > 0;
  }

  attach(subscriber: Subscriber): void {
    subscriber.next = this.#first.get(subscriber.userId) ?? null;
    subscriber.attached = true;
    this.#first.set(subscriber.userId, subscriber);
    if (subscriber.open) this.#open += 1;
  }

  admit(subscriber: Subscriber, { joinedSeq, hidden }: Membership): void {
    subscriber.admittedAs = joinedSeq;
    subscriber.hidden = hidden;
    this.#checked = null;
  }

  /** @returns whether nobody else follows for the same person */
  detach(subscriber: Subscriber): boolean {
    const first = this.#first.get(subscriber.userId);
    if (!subscriber.attached || first === undefined) return first === undefined;
    subscriber.attached = false;
    if (subscriber.open) this.#open -= 1;
    if (first !== subscriber) {
      for (let each = first; ; each = each.next) {
        if (each.next === subscriber) each.next = subscriber.next;
        if (each.next === null) break;
      }
      return false;
    }
    if (subscriber.next !== null) this.#first.set(subscriber.userId, subscriber.next);
    else this.#first.delete(subscriber.userId);
    return subscriber.next === null;
  }

  /** Hands a frame to everyone, and dismisses whoever is not the member any more that they were admitted as. */
  deliver(frame: Frame, members: ReadonlyMap<string, Membership>): void {
    const unchecked = this.#checked !== members;
    this.#checked = members;
    try {
      this.#deliverTo(frame, members, unchecked);
    } catch (error) {
      // Whoever was not reached must not go unchecked the next time.
      this.#checked = null;
      throw error;
    }
  }

  #deliverTo(frame: Frame, members: ReadonlyMap<string, Membership>, unchecked: boolean): void {
    const cut = new Map<readonly Change[], Frame>([[frame.rows, frame]]);
    this.#each((subscriber) => {
      const { admittedAs, hidden } = subscriber;
      if (
        unchecked &&
        admittedAs !== notAdmitted &&
        members.get(subscriber.userId)?.joinedSeq !== admittedAs
      ) {
        subscriber.admittedAs = notAdmitted;
        subscriber.dismissed();
      } else if (admittedAs === notAdmitted || hidden === 0) {
        subscriber.frame(frame);
      } else {
        const rows = visibleRows(frame.rows, hidden);
        const known = cut.get(rows) ?? { ...frame, rows };
        cut.set(rows, known);
        subscriber.frame(known);
      }
    });
  }

  /** Tells everyone what ends their admission. */
  dismissAll(tell: (subscriber: Subscriber) => void): void {
    this.#each((subscriber) => {
      subscriber.admittedAs = notAdmitted;
      tell(subscriber);
    });
  }

  /** Those there are now, except who is gone by the time it is their turn: one that was told before may detach others. */
  #each(visit: (subscriber: Subscriber) => void): void {
    for (const first of this.#first.values()) {
      for (let each: Subscriber | null = first; each !== null; each = each.next)
        if (each.attached) visit(each);
    }
  }
}
