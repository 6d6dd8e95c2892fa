import type { ThreadMark, ThreadMarkRead, ThreadRef, Viewer } from '@parley/contract';
import { accessTo } from '../access.ts';
import type { Bus } from '../bus/bus.ts';
import { changeConversation } from '../conversations/change.ts';
import { ownMember } from '../conversations/membership.ts';
import type { Database, Locking } from '../db/database.ts';
import { inTransaction } from '../db/transaction.ts';
import { publishHints } from '../feeds/events.ts';
import type { MessageRow } from '../messages/queries.ts';
import { findRoot } from './find.ts';
import {
  bumpFollowers,
  type FollowerRow,
  lockFollower,
  ordinalAt,
  ownBehind,
  saveFollower,
} from './queries.ts';
import { countOf, keyOf, stateOf } from './rows.ts';

/** Begins or ends following a thread. It holds the conversation, so that no reply comes in between. */
export function setFollowing(
  db: Database,
  bus: Bus,
  viewer: Viewer,
  { conversationId, rootId }: ThreadRef,
  following: boolean,
): Promise<ThreadMark> {
  const { userId } = viewer;
  return changeConversation(db, bus, conversationId, async (change) => {
    const { trx, epoch } = change;
    const root = await findRoot(trx, change.conversation, await ownMember(change, userId), rootId);
    const [key, count] = [keyOf(root), countOf(root)];
    const known = await lockFollower(trx, key, userId);
    if ((known?.following ?? null) === following) return { ...stateOf(key, rootId, count, known), epoch };
    const sent = known?.sent ?? 0;
    const row = {
      ...{ conversation_id: conversationId, root_position: root.position, user_id: userId },
      ...{ following, sent, read_ordinal: count, read_sent: sent },
    };
    await saveFollower(trx, row);
    const bumped = await bumpFollowers(trx, key, [userId]);
    change.hinted(bumped);
    const inbox_seq = bumped[0]?.inbox_seq ?? 0;
    return { ...stateOf(key, rootId, count, { ...row, inbox_seq }), epoch };
  });
}

/** Moves up what somebody has read of a thread. It needs the lock of how they stand with it only, which their replies take too. */
export async function markThreadRead(
  db: Database,
  bus: Bus,
  viewer: Viewer,
  input: ThreadMarkRead,
): Promise<ThreadMark> {
  const { conversationId, rootId } = input;
  const { mark, hints } = await inTransaction(db, async (trx) => {
    const before = await accessTo(trx, conversationId, viewer.userId);
    const found = await findRoot(trx, before.conversation, before.member, rootId);
    const key = keyOf(found);
    const known = await lockFollower(trx, key, viewer.userId);
    // What was committed before the lock was taken is seen by what comes after it.
    const root = await findRoot(trx, before.conversation, before.member, rootId);
    const count = countOf(root);
    const state = (row: FollowerRow | undefined) => ({
      ...stateOf(key, rootId, count, row),
      epoch: before.epoch,
    });
    if (known === undefined) return { mark: state(known), hints: [] };
    const ordinal = Math.min(count, await readUpTo(trx, input, root));
    if (ordinal <= known.read_ordinal) return { mark: state(known), hints: [] };
    const read_sent = known.sent - (await ownBehind(trx, key, viewer.userId, ordinal));
    const row = { ...known, read_ordinal: ordinal, read_sent };
    await saveFollower(trx, row);
    const bumped = await bumpFollowers(trx, key, [viewer.userId]);
    const inbox_seq = bumped[0]?.inbox_seq ?? known.inbox_seq;
    const hint = { userId: viewer.userId, epoch: before.epoch, inboxSeq: inbox_seq };
    return { mark: state({ ...row, inbox_seq }), hints: [hint] };
  });
  publishHints(bus, hints);
  return mark;
}

function readUpTo(
  trx: Locking,
  { position, ordinal }: ThreadMarkRead,
  root: MessageRow,
): Promise<number> | number {
  if (ordinal !== undefined) return ordinal;
  return position === undefined ? countOf(root) : ordinalAt(trx, keyOf(root), position);
}
