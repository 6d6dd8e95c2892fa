import type { Bus } from '../bus/bus.ts';
import type { Audit } from '../audit/audit.ts';
import { changeConversation, type ConversationChange } from '../conversations/change.ts';
import { leaveGroup, part } from '../conversations/membership.ts';
import { findMember } from '../conversations/queries.ts';
import type { Database } from '../db/database.ts';
import { deleteInvitationsOf } from '../invitations/queries.ts';
import { removeMentions } from '../mentions/mentioned.ts';
import { deleteMentionsOf } from '../mentions/queries.ts';
import { messageOf } from '../messages/rows.ts';
import { deletePins } from '../pins/queries.ts';
import { deleteReactionsOf, deleteReactionsTo, reactionsAfter } from '../reactions/queries.ts';
import { withdraw } from '../reactions/withdraw.ts';
import { deleteAllSaved } from '../saved/queries.ts';
import { removeEntries } from '../search/queries.ts';
import { deleteFollows, repliedIn } from '../threads/queries.ts';
import {
  deleteOwnBlocks,
  emptyMessages,
  type Erasure,
  finishErasure,
  membershipsAfter,
  someMembership,
  stripAudit,
  writtenBetween,
} from './queries.ts';

const membershipPage = 100;
/** Entries of a timeline looked at, and at most emptied, under one lock. */
const stretch = 200;

export interface EraseParts {
  readonly db: Database;
  readonly bus: Bus;
  readonly audit: Audit;
  /** Called before every step; throws to leave the rest to somebody else. */
  readonly beforeStep: () => Promise<void>;
}

/**
 * What follows the first step of a deletion: memberships end, and messages go where they are to. Every step is a short
 * transaction on one conversation and leaves a state from which the next one goes on, whoever does it.
 */
export async function erase(parts: EraseParts, { id: userId, erasing }: Erasure): Promise<void> {
  const { db, beforeStep } = parts;
  for (let id = await someMembership(db, userId); id !== undefined; id = await someMembership(db, userId)) {
    await beforeStep();
    await endMembership(parts, id, userId);
  }
  if (erasing === 'remove') {
    await removeMessages(parts, userId);
    await removeReactions(parts, userId);
  }
  await deleteReactionsOf(db, userId, erasing === 'remove' ? 'all' : 'removed');
  await beforeStep();
  await deleteOwnBlocks(db, userId);
  // A server of an earlier release does not know of them when a membership ends.
  await deleteInvitationsOf(db, userId);
  await deleteMentionsOf(db, userId);
  await deleteFollows(db, userId);
  // Once more: a call that was under way may have been kept since.
  await deleteAllSaved(db, userId);
  await stripAudit(db, userId);
  await finishErasure(db, userId);
}

async function endMembership(
  { db, bus, audit }: EraseParts,
  conversationId: string,
  userId: string,
): Promise<void> {
  const events = await changeConversation(db, bus, conversationId, async (change) => {
    const member = await findMember(change.trx, conversationId, userId);
    if (member === undefined || member.left_at !== null) return [];
    if (change.conversation.kind === 'direct') {
      change.close();
      await part(change, member);
      await change.notify([userId]);
      return [];
    }
    const successor = await leaveGroup(change, member);
    if (successor === null) return [];
    const passedOn = { actorId: userId, subjectId: successor, conversationId };
    const made = [{ kind: 'ownership-passed-on' as const, ...passedOn }];
    await audit.store(change.trx, ...made);
    return made;
  });
  audit.tell(...events);
}

async function removeMessages({ db, bus, beforeStep }: EraseParts, userId: string): Promise<void> {
  let after: string | null = null;
  for (;;) {
    const page = await membershipsAfter(db, userId, after, membershipPage);
    for (const { conversation_id: conversationId, sent } of page) {
      let position = 0;
      let last = sent > 0 || (await repliedIn(db, conversationId, userId)) ? Infinity : 0;
      while (position < last) {
        await beforeStep();
        const from = position;
        last = await changeConversation(db, bus, conversationId, async (change) => {
          await removeStretch(change, userId, from);
          return change.conversation.last_position;
        });
        position += stretch;
      }
    }
    after = page.at(-1)?.conversation_id ?? null;
    if (page.length < membershipPage) return;
  }
}

/** Empties what somebody wrote in a stretch of the timeline; what the system says of them stays. */
async function removeStretch(change: ConversationChange, userId: string, from: number): Promise<void> {
  const { id } = change.conversation;
  const rows = await writtenBetween(change.trx, id, userId, from, from + stretch);
  const full = rows.filter((row) => row.type === 'text' && row.deleted_at === null);
  if (full.length === 0) return;
  await removeEntries(change.trx, id, full);
  await removeMentions(change, full);
  const positions = full.map(({ position }) => position);
  await deleteReactionsTo(change.trx, id, positions);
  await deletePins(change.trx, id, positions);
  const stamps = full.map(({ position }) => ({ position, seq: change.nextSeq() }));
  for (const row of await emptyMessages(change.trx, id, stamps, change.at)) {
    change.record({ type: 'message', seq: row.seq, message: messageOf(row) });
  }
}

/** Takes back what somebody reacted with, each message under a seq of its own. */
async function removeReactions({ db, bus, beforeStep }: EraseParts, userId: string): Promise<void> {
  for (let after = 0; ;) {
    const page = await reactionsAfter(db, userId, after, stretch);
    const given = page.filter(({ removed_at }) => removed_at === null);
    for (const [conversationId, rows] of Map.groupBy(given, (row) => row.conversation_id)) {
      await beforeStep();
      await changeConversation(db, bus, conversationId, async (change) => {
        for (const { position, emoji } of rows) await withdraw(change, position, userId, emoji);
      });
    }
    after = page.at(-1)?.inbox_seq ?? after;
    if (page.length < stretch) return;
  }
}
