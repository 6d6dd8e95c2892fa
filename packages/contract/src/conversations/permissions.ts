import type { Role } from './schema.ts';

/** Whom somebody with a role may do something to: nobody, those whose role is below theirs, or anyone. */
export type Reach = 'none' | 'below' | 'anyone';

/**
 * Who may do what in a group: the one table that the server decides by, and a frontend shows and hides buttons by. What is
 * done to the group rather than to a person is done to anyone. In a direct conversation all of it is for nobody but
 * reading, sending and pinning. A member's own messages are theirs to edit and delete; nobody edits those of others.
 */
export const permissions = {
  send: { owner: 'anyone', admin: 'anyone', member: 'anyone' },
  leave: { owner: 'anyone', admin: 'anyone', member: 'anyone' },
  rename: { owner: 'anyone', admin: 'anyone', member: 'none' },
  /** The picture, and what the group is about. */
  update: { owner: 'anyone', admin: 'anyone', member: 'none' },
  /** Whether anybody may find and join it. */
  makePublic: { owner: 'anyone', admin: 'none', member: 'none' },
  /** Making, seeing and revoking invitations. */
  invite: { owner: 'anyone', admin: 'anyone', member: 'none' },
  addMembers: { owner: 'anyone', admin: 'anyone', member: 'none' },
  removeMember: { owner: 'below', admin: 'below', member: 'none' },
  setRole: { owner: 'below', admin: 'below', member: 'none' },
  passOnOwnership: { owner: 'below', admin: 'none', member: 'none' },
  mentionAll: { owner: 'anyone', admin: 'anyone', member: 'none' },
  pin: { owner: 'anyone', admin: 'anyone', member: 'none' },
  deleteMessageOfOthers: { owner: 'anyone', admin: 'anyone', member: 'none' },
} as const satisfies Record<string, Record<Role, Reach>>;

/** Something that takes a permission. */
export type Action = keyof typeof permissions;

const ranks = { owner: 2, admin: 1, member: 0 } as const satisfies Record<Role, number>;

/** Whether somebody with the role may do it at all, in a group. */
export function may(role: Role, action: Action): boolean {
  return permissions[action][role] !== 'none';
}

/** Whether somebody with the role may do it to somebody with the other role, in a group. */
export function mayActOn(role: Role, action: Action, other: Role): boolean {
  const reach: Reach = permissions[action][role];
  return reach === 'anyone' || (reach === 'below' && ranks[other] < ranks[role]);
}

/**
 * Whether somebody with the role may give `next` to somebody else who has `other`, in a group: nothing above one's own. Giving
 * the owner's passes it on. Oneself one may only step down, which the owner cannot.
 */
export function maySetRole(role: Role, other: Role, next: Role): boolean {
  if (next === 'owner') return mayActOn(role, 'passOnOwnership', other);
  return mayActOn(role, 'setRole', other) && ranks[next] <= ranks[role];
}

/** Whether somebody with the role may give themselves `next`. */
export function mayStepDown(role: Role, next: Role): boolean {
  return role !== 'owner' && ranks[next] < ranks[role];
}
