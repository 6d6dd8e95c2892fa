import { type Frame, type InboxEvent, mergeReadStates, readStateAfter } from '@parley/contract';
import type { FeedEffect, FeedInput, FeedStep } from '../../../packages/engine/src/feeds/feed.ts';
import { messagesOf } from '../../../packages/sdk/src/conversations/summary.ts';
import type { Code } from './code.ts';
import {
  type Db,
  gapSnapshot,
  headOf,
  hiddenFrom,
  membershipOf,
  type Published,
  reader,
  readStateOf,
  room,
} from './database.ts';
import type { Held, Hold, Server, ServerInbox } from './world.ts';

/**
 * What a server does around its feed, as the engine's ConversationFeed, UserFeed and Holdings do it: one step for each
 * thing they wait for. The events it makes for the reader's stream come with it.
 */
export type ServerStep = readonly [Server, readonly InboxEvent[]];

export const idleServer: Server = { bus: [], feed: null, early: null, gap: null, retry: false, inbox: null };

/** Rows of a gap that are sent on; more, and clients fetch them. */
const gapRows = 2;

/** Begins to listen to what concerns the reader. */
export function openInbox(server: Server): Server {
  const inbox: ServerInbox = {
    ...{ stage: 'listening', epoch: '', inboxSeq: 0, anew: false, heard: false, stale: false },
    ...{ hold: null, held: null },
  };
  return { ...server, inbox };
}

/** The reader is gone: nothing is followed any more. */
export function closeInbox(server: Server): Server {
  return { ...idleServer, bus: server.inbox === null ? server.bus : [] };
}

export function hears(server: Server): boolean {
  return server.inbox !== null;
}

/** One published event arrives. */
export function deliver(code: Code, server: Server, published: Published): ServerStep {
  const { inbox } = server;
  if (inbox === null) return [server, []];
  if ('hint' in published) {
    const { epoch, inboxSeq } = published.hint;
    if (inbox.stage !== 'live') return [server, []];
    const news = epoch !== inbox.epoch || inboxSeq > inbox.inboxSeq;
    return [news ? { ...server, inbox: { ...inbox, heard: true } } : server, []];
  }
  if (server.feed === null) {
    const { early } = server;
    return [early === null ? server : { ...server, early: [...early, published.change] }, []];
  }
  return step(code, server, { type: 'event', event: published.change });
}

/** The heads are compared with the database (rule 2, I6). */
export function checkHeads(code: Code, server: Server, db: Db): ServerStep {
  let [next, events]: ServerStep = [server, []];
  const { feed } = server;
  if (feed !== null && (feed.head !== db.lastSeq || feed.epoch !== db.epoch)) {
    if (feed.epoch !== db.epoch || feed.head < db.lastSeq)
      [next, events] = step(code, server, { type: 'differs', lastSeq: db.lastSeq });
  }
  const { inbox } = next;
  if (inbox?.stage === 'live' && (inbox.inboxSeq !== db.inboxSeq || inbox.epoch !== db.epoch))
    next = { ...next, inbox: { ...inbox, heard: true } };
  return [next, events];
}

/** The database answers a gap read; the answer arrives later. */
export function takeGap(server: Server, db: Db): Server {
  const { gap, feed } = server;
  if (gap === null || feed === null) return server;
  return { ...server, gap: { ...gap, found: gapSnapshot(db, gap.above, [...feed.members.keys()], gapRows) } };
}

export function arriveGap(code: Code, server: Server): ServerStep {
  const { gap, feed } = server;
  if (gap?.found == null || feed === null) return [server, []];
  const arrived = { ...server, gap: null };
  const { found } = gap;
  if (found.epoch === feed.epoch && found.lastSeq <= gap.above && feed.target > feed.head)
    return [{ ...arrived, retry: true }, []];
  return step(code, arrived, { type: 'snapshot', snapshot: found });
}

/** Whether there is work on the inbox that can be done now. */
export function hasWork({ inbox, gap, retry }: Server): boolean {
  if (retry) return true;
  if (inbox === null) return false;
  // Whoever is not admitted waits for the gap first.
  if (inbox.hold?.step === 'membership') return gap === null;
  return inbox.hold !== null || inbox.stage === 'listening' || inbox.heard || inbox.stale;
}

/** The next thing the server does by itself. */
export function work(code: Code, server: Server, db: Db): ServerStep {
  const { inbox, feed } = server;
  if (server.retry && feed !== null) {
    const [failed] = step(code, { ...server, retry: false }, { type: 'read-failed' });
    return step(code, failed, { type: 'differs', lastSeq: feed.target });
  }
  if (inbox === null) return [server, []];
  if (inbox.hold !== null) return attach(code, server, inbox, inbox.hold, db);
  if (inbox.stage === 'listening') return [list(server, inbox, db), []];
  if (inbox.epoch !== db.epoch) return [restart(server, inbox), []];
  if (inbox.heard) return catchUp(server, inbox, db);
  return apply({ ...server, inbox: { ...inbox, stale: false } }, db);
}

/** Reads which conversations there are to follow, after it has begun to listen (rule 7). */
function list(server: Server, inbox: ServerInbox, db: Db): Server {
  const read = { ...inbox, epoch: db.epoch, inboxSeq: db.inboxSeq, heard: false, stale: false };
  const next = {
    ...server,
    inbox: { ...read, hold: { step: 'heads', tells: 'ready', read: null } as const },
  };
  return { ...next, early: next.early ?? [] };
}

/** Attaches the reader to the feed: listens, reads the head, attaches, reads the membership until both agree. */
function attach(code: Code, server: Server, inbox: ServerInbox, at: Hold, db: Db): ServerStep {
  const goTo = (next: Hold['step'], read: Db | null = null): Server => ({
    ...server,
    inbox: { ...inbox, hold: { ...at, step: next, read } },
  });
  if (at.step === 'membership') return [goTo('admit', db), []];
  if (at.step === 'admit') return admit(code, server, inbox, at.tells, at.read ?? db);
  const opened = goTo('membership');
  const held: Held = { admitted: null, read: null, pending: [] };
  const attached = { ...opened, inbox: opened.inbox === null ? null : { ...opened.inbox, held } };
  if (server.feed !== null) return [attached, []];
  const { epoch, lastSeq, memberVersion } = db;
  const started = code.feed.startFeed({ epoch, lastSeq, memberVersion }, server.early ?? []);
  return perform(code, { ...attached, early: null }, started);
}

/** What was read of the membership meets the feed as it is now. */
function admit(code: Code, server: Server, inbox: ServerInbox, tells: Hold['tells'], db: Db): ServerStep {
  const { feed } = server;
  if (inbox.epoch !== db.epoch) return [restart(server, inbox), []];
  const membership = membershipOf(db);
  if (membership === null || feed === null) return settle(dropHeld(server), inbox.epoch, tells, null);
  const pending = inbox.held?.pending ?? [];
  const known = { epoch: db.epoch, memberVersion: db.memberVersion, membership };
  const overran = pending.some((frame) => frame.from === frame.to && frame.to > db.lastSeq);
  const attached = overran
    ? null
    : code.feed.attachMember({ ...feed, members: new Map(feed.members) }, reader, known);
  if (attached === null) {
    // Refreshed first: the gap is read, and the membership again.
    const again: Hold = { step: 'membership', tells, read: null };
    return step(
      code,
      { ...server, inbox: { ...inbox, hold: again } },
      { type: 'differs', lastSeq: feed.head },
    );
  }
  const read = pending
    .filter((frame) => frame.to > db.lastSeq)
    .reduce((state, frame) => readStateAfter(state, messagesOf(frame.rows), reader), readStateOf(db));
  const { joinedSeq, joinedPosition } = db.reader;
  const admitted = { joinedSeq, joinedPosition, hidden: hiddenFrom(db) };
  const settled = { ...server, feed: attached, inbox: { ...inbox, held: { admitted, read, pending: [] } } };
  return settle(settled, inbox.epoch, tells, headOf(db, feed.head, read));
}

/** In the tick in which the reader is attached, `ready` or `gained` is queued (rule 7). */
function settle(
  server: Server,
  epoch: string,
  tells: 'ready' | 'gained',
  head: ReturnType<typeof headOf> | null,
): ServerStep {
  const { inbox } = server;
  if (inbox === null) return [server, []];
  const live: Server = { ...server, inbox: { ...inbox, stage: 'live', anew: false, hold: null } };
  if (tells === 'gained') return [live, head === null ? [] : [{ type: 'gained', epoch, head }]];
  const ready: InboxEvent = { type: 'ready', epoch, heads: head === null ? [] : [head], more: false };
  return [live, inbox.anew ? [{ type: 'reset', epoch }, ready] : [ready]];
}

/** Reads what has changed for the reader since (rule 6). */
function catchUp(server: Server, inbox: ServerInbox, db: Db): ServerStep {
  const changed = db.reader.inboxSeq > inbox.inboxSeq;
  const read = {
    ...server,
    inbox: { ...inbox, heard: false, inboxSeq: Math.max(inbox.inboxSeq, db.inboxSeq) },
  };
  return changed ? apply(read, db) : [read, []];
}

/** Brings what is held in line with the reader's own member row. */
function apply(server: Server, db: Db): ServerStep {
  const { inbox } = server;
  if (inbox === null) return [server, []];
  const { held, epoch } = inbox;
  const { reader: row } = db;
  const same = held?.admitted != null && !row.left && held.admitted.joinedSeq === row.joinedSeq;
  if (same && held.read !== null) {
    const read = mergeReadStates(held.read, readStateOf(db));
    const merged = { ...server, inbox: { ...inbox, held: { ...held, read } } };
    return [merged, [{ type: 'read', epoch, conversationId: room, read }]];
  }
  const events: InboxEvent[] = held === null ? [] : [{ type: 'lost', epoch, conversationId: room }];
  const dropped = held === null ? server : dropHeld(server);
  if (row.left || dropped.inbox === null) return [dropped, events];
  const hold = { step: 'heads', tells: 'gained', read: null } as const;
  return [{ ...dropped, early: dropped.early ?? [], inbox: { ...dropped.inbox, hold } }, events];
}

/** Nobody else follows the conversation here, so its feed closes too. */
function dropHeld(server: Server): Server {
  const { inbox } = server;
  const without = inbox === null ? null : { ...inbox, held: null };
  return { ...server, feed: null, early: null, gap: null, retry: false, inbox: without };
}

/** The epoch is another one: as if just connected (rules 22, 23). */
function restart(server: Server, inbox: ServerInbox): Server {
  const anew = inbox.anew || inbox.stage === 'live';
  const fresh = {
    ...inbox,
    stage: 'listening',
    anew,
    heard: false,
    stale: false,
    hold: null,
    held: null,
  } as const;
  return dropHeld({ ...server, inbox: fresh });
}

function step(code: Code, server: Server, input: FeedInput): ServerStep {
  if (server.feed === null) return [server, []];
  return perform(code, server, code.feed.stepFeed(server.feed, input));
}

function perform(code: Code, server: Server, [feed, effects]: FeedStep): ServerStep {
  let next: Server = { ...server, feed };
  const events: InboxEvent[] = [];
  for (const effect of effects) {
    const [after, more] = performOne(code, next, effect);
    next = after;
    events.push(...more);
  }
  return [next, events];
}

function performOne(code: Code, server: Server, effect: FeedEffect): ServerStep {
  // A feed that was closed by the effect before reads nothing.
  if (server.feed === null) return [server, []];
  if (effect.type === 'read') return [{ ...server, gap: { above: effect.above, found: null } }, []];
  const { inbox } = server;
  if (effect.type === 'reset') return [inbox?.held == null ? server : restart(server, inbox), []];
  return pass(code, server, { conversationId: room, ...effect.frame });
}

/** Hands a frame to the reader, if the feed holds it for the member it was admitted as. */
function pass(code: Code, server: Server, frame: Frame): ServerStep {
  const { inbox, feed } = server;
  const held = inbox?.held;
  if (inbox === null || feed === null || held == null) return [server, []];
  const withHeld = (change: Partial<Held>): Server => ({
    ...server,
    inbox: { ...inbox, held: { ...held, ...change } },
  });
  const { admitted } = held;
  if (admitted === null) return [withHeld({ pending: [...held.pending, frame] }), []];
  if (feed.members.get(reader)?.joinedSeq !== admitted.joinedSeq) {
    const dismissed = withHeld({ admitted: null });
    return [
      { ...dismissed, inbox: dismissed.inbox === null ? null : { ...dismissed.inbox, stale: true } },
      [],
    ];
  }
  const rows = code.feed.visibleRows(frame.rows, admitted.hidden);
  const seen = { ...frame, rows };
  const read = held.read === null ? null : readStateAfter(held.read, messagesOf(rows), reader);
  const passed = withHeld({ read });
  const overrun = frame.from === frame.to;
  const next =
    overrun && passed.inbox !== null ? { ...passed, inbox: { ...passed.inbox, stale: true } } : passed;
  return [next, [{ type: 'frame', frame: seen }]];
}
