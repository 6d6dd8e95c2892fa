import type { Action } from './action.ts';

const block: Action = {
  weight: 1,
  shows: ['blocks'],
  async act(scene) {
    await scene.client.blocks.add({ userId: scene.other() });
    return true;
  },
};

/** Somewhat more often, so that most can reach each other. */
const unblock: Action = {
  weight: 2,
  shows: ['blocks'],
  async act(scene) {
    const userId = scene.random.pick([...scene.client.blocks.list.getSnapshot().userIds]);
    if (userId === undefined) return false;
    scene.ledger.reconcile(scene.userId, userId);
    await scene.client.blocks.remove({ userId });
    return true;
  },
};

export const blockActions = { block, unblock };
