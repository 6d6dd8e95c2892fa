import type { Conversation, ConversationInfo, Frame } from '@parley/contract';
import { expect, test } from 'vitest';
import { ModelConversation, model, viewerId } from '../sync/testing/model-conversation.ts';
import { afterFrame } from './summary.ts';

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
