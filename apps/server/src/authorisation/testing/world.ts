import { type InvitationCreated, newId } from '@parley/contract';
import type { TestPerson } from '@parley/engine/testing';
import type { RunningServer } from '../../testing/running-server.ts';

/** Who calls, seen from one group. */
export const actors = ['stranger', 'exMember', 'member', 'admin', 'owner', 'blocked'] as const;
export type Actor = (typeof actors)[number];

/** A group with everybody in their place, and what there is to call procedures on. */
export interface World {
  readonly people: Readonly<Record<Actor, TestPerson>>;
  readonly groupId: string;
  /** Somebody else who is in the group, and wrote in it. */
  readonly other: TestPerson;
  /** Somebody who is in no conversation. */
  readonly newcomer: TestPerson;
  /** Somebody who has blocked `blocked`, and is in no conversation with those who call. */
  readonly shunner: TestPerson;
  readonly ownersEmail: string;
  /** A public group, which `exMember` was removed from. */
  readonly publicId: string;
  /** To the group, by its admin. */
  readonly invitation: InvitationCreated;
  /** A token for a group of `shunner`. */
  readonly invitationOfShunner: string;
  /** A message that `other` wrote. */
  readonly messageId: string;
  /** The direct conversation of each of them with the owner; the owner's own is with `other`. */
  readonly directIds: Readonly<Record<Actor, string>>;
  /** A message that the owner wrote in each of them. */
  readonly directMessageIds: Readonly<Record<Actor, string>>;
}

let worlds = 0;

/** Makes one more world: whoever is called `blocked` is a member of the group, and blocked by its owner. */
export async function makeWorld({ parley, engine }: RunningServer): Promise<World> {
  worlds += 1;
  const { conversations, messages, blocks, invitations } = engine.services;
  const person = (name: string) => parley.person(`${name}-${worlds}`);
  const people: Record<Actor, TestPerson> = {
    stranger: await person('stranger'),
    exMember: await person('ex'),
    member: await person('member'),
    admin: await person('admin'),
    owner: await person('owner'),
    blocked: await person('blocked'),
  };
  const { owner, stranger, exMember, admin, blocked, member } = people;
  const other = await person('other');
  const newcomer = await person('newcomer');
  const shunner = await person('shunner');
  const ids = (all: readonly TestPerson[]) => all.map(({ userId }) => userId);
  const group = await conversations.create(owner, {
    title: 'Group',
    participantIds: ids([exMember, member, admin, blocked, other]),
  });
  const directWith = async ({ userId }: TestPerson) =>
    (await conversations.create(owner, { participantIds: [userId] })).id;
  const directIds: Record<Actor, string> = {
    stranger: await directWith(stranger),
    exMember: await directWith(exMember),
    member: await directWith(member),
    admin: await directWith(admin),
    owner: await directWith(other),
    blocked: await directWith(blocked),
  };
  const groupId = group.id;
  await conversations.setRole(owner, { conversationId: groupId, userId: admin.userId, role: 'admin' });
  await conversations.removeMember(owner, { conversationId: groupId, userId: exMember.userId });
  const { id: publicId } = await conversations.create(owner, {
    title: 'Public',
    participantIds: ids([exMember, other]),
  });
  await conversations.update(owner, { conversationId: publicId, isPublic: true });
  await conversations.removeMember(owner, { conversationId: publicId, userId: exMember.userId });
  const invitation = await invitations.create(admin, { conversationId: groupId, expiresInSeconds: 3_600 });
  const shunners = await conversations.create(shunner, { title: 'Shunned', participantIds: ids([other]) });
  const { token: invitationOfShunner } = await invitations.create(shunner, {
    conversationId: shunners.id,
    expiresInSeconds: 3_600,
  });
  const { id: messageId } = await messages.send(other, {
    conversationId: groupId,
    content: 'hello',
    id: newId(),
  });
  const directMessage = async (conversationId: string) =>
    (await messages.send(owner, { conversationId, content: 'hello', id: newId() })).id;
  const directMessageIds: Record<Actor, string> = {
    stranger: await directMessage(directIds.stranger),
    exMember: await directMessage(directIds.exMember),
    member: await directMessage(directIds.member),
    admin: await directMessage(directIds.admin),
    owner: await directMessage(directIds.owner),
    blocked: await directMessage(directIds.blocked),
  };
  await blocks.add(owner, { userId: blocked.userId });
  await blocks.add(shunner, { userId: blocked.userId });
  const ownersEmail = `owner-${worlds}@example.com`;
  return {
    ...{ people, groupId, other, newcomer, shunner, ownersEmail, messageId, directIds, directMessageIds },
    ...{ publicId, invitation, invitationOfShunner },
  };
}
