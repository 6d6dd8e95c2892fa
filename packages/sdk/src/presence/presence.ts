import { limits, type Presence, type PresenceEvent, type PresenceOf } from '@parley/contract';
import type { Connection } from '../connection/connection.ts';
import { OpenLists } from '../open-lists.ts';
import type { Sync } from '../sync/sync.ts';
import { sayAway } from './away.ts';
import { PresenceSet, type Presences } from './presence-set.ts';

/** Sets that come and go together make one change of what is watched, within so long, in milliseconds. */
const GATHER_MS = 100;

/**
 * Who is there, of those one shares a conversation with. All sets that are shown share one subscription, of 200 people at
 * most: those shown last. A page that is hidden for five minutes makes this client one nobody looks at.
 */
export class PresenceOfOthers {
  readonly #connection: Connection;
  readonly #sets: OpenLists<PresenceSet>;
  /** Those that are live, the latest one last. */
  readonly #shown = new Set<PresenceSet>();
  #known: Presences = new Map();
  #watched: ReadonlySet<string> = new Set();
  #unwatch: (() => void) | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #endAway: () => void;

  constructor(connection: Connection, sync: Sync) {
    this.#connection = connection;
    // A subscription shows those one was acquainted with when it began.
    sync.onNews('acquaintances', () => this.#renew());
    this.#endAway = sayAway(connection);
    const hub = {
      added: (set: PresenceSet) => this.#added(set),
      removed: (set: PresenceSet) => this.#removed(set),
    };
    this.#sets = new OpenLists(
      (key) => new PresenceSet(key.split(','), hub),
      () => {},
    );
  }

  /** Whether these people are there, live; the same store for the same people. */
  open(userIds: readonly string[]): PresenceSet {
    return this.#sets.open([...new Set(userIds)].sort().join());
  }

  /** Whether these people are there now. @throws INVALID_INPUT, UNAUTHENTICATED, UNAVAILABLE */
  get(input: PresenceOf): Promise<Presence[]> {
    return this.#connection.call((trpc, options) => trpc.presence.get.query(input, options), {
      repeatable: true,
    });
  }

  /** Forgets everything of the person who was signed in. */
  clear(): void {
    this.#endAway();
    this.#endAway = sayAway(this.#connection);
    this.#leave();
    this.#sets.clear();
    this.#learn(new Map());
    this.#later();
  }

  close(): void {
    this.#endAway();
    this.#sets.each((set) => set.close());
    this.#leave();
  }

  #added(set: PresenceSet): void {
    this.#shown.add(set);
    set.take(this.#known);
    this.#later();
  }

  #removed(set: PresenceSet): void {
    this.#shown.delete(set);
    this.#later();
  }

  #later(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#watch(), GATHER_MS);
  }

  #renew(): void {
    if (this.#unwatch === undefined) return;
    this.#watched = new Set();
    this.#later();
  }

  #leave(): void {
    clearTimeout(this.#timer);
    this.#unwatch?.();
    this.#unwatch = undefined;
    this.#watched = new Set();
  }

  #watch(): void {
    const shown = new Set([...this.#shown].toReversed().flatMap((set) => set.userIds));
    const userIds = [...shown].filter((id) => id !== '').slice(0, limits.presenceUsers);
    if (userIds.length === 0) return this.#leave();
    // A few too many are cheaper than another subscription.
    if (userIds.every((id) => this.#watched.has(id)) && this.#watched.size <= 2 * userIds.length) return;
    this.#watched = new Set(userIds);
    // The one before goes on until this one has begun.
    let before = this.#unwatch;
    const leaveBefore = () => {
      before?.();
      before = undefined;
    };
    const unwatch = this.#connection.watchSignedIn<PresenceEvent>({
      open: (trpc, observer) => trpc.presence.watch.subscribe({ userIds }, observer),
      onData: (event) => {
        leaveBefore();
        if (event.type === 'ready') this.#learn(new Map(event.presences.map((each) => [each.userId, each])));
        else this.#learn(new Map(this.#known).set(event.presence.userId, event.presence));
      },
      onError: ({ code }) => code !== 'INVALID_INPUT',
      onLost: () => {},
    });
    this.#unwatch = () => {
      leaveBefore();
      unwatch();
    };
  }

  #learn(known: Presences): void {
    this.#known = known;
    for (const set of this.#shown) set.take(known);
  }
}
