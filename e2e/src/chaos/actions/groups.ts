import type { Action } from './action.ts';

/** So many stay, so that the room goes on. */
const FEWEST = 3;

const create: Action = {
  weight: 1,
  shows: ['conversations'],
  async act(scene) {
    if (!scene.mayCreate()) return false;
    const participantIds = [...new Set([scene.other(), scene.other()])];
    const history = scene.random.chance(0.5) ? 'full' : 'from-joining';
    await scene.client.conversations.create({ participantIds, title: 'A new room', history });
    return true;
  },
};

const direct: Action = {
  weight: 1,
  shows: ['conversations'],
  async act(scene) {
    if (!scene.mayCreate()) return false;
    await scene.client.conversations.create({ participantIds: [scene.other()] });
    return true;
  },
};

const rename: Action = {
  weight: 2,
  shows: ['conversations', 'messages'],
  async act(scene) {
    const conversationId = scene.ledGroup()?.id;
    if (conversationId === undefined) return false;
    const title = `Room ${scene.random.between(1, 999)}`;
    await scene.client.conversations.rename({ conversationId, title });
    return true;
  },
};

/** Also of those who were in it before. */
const add: Action = {
  weight: 4,
  shows: ['conversations', 'members', 'messages'],
  async act(scene) {
    const group = scene.ledGroup();
    if (group === undefined) return false;
    const userId = await scene.otherOf(group, false);
    if (userId === undefined) return false;
    await scene.client.conversations.addMembers({ conversationId: group.id, userIds: [userId] });
    return true;
  },
};

const remove: Action = {
  weight: 3,
  shows: ['conversations', 'members', 'messages'],
  async act(scene) {
    const group = scene.ledGroup();
    if (group === undefined || group.memberCount <= FEWEST) return false;
    const userId = await scene.otherOf(group, true);
    if (userId === undefined) return false;
    await scene.client.conversations.removeMember({ conversationId: group.id, userId });
    return true;
  },
};

/** Owners too: somebody else becomes owner then. */
const leave: Action = {
  weight: 1,
  shows: ['conversations', 'members', 'messages'],
  async act(scene) {
    const group = scene.conversation(({ kind, memberCount }) => kind === 'group' && memberCount > FEWEST);
    if (group === undefined) return false;
    await scene.client.conversations.leave({ conversationId: group.id });
    return true;
  },
};

/** Makes somebody an admin or a member, or passes ownership on. */
const role: Action = {
  weight: 3,
  shows: ['conversations', 'members', 'messages'],
  async act(scene) {
    const group = scene.ledGroup();
    if (group === undefined) return false;
    const given = scene.random.weighted({ admin: 5, member: 3, owner: 1 });
    const userId = await scene.otherOf(group, true);
    if (userId === undefined) return false;
    await scene.client.conversations.setRole({ conversationId: group.id, userId, role: given });
    return true;
  },
};

export const groupActions = { create, direct, rename, add, remove, leave, role };
