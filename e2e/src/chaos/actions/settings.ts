import { forEver } from '@parley/contract';
import type { Action } from './action.ts';

/** Mutes, for a moment or for ever, archives, pins, hides, or takes it back. */
const set: Action = {
  weight: 6,
  shows: ['conversations'],
  async act(scene) {
    const conversation = scene.conversation();
    if (conversation === undefined) return false;
    const { random } = scene;
    const what = random.weighted({ mutedUntil: 3, archived: 2, pinned: 3, hidden: 1 });
    const value = random.chance(0.6);
    const soon = new Date(Date.now() + random.between(500, 5_000)).toISOString();
    const mutedUntil = value ? (random.chance(0.5) ? forEver : soon) : null;
    const change = what === 'mutedUntil' ? { mutedUntil } : { [what]: value };
    await scene.client.settings.set({ conversationId: conversation.id, ...change });
    return true;
  },
};

const unread: Action = {
  weight: 4,
  shows: ['conversations'],
  async act(scene) {
    const conversation = scene.conversation(({ lastMessage }) => lastMessage !== null);
    if (conversation === undefined) return false;
    const { id: conversationId, read } = conversation;
    const position = scene.random.between(Math.max(1, read.lastPosition - 10), read.lastPosition);
    await scene.client.messages.markUnread({ conversationId, position });
    return true;
  },
};

/** Somebody goes on writing, or takes it back. What is stored in the end is what was written last. */
const draft: Action = {
  weight: 6,
  shows: ['drafts'],
  act(scene) {
    const conversation = scene.conversation();
    if (conversation === undefined) return false;
    const { random } = scene;
    const answered = random.chance(0.3)
      ? scene.message(({ conversationId }) => conversationId === conversation.id)
      : undefined;
    const text = random.chance(0.8) ? `${scene.device.name} begins ${random.between(1, 999)}` : '';
    scene.client.drafts.open(conversation.id).set(text, answered?.id ?? null);
    return true;
  },
};

export const settingsActions = { set, unread, draft };
