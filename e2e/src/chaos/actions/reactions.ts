import type { Action } from './action.ts';

/** A few, so that several people use the same one. */
const emojis = ['👍', '❤️', '🎉', '😂', '👩‍💻', '🇪🇺'];

const react: Action = {
  weight: 12,
  shows: ['messages', 'conversations'],
  async act(scene) {
    const message = scene.message(() => true);
    const emoji = scene.random.pick(emojis);
    if (message === undefined || emoji === undefined) return false;
    const { id: messageId, conversationId } = message;
    scene.ledger.told(await scene.client.reactions.add({ messageId, conversationId, emoji }));
    return true;
  },
};

const unreact: Action = {
  weight: 6,
  shows: ['messages', 'conversations'],
  async act(scene) {
    const message = scene.message(({ reactions = [] }) => reactions.some(({ own }) => own));
    const emoji = message?.reactions?.find(({ own }) => own)?.emoji;
    if (message === undefined || emoji === undefined) return false;
    const { id: messageId, conversationId } = message;
    scene.ledger.told(await scene.client.reactions.remove({ messageId, conversationId, emoji }));
    return true;
  },
};

/** In groups that one leads, and in direct conversations. */
const pin: Action = {
  weight: 4,
  shows: ['messages', 'conversations'],
  async act(scene) {
    const message = scene.message(({ conversationId }) => scene.mayPin(conversationId));
    if (message === undefined) return false;
    const { id: messageId, conversationId, pinned } = message;
    const { pins } = scene.client;
    const ref = { messageId, conversationId };
    scene.ledger.told(await (pinned === undefined ? pins.add(ref) : pins.remove(ref)));
    return true;
  },
};

/** Saves a message, or forgets it. */
const save: Action = {
  weight: 4,
  shows: ['saved'],
  async act(scene) {
    const { saved } = scene.client;
    const known = saved.list.getSnapshot().messageIds;
    const forgets = known.size > 0 && scene.random.chance(0.4);
    const messageId = forgets ? scene.random.pick([...known]) : scene.message(() => true)?.id;
    if (messageId === undefined) return false;
    await (forgets ? saved.remove({ messageId }) : saved.add({ messageId }));
    return true;
  },
};

export const reactionActions = { react, unreact, pin, save };
