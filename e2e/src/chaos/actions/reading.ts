import type { Action } from './action.ts';

/** All of a conversation, or up to somewhere between what is read and its end. */
const read: Action = {
  weight: 10,
  shows: ['conversations', 'receipts'],
  async act(scene) {
    const conversation = scene.conversation();
    if (conversation === undefined) return false;
    const { id: conversationId, read: state } = conversation;
    const position = scene.random.between(state.readPosition, state.lastPosition);
    const upTo = scene.random.chance(0.7) ? { conversationId } : { conversationId, position };
    const { readPosition } = await scene.client.messages.markRead(upTo);
    scene.ledger.marked({ userId: scene.userId, conversationId, position: readPosition });
    return true;
  },
};

const open: Action = {
  weight: 6,
  shows: ['messages', 'members'],
  act(scene) {
    const conversation = scene.conversation();
    if (conversation === undefined) return false;
    scene.device.open(conversation.id);
    return true;
  },
};

const shut: Action = {
  weight: 2,
  shows: ['messages', 'members'],
  act(scene) {
    const list = scene.random.pick(scene.device.lists);
    if (list === undefined) return false;
    scene.device.shut(list.conversationId);
    return true;
  },
};

const older: Action = {
  weight: 4,
  shows: ['messages'],
  async act(scene) {
    const list = scene.random.pick(scene.device.lists);
    if (list?.getSnapshot().hasOlder !== true) return false;
    await list.loadOlder();
    return true;
  },
};

/** As when a page is loaded again. */
const reload: Action = {
  weight: 1,
  shows: ['conversations', 'messages', 'members', 'blocks'],
  act(scene) {
    scene.device.reload();
    return true;
  },
};

/** Keeps one's receipts to oneself, or does not any more. */
const keep: Action = {
  weight: 1,
  shows: ['receipts'],
  async act(scene) {
    const readReceipts = scene.random.chance(0.4) ? 'nobody' : 'everybody';
    await scene.client.auth.updateProfile({ readReceipts });
    return true;
  },
};

const typing: Action = {
  weight: 6,
  shows: ['typing'],
  act(scene) {
    const conversation = scene.conversation();
    if (conversation === undefined) return false;
    // Sometimes nobody says that it is over.
    scene.client.typing.set({ conversationId: conversation.id, typing: scene.random.chance(0.8) });
    return true;
  },
};

export const readingActions = { read, open, shut, older, reload, keep, typing };
