import type { Change, Frame } from '@parley/contract';

/** One change as its transaction published it. `memberVersion` is the seq of the latest membership change up to it. */
export interface ChangeEvent {
  readonly epoch: string;
  readonly seq: number;
  readonly memberVersion: number;
  readonly row: Change;
}

/** A connected member as far as delivery is concerned; entries up to position `hidden` are not theirs to see. */
export interface Membership {
  readonly joinedSeq: number;
  readonly hidden: number;
}

/**
 * What one snapshot of the primary says of a conversation: all rows with a seq above `above`, unless they are too many
 * (`rows` is null then), and the memberships of the people asked about.
 */
export interface FeedSnapshot {
  readonly epoch: string;
  readonly lastSeq: number;
  readonly memberVersion: number;
  readonly above: number;
  readonly rows: readonly Change[] | null;
  readonly members: ReadonlyMap<string, Membership | null>;
}

/** One conversation as one process follows it. */
export interface FeedState {
  readonly epoch: string;
  /** All changes up to this seq have been delivered. */
  readonly head: number;
  readonly memberVersion: number;
  /** The members connected to this process. */
  readonly members: Map<string, Membership>;
  /** Events above the head that wait for those before them, by seq. */
  readonly buffer: ReadonlyMap<number, ChangeEvent>;
  /** The highest seq heard of. */
  readonly target: number;
  readonly reading: boolean;
  /** An event of another epoch came while the database was being read: what was read may be older than it. */
  readonly doubted: boolean;
}

export type FeedInput =
  | { readonly type: 'event'; readonly event: ChangeEvent }
  | { readonly type: 'snapshot'; readonly snapshot: FeedSnapshot }
  /** A head check, or somebody who attaches, found the database elsewhere. */
  | { readonly type: 'differs'; readonly lastSeq: number }
  | { readonly type: 'read-failed' };

export type FeedEffect =
  /** Read what lies above the head, in one snapshot. */
  | { readonly type: 'read'; readonly above: number }
  | { readonly type: 'deliver'; readonly frame: Omit<Frame, 'conversationId'> }
  /** Continuity is lost for everyone: the epoch is another one. */
  | { readonly type: 'reset'; readonly epoch: string };

export type FeedStep = readonly [FeedState, readonly FeedEffect[]];

/** Events kept while the ones before them are missing; more are dropped, and read from the database instead. */
const bufferCap = 1_000;

/** The feed after its first snapshot, with the events that came in while that was read. */
export function startFeed(
  snapshot: Pick<FeedSnapshot, 'epoch' | 'lastSeq' | 'memberVersion'>,
  early: readonly ChangeEvent[],
): FeedStep {
  let state: FeedState = {
    epoch: snapshot.epoch,
    head: snapshot.lastSeq,
    memberVersion: snapshot.memberVersion,
    members: new Map(),
    buffer: new Map(),
    target: snapshot.lastSeq,
    reading: false,
    doubted: false,
  };
  const effects: FeedEffect[] = [];
  for (const event of early) {
    const [next, more] = stepFeed(state, { type: 'event', event });
    state = next;
    effects.push(...more);
  }
  return [state, effects];
}

/** What an input makes of a feed. Rules 3 to 5, 21 and 22 of the protocol. */
export function stepFeed(state: FeedState, input: FeedInput): FeedStep {
  switch (input.type) {
    case 'event':
      return onEvent(state, input.event);
    case 'snapshot':
      return afterDoubt(
        onSnapshot({ ...state, reading: false, doubted: false }, input.snapshot),
        state.doubted,
      );
    case 'differs':
      return read({ ...state, target: Math.max(state.target, input.lastSeq) });
    case 'read-failed':
      return [{ ...state, reading: false }, []];
  }
}

/**
 * The feed with one more connected member, or null when what the caller knows of the membership is not of the feed's
 * own membership version: the gap has to be read first, and the membership again (rule 9). Thousands may connect to one
 * feed: its map of members is not copied but goes over to the new state, and the old one must not be used any more.
 */
export function attachMember(
  state: FeedState,
  userId: string,
  known: { epoch: string; memberVersion: number; membership: Membership },
): FeedState | null {
  if (known.epoch !== state.epoch || known.memberVersion !== state.memberVersion) return null;
  state.members.set(userId, known.membership);
  return { ...state };
}

/** The feed with one connected member less. As with `attachMember`, the old state must not be used any more. */
export function detachMember(state: FeedState, userId: string): FeedState {
  state.members.delete(userId);
  return { ...state };
}

/** Characters of messages in one merged frame, unless a single change has more, and changes in it. */
const mergedCharacters = 100_000;
const mergedRows = 100;

/** The same effects, with deliveries that follow upon one another made one: a frame costs each receiver the same. */
export function mergedDeliveries(effects: readonly FeedEffect[]): readonly FeedEffect[] {
  if (effects.length < 2) return effects;
  const merged: FeedEffect[] = [];
  let characters = 0;
  for (const effect of effects) {
    const last = merged.at(-1);
    const own = effect.type === 'deliver' ? charactersOf(effect.frame.rows) : 0;
    const joins =
      effect.type === 'deliver' &&
      last?.type === 'deliver' &&
      last.frame.to === effect.frame.from &&
      last.frame.rows.length + effect.frame.rows.length <= mergedRows &&
      characters + own <= mergedCharacters;
    characters = joins ? characters + own : own;
    if (joins) {
      const rows = [...last.frame.rows, ...effect.frame.rows];
      merged[merged.length - 1] = { type: 'deliver', frame: { ...last.frame, to: effect.frame.to, rows } };
    } else merged.push(effect);
  }
  return merged;
}

function charactersOf(rows: readonly Change[]): number {
  return rows.reduce((sum, row) => sum + (row.type === 'message' ? row.message.content.length : 0), 0);
}

/** The rows a member may see; a frame keeps its bounds, so that nobody sees a hole (rule 5). */
export function visibleRows(rows: readonly Change[], hidden: number): readonly Change[] {
  const isVisible = (row: Change) => row.type !== 'message' || row.message.position > hidden;
  // Nearly always all are: then it is the same array for everyone.
  return hidden === 0 || rows.every(isVisible) ? rows : rows.filter(isVisible);
}

function onEvent(state: FeedState, event: ChangeEvent): FeedStep {
  if (event.epoch !== state.epoch) return read({ ...state, doubted: state.reading });
  if (event.seq <= state.head) return [state, []];
  const target = Math.max(state.target, event.seq);
  if (event.seq === state.head + 1 && admissible(state, event)) {
    return drain({ ...state, target }, [event]);
  }
  if (state.buffer.size >= bufferCap) return read({ ...state, target });
  return read({ ...state, target, buffer: new Map(state.buffer).set(event.seq, event) });
}

/** Whether the feed knows of every membership change the event knows of, or it is the change itself. */
function admissible(state: FeedState, event: ChangeEvent): boolean {
  return (
    event.memberVersion <= state.memberVersion ||
    (event.row.type === 'member' && event.memberVersion === event.seq)
  );
}

/** Delivers `first` and what follows it in the buffer as one frame; reads the gap if something is still missing. */
function drain(state: FeedState, first: readonly ChangeEvent[]): FeedStep {
  const rows: Change[] = [];
  let { head, memberVersion, members, buffer } = state;
  let next = first[0] ?? buffer.get(head + 1);
  while (next !== undefined && admissible({ ...state, memberVersion }, next)) {
    head = next.seq;
    memberVersion = Math.max(memberVersion, next.memberVersion);
    members = withMemberRow(members, next.row);
    rows.push(next.row);
    next = buffer.get(head + 1);
  }
  if (buffer.size > 0) buffer = new Map([...buffer].filter(([seq]) => seq > head));
  const drained = { ...state, head, memberVersion, members, buffer };
  const [after, more] = buffer.size > 0 || drained.target > head ? read(drained) : keep(drained);
  if (rows.length === 0) return [after, more];
  return [
    after,
    [{ type: 'deliver', frame: { epoch: state.epoch, from: state.head, to: head, rows } }, ...more],
  ];
}

function keep(state: FeedState): FeedStep {
  return [state, []];
}

function read(state: FeedState): FeedStep {
  if (state.reading) return [state, []];
  return [{ ...state, reading: true }, [{ type: 'read', above: state.head }]];
}

function afterDoubt([state, effects]: FeedStep, doubted: boolean): FeedStep {
  if (!doubted) return [state, effects];
  const [after, more] = read(state);
  return [after, [...effects, ...more]];
}

function onSnapshot(state: FeedState, snapshot: FeedSnapshot): FeedStep {
  if (snapshot.epoch !== state.epoch) return onOtherEpoch(state, snapshot);
  const { lastSeq } = snapshot;
  const memberVersion = Math.max(state.memberVersion, snapshot.memberVersion);
  if (lastSeq <= state.head) return drain({ ...state, memberVersion }, []);
  const rows = snapshot.rows?.filter((row) => row.seq > state.head) ?? null;
  const members =
    snapshot.memberVersion > state.memberVersion ? membersAfter(state.members, snapshot) : state.members;
  const frame =
    rows === null
      ? { epoch: state.epoch, from: lastSeq, to: lastSeq, rows: [] }
      : { epoch: state.epoch, from: state.head, to: lastSeq, rows };
  const caughtUp = {
    ...state,
    head: lastSeq,
    memberVersion,
    members,
    target: Math.max(state.target, lastSeq),
  };
  const [after, more] = drain(caughtUp, []);
  return [after, [{ type: 'deliver', frame }, ...more]];
}

/** The database is another one, or was restored: everything known is void (rule 22). */
function onOtherEpoch(state: FeedState, snapshot: FeedSnapshot): FeedStep {
  const { epoch, lastSeq, memberVersion } = snapshot;
  const fresh: FeedState = {
    ...state,
    epoch,
    head: lastSeq,
    memberVersion,
    members: new Map(),
    buffer: new Map(),
    target: lastSeq,
  };
  return [fresh, [{ type: 'reset', epoch }]];
}

/**
 * The connected members as of a snapshot with a newer membership version. Whoever attached after it was asked for is
 * judged by the member rows it brought; where it brought none, they are dropped and have to attach again.
 */
function membersAfter(
  members: ReadonlyMap<string, Membership>,
  snapshot: FeedSnapshot,
): Map<string, Membership> {
  let after = new Map<string, Membership>();
  for (const [userId, membership] of members) {
    const asked = snapshot.members.get(userId);
    if (asked === undefined && snapshot.rows !== null) after.set(userId, membership);
    else if (asked != null) after.set(userId, asked);
  }
  for (const row of snapshot.rows ?? []) {
    if (row.type === 'member' && !snapshot.members.has(row.member.userId)) after = withMemberRow(after, row);
  }
  return after;
}

/** Takes out a connected member whose row says that they left, or joined anew: they attach again, with a new read. */
function withMemberRow(members: Map<string, Membership>, row: Change): Map<string, Membership> {
  if (row.type !== 'member') return members;
  const known = members.get(row.member.userId);
  if (known === undefined) return members;
  if (row.member.leftAt === null && row.member.joinedSeq === known.joinedSeq) return members;
  const after = new Map(members);
  after.delete(row.member.userId);
  return after;
}
