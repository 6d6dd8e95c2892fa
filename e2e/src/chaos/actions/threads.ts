import { newId } from '@parley/contract';
import type { Action } from './action.ts';

/** Preferably where somebody has replied already. */
const replyInThread: Action = {
  weight: 10,
  shows: ['threads', 'messages', 'conversations'],
  act(scene) {
    const begun = scene.random.chance(0.7)
      ? scene.message(({ replies }) => replies !== undefined)
      : undefined;
    const root = begun ?? scene.message(() => true);
    if (root === undefined) return false;
    const id = newId();
    const content = `${scene.device.name} replies ${id.slice(-6)}`;
    scene.device.send({ conversationId: root.conversationId, id, content, thread: root.id });
    return true;
  },
};

const follow: Action = {
  weight: 3,
  shows: ['threads'],
  async act(scene) {
    const root = scene.message(({ replies }) => replies !== undefined);
    if (root === undefined) return false;
    const ref = { conversationId: root.conversationId, rootId: root.id };
    const { threads } = scene.client;
    await (scene.random.chance(0.6) ? threads.follow(ref) : threads.unfollow(ref));
    return true;
  },
};

const readThread: Action = {
  weight: 5,
  shows: ['threads'],
  async act(scene) {
    const { threads } = scene.client;
    const state = scene.random.pick(threads.followed.getSnapshot().threads)?.state;
    if (state === undefined) return false;
    const { conversationId, rootId, read } = state;
    const ordinal = scene.random.between(read.readOrdinal, read.lastOrdinal);
    const upTo = scene.random.chance(0.7) ? {} : { ordinal };
    await threads.markRead({ conversationId, rootId, ...upTo });
    return true;
  },
};

export const threadActions = { replyInThread, follow, readThread };
