import { newId } from '@parley/contract';
import type { Action } from './action.ts';

const send: Action = {
  weight: 60,
  shows: ['messages', 'conversations', 'receipts'],
  act(scene) {
    const conversation = scene.conversation();
    if (conversation === undefined) return false;
    const id = newId();
    // A queue goes on behind it: its outcome is not waited for.
    const content = `${scene.device.name} says ${id.slice(-6)}`;
    scene.device.send({ conversationId: conversation.id, id, content });
    return true;
  },
};

const reply: Action = {
  weight: 8,
  shows: ['messages', 'conversations'],
  act(scene) {
    const answered = scene.message(() => true);
    if (answered === undefined) return false;
    const id = newId();
    const { conversationId, content } = answered;
    scene.device.send({ conversationId, id, content: `Re: ${content.slice(0, 40)}`, replyTo: answered.id });
    return true;
  },
};

/** Of somebody in it, or of everybody where one may. */
const mention: Action = {
  weight: 6,
  shows: ['messages', 'conversations'],
  async act(scene) {
    const conversation = scene.conversation();
    if (conversation === undefined) return false;
    const { id: conversationId } = conversation;
    const all = scene.leads(conversationId) && scene.random.chance(0.4);
    const other = await scene.otherOf(conversation, true);
    if (other === undefined) return false;
    const id = newId();
    const content = `${scene.device.name} calls ${id.slice(-6)}`;
    const whom = all ? { mentionsAll: true } : { mentions: [other] };
    scene.device.send({ conversationId, id, content, ...whom });
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

export const messageActions = { send, reply, mention, edit, delete: remove };
