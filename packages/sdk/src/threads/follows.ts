import {
  type FollowedPage,
  type FollowedThread,
  type Frame,
  type InboxEvent,
  limits,
  mergeThreadStates,
  type Message,
  threadStateAfter,
  type ThreadState,
} from '@parley/contract';
import { messagesOf } from '../conversations/summary.ts';
import { isReady } from '../sync/is-ready.ts';
import { inOrder } from '../in-order.ts';

/** What is said of a thread in the list of those one follows. */
type ListedThread = Pick<FollowedThread, 'root' | 'latest'>;

/**
 * How one stands with threads, as far as it is known: from pages, and from what the inbox tells. All numbers only grow, so what
 * comes in any order and more than once comes to the same.
 */
export interface Follows {
  readonly viewerId: string;
  readonly epoch: string | null;
  readonly states: ReadonlyMap<string, ThreadState>;
  /** Those that are listed, also while one does not follow them any more. */
  readonly listed: ReadonlyMap<string, ListedThread>;
  /** Whether the first page of the list has come. */
  readonly loaded: boolean;
  /** Where the next page begins; null when there is none. */
  readonly cursor: string | null;
  /** Whether the first page has to be asked for: something may have happened that was not told. */
  readonly stale: boolean;
  /** Whether the first page is under way: what is told meanwhile of threads not known yet may not be in it. */
  readonly asked: boolean;
  /** How often the list began anew: with a first page, or without the threads of a conversation that was lost. */
  readonly begun: number;
}

export function emptyFollows(viewerId: string): Follows {
  return {
    ...{ viewerId, epoch: null, states: new Map(), listed: new Map() },
    ...{ loaded: false, cursor: null, stale: true, asked: false, begun: 0 },
  };
}

/** Names a thread: the same id may be used in several conversations. */
export function threadKey(conversationId: string, rootId: string): string {
  return `${conversationId} ${rootId}`;
}

/** What one event of the inbox makes of it. Those of another epoch are not listened to (rule 21). */
export function hearOf(follows: Follows, event: InboxEvent): Follows {
  switch (event.type) {
    case 'ready': {
      const known = follows.epoch === event.epoch ? follows : emptyFollows(follows.viewerId);
      return { ...known, epoch: event.epoch, stale: known.stale || isReady(event) };
    }
    case 'reset':
      return { ...emptyFollows(follows.viewerId), epoch: event.epoch };
    case 'frame':
      return event.frame.epoch === follows.epoch ? hearFrame(follows, event.frame) : follows;
    case 'gained':
      return event.epoch === follows.epoch ? { ...follows, stale: true } : follows;
    case 'lost':
      // A page that is under way may be of before, and bring its threads back.
      return event.epoch === follows.epoch
        ? { ...without(follows, event.conversationId), stale: true }
        : follows;
    case 'thread': {
      if (event.epoch !== follows.epoch) return follows;
      const { state } = event;
      const next = withState(follows, state);
      const key = threadKey(state.conversationId, state.rootId);
      return state.following && !next.listed.has(key) ? { ...next, stale: true } : next;
    }
    default:
      return follows;
  }
}

/** A state that an answer gave. */
export function takeState(follows: Follows, epoch: string, state: ThreadState): Follows {
  return epoch === follows.epoch ? withState(follows, state) : follows;
}

/** The first page is asked for. */
export function askPage(follows: Follows): Follows {
  return { ...follows, stale: false, asked: true };
}

/**
 * A page of the list: the first one, or the one behind the cursor.
 * @param list which list the page goes on, by `begun`; null for a first page. One of a list that has begun anew since is left out:
 *   it may not go on from there, and may have threads that are gone
 */
export function takePage(follows: Follows, page: FollowedPage, list: number | null): Follows {
  if (page.epoch !== follows.epoch || (list !== null && list !== follows.begun)) return follows;
  const listed = new Map(list === null ? [] : follows.listed);
  let next = follows;
  for (const { root, latest, state } of page.threads) {
    const key = threadKey(state.conversationId, state.rootId);
    next = withState(next, state);
    const known = follows.listed.get(key);
    listed.set(key, known === undefined ? { root, latest } : newest(known, root, latest));
  }
  const first = list === null ? { begun: next.begun + 1, asked: false } : {};
  return { ...next, ...first, listed, loaded: true, cursor: page.nextCursor };
}

/** The threads one follows, by latest reply. */
export function followedOf({ states, listed }: Follows): FollowedThread[] {
  return [...listed]
    .flatMap(([key, { root, latest }]) => {
      const state = states.get(key);
      return state?.following === true && root.replies !== undefined ? { root, latest, state } : [];
    })
    .sort((a, b) => inOrder(lastAt(b), lastAt(a)) || inOrder(b.root.id, a.root.id));
}

function lastAt({ root }: FollowedThread): string {
  return root.replies?.lastAt ?? '';
}

/** A frame with nothing in it says that more happened than could be sent. */
function hearFrame(follows: Follows, { from, to, rows }: Frame): Follows {
  if (from === to) return { ...follows, stale: true };
  const messages = messagesOf(rows).filter(({ thread, replies }) => thread ?? replies);
  return messages.reduce(hearMessage, follows);
}

function hearMessage(follows: Follows, message: Message): Follows {
  const key = threadKey(message.conversationId, message.thread?.rootId ?? message.id);
  const state = follows.states.get(key);
  // Of those not listed yet one does not know whether one follows them.
  if (state === undefined) {
    return follows.cursor === null && !follows.asked ? follows : { ...follows, stale: true };
  }
  const after = threadStateAfter(state, message, follows.viewerId);
  const next = after === state ? follows : { ...follows, states: new Map(follows.states).set(key, after) };
  const listed = follows.listed.get(key);
  if (listed === undefined) return state.following ? { ...next, stale: true } : next;
  const merged =
    message.thread === undefined ? newest(listed, message, []) : newest(listed, listed.root, [message]);
  return { ...next, listed: new Map(next.listed).set(key, merged) };
}

function newest(known: ListedThread, root: Message, latest: readonly Message[]): ListedThread {
  const rows = new Map(known.latest.map((row) => [row.position, row]));
  for (const row of latest) {
    const present = rows.get(row.position);
    if (present === undefined || present.seq < row.seq) rows.set(row.position, row);
  }
  return {
    root: root.seq > known.root.seq ? root : known.root,
    latest: withoutHoles([...rows.values()].sort((a, b) => a.position - b.position)),
  };
}

/** The last ones of the rows, as far as none is missing between them. */
function withoutHoles(rows: readonly Message[]): Message[] {
  const ordinalOf = (row: Message | undefined) => row?.thread?.ordinal ?? 0;
  const last = ordinalOf(rows.at(-1));
  return rows
    .slice(-limits.threadLatest)
    .filter((row, n, latest) => ordinalOf(row) === last - (latest.length - 1 - n));
}

function withState(follows: Follows, state: ThreadState): Follows {
  const key = threadKey(state.conversationId, state.rootId);
  const known = follows.states.get(key);
  const merged = known === undefined ? state : mergeThreadStates(known, state);
  return { ...follows, states: new Map(follows.states).set(key, merged) };
}

function without(follows: Follows, conversationId: string): Follows {
  const others = <T>(map: ReadonlyMap<string, T>) =>
    new Map([...map].filter(([key]) => !key.startsWith(`${conversationId} `)));
  const begun = follows.begun + 1;
  return { ...follows, states: others(follows.states), listed: others(follows.listed), begun };
}
