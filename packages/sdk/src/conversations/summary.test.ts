import type { Change, Conversation, ConversationInfo, Frame } from '@parley/contract';
import { expect, test } from 'vitest';
import { ModelConversation, model, viewerId } from '../sync/testing/model-conversation.ts';
import { afterFrame, countsMembers } from './summary.ts';

/** A frame of one change of the conversation itself, after what is known of it. */
function frameOf(known: Conversation, info: Partial<ConversationInfo>): Frame {
  const { id, kind, title, avatar, history, createdBy, createdAt, updatedAt, lastSeq } = known;
  const changed = {
    id,
    kind,
    title,
    avatar,
    history,
    createdBy,
    createdAt,
    updatedAt,
    changedSeq: lastSeq + 1,
  };
  return {
    conversationId: model.id,
    epoch: model.epoch,
    from: lastSeq,
    to: lastSeq + 1,
    rows: [{ type: 'conversation', seq: lastSeq + 1, conversation: { ...changed, ...info } }],
  };
}

test('what a group is about, and that it is public, comes with a change of it and goes with another', () => {
  const before = new ModelConversation().get();
  const open = afterFrame(before, frameOf(before, { description: 'About', isPublic: true }), viewerId);
  expect(open).toMatchObject({ description: 'About', isPublic: true });
  const after = afterFrame(open, frameOf(open, { title: 'Closed' }), viewerId);
  expect(after).toEqual({
    ...before,
    title: 'Closed',
    changedSeq: before.lastSeq + 2,
    lastSeq: before.lastSeq + 2,
  });
});

/** Somebody's membership as of a seq. */
function memberRow(userId: string, seq: number, joinedSeq: number, leftAt: string | null = null): Change {
  const member = { conversationId: model.id, userId, role: 'member' as const, joinedSeq, joinedPosition: 0 };
  return { type: 'member', seq, member: { ...member, leftAt, seq } };
}

test('a frame with a row for each of its changes says how many have come and gone; one without does not', () => {
  const server = new ModelConversation();
  const before = server.get();
  const { lastSeq: from } = before;
  const frame = (rows: readonly Change[], changes = rows.length): Frame => {
    return { conversationId: model.id, epoch: model.epoch, from, to: from + changes, rows };
  };
  const [a, b] = ['a', 'b'];
  const each = frame([
    memberRow(a, from + 1, from + 1),
    memberRow(b, from + 2, from + 2),
    memberRow(a, from + 3, from + 1),
    memberRow(b, from + 4, from + 2, before.createdAt),
  ]);
  expect(countsMembers(each)).toBe(true);
  expect(afterFrame(before, each, viewerId).memberCount).toBe(before.memberCount + 1);
  // Joined, then promoted: only the promotion is left.
  expect(countsMembers(frame([memberRow(a, from + 2, from + 1)], 2))).toBe(false);
  expect(countsMembers(frame([], 2))).toBe(true);
});
