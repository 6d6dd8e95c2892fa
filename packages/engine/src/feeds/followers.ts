import type { Change, Frame } from '@parley/contract';
import { type Membership, visibleRows } from './feed.ts';

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

const notAdmitted = -1;

/** One subscriber; those of the same person hang together. Flat, as a frame walks past thousands of them. */
interface Place {
  readonly subscriber: Subscriber;
  /** As which member it was admitted. */
  joinedSeq: number;
  hidden: number;
  next: Place | null;
  gone: boolean;
}

/** Who follows one conversation, and as which member. */
export class Followers {
  readonly #places = new Map<string, Place>();
  #open = 0;
  /** The members that every admitted subscriber was last found among; null when one may not be. */
  #checked: ReadonlyMap<string, Membership> | null = null;

  /** Whether somebody has just this conversation open. */
  get open(): boolean {
    return this.#open > 0;
  }

  attach(subscriber: Subscriber): void {
    const next = this.#places.get(subscriber.userId) ?? null;
    const place = { subscriber, joinedSeq: notAdmitted, hidden: 0, next, gone: false };
    this.#places.set(subscriber.userId, place);
    if (subscriber.open) this.#open += 1;
  }

  has(subscriber: Subscriber): boolean {
    return this.#find(subscriber) !== null;
  }

  admit(subscriber: Subscriber, { joinedSeq, hidden }: Membership): void {
    const place = this.#find(subscriber);
    if (place === null) return;
    place.joinedSeq = joinedSeq;
    place.hidden = hidden;
    this.#checked = null;
  }

  /** @returns whether nobody else follows for the same person */
  detach(subscriber: Subscriber): boolean {
    const place = this.#find(subscriber);
    const first = this.#places.get(subscriber.userId);
    if (place === null || first === undefined) return first === undefined;
    place.gone = true;
    if (subscriber.open) this.#open -= 1;
    if (first !== place) {
      for (let each = first; ; each = each.next) {
        if (each.next === place) each.next = place.next;
        if (each.next === null) break;
      }
      return false;
    }
    if (place.next !== null) this.#places.set(subscriber.userId, place.next);
    else this.#places.delete(subscriber.userId);
    return place.next === null;
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
    this.#each((place) => {
      const { subscriber, joinedSeq, hidden } = place;
      if (unchecked && joinedSeq !== notAdmitted && members.get(subscriber.userId)?.joinedSeq !== joinedSeq) {
        place.joinedSeq = notAdmitted;
        subscriber.dismissed();
      } else if (joinedSeq === notAdmitted || hidden === 0) {
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
    this.#each((place) => {
      place.joinedSeq = notAdmitted;
      tell(place.subscriber);
    });
  }

  /** Those there are now, except who is gone by the time it is their turn: one that was told before may detach others. */
  #each(visit: (place: Place) => void): void {
    for (const first of this.#places.values()) {
      for (let place: Place | null = first; place !== null; place = place.next) if (!place.gone) visit(place);
    }
  }

  #find(subscriber: Subscriber): Place | null {
    let place = this.#places.get(subscriber.userId) ?? null;
    while (place !== null && place.subscriber !== subscriber) place = place.next;
    return place;
  }
}
