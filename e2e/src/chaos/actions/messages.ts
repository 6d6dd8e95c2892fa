import { newId } from '@parley/contract';
import type { Action } from './action.ts';

const send: Action = {
  weight: 60,
  shows: ['messages', 'conversations'],
  act(scene) {
    const conversation = scene.conversation();
    if (conversation === undefined) return false;
    const id = newId();
    // A queue goes on behind it: its outcome is not waited for.
    scene.device.send(conversation.id, id, `${scene.device.name} says ${id.slice(-6)}`);
    return true;
  },
};

const edit: Action = {
  weight: 6,
  shows: ['messages', 'conversations'],
  async act(scene) {
    const message = scene.message(({ senderId }) => senderId === scene.userId);
    if (message === undefined) return false;
    const { id: messageId, conversationId } = message;
    const content = `${message.content}.`;
    scene.ledger.told(await scene.client.messages.edit({ messageId, conversationId, content }));
    return true;
  },
};

/** One's own, or what somebody wrote in a group that one leads. */
const remove: Action = {
  weight: 4,
  shows: ['messages', 'conversations'],
  async act(scene) {
    const message = scene.message(
      ({ senderId, conversationId }) => senderId === scene.userId || scene.leads(conversationId),
    );
    if (message === undefined) return false;
    const { id: messageId, conversationId } = message;
    scene.ledger.told(await scene.client.messages.delete({ messageId, conversationId }));
    return true;
  },
};

export const messageActions = { send, edit, delete: remove };
