import type { Action } from './action.ts';

/** What a group is about, its picture, and whether anybody may join it. */
const update: Action = {
  weight: 4,
  shows: ['conversations', 'messages'],
  async act(scene) {
    const group = scene.ledGroup();
    if (group === undefined) return false;
    const { random } = scene;
    const { id: conversationId } = group;
    const about = random.chance(0.8) ? `About ${random.between(1, 999)}` : null;
    const avatar = random.chance(0.8) ? `https://example.com/${random.between(1, 9)}.png` : null;
    const isPublic = random.chance(0.7);
    const what = random.weighted({ description: 2, avatar: 1, isPublic: group.role === 'owner' ? 3 : 0 });
    const change = { description: { description: about }, avatar: { avatar }, isPublic: { isPublic } }[what];
    await scene.client.conversations.update({ conversationId, ...change });
    return true;
  },
};

const invite: Action = {
  weight: 3,
  shows: ['members'],
  async act(scene) {
    const conversationId = scene.ledGroup()?.id;
    if (conversationId === undefined) return false;
    const maxUses = scene.random.between(1, 3);
    const invitation = await scene.client.invitations.create({ conversationId, maxUses });
    scene.ledger.invitations.push(invitation);
    return true;
  },
};

const revoke: Action = {
  weight: 1,
  shows: ['members'],
  async act(scene) {
    const led = scene.ledger.invitations.filter(({ conversationId }) => scene.leads(conversationId));
    const invitation = scene.random.pick(led);
    if (invitation === undefined) return false;
    const { conversationId, id: invitationId } = invitation;
    await scene.client.invitations.revoke({ conversationId, invitationId });
    return true;
  },
};

/** Often by several at once, so that some come too late. */
const accept: Action = {
  weight: 5,
  shows: ['conversations', 'members', 'messages'],
  async act(scene) {
    const invitation = scene.random.pick(scene.ledger.invitations.slice(-3));
    if (invitation === undefined) return false;
    await scene.client.invitations.accept({ token: invitation.token });
    return true;
  },
};

const join: Action = {
  weight: 3,
  shows: ['conversations', 'members', 'messages'],
  async act(scene) {
    const { groups } = await scene.client.groups.search({ q: 'Room' });
    const group = scene.random.pick(groups.filter(({ joined }) => !joined));
    if (group === undefined) return false;
    await scene.client.groups.join({ conversationId: group.id });
    return true;
  },
};

export const joiningActions = { update, invite, revoke, accept, join };
