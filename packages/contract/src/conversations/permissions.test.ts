import { expect, test } from 'vitest';
import { type Action, may, mayActOn, maySetRole, mayStepDown, permissions } from './permissions.ts';

const roles = ['owner', 'admin', 'member'] as const;
const actions = Object.keys(permissions) as Action[];

test('nobody may what somebody with a lower role may not', () => {
  const order = { none: 0, below: 1, anyone: 2 };
  for (const action of actions) {
    const { owner, admin, member } = permissions[action];
    expect(order[owner], action).toBeGreaterThanOrEqual(order[admin]);
    expect(order[admin], action).toBeGreaterThanOrEqual(order[member]);
  }
});

test('to act on somebody takes the permission, and what reaches below never reaches up', () => {
  const everything = actions.flatMap((action) =>
    roles.flatMap((role) =>
      roles.filter((other) => mayActOn(role, action, other)).map((other) => ({ action, role, other })),
    ),
  );
  expect(everything.filter(({ action, role }) => !may(role, action))).toEqual([]);
  const below = everything.filter(({ action, role }) => permissions[action][role] === 'below');
  expect(new Set(below.map(({ role, other }) => `${role} on ${other}`))).toEqual(
    new Set(['owner on admin', 'owner on member', 'admin on member']),
  );
});

test('roles are given from above, up to one’s own, and only the owner makes an owner', () => {
  const allowed = roles.flatMap((role) =>
    roles.flatMap((other) =>
      roles
        .filter((next) => next !== other && maySetRole(role, other, next))
        .map((next) => `${role}: ${other} to ${next}`),
    ),
  );
  expect(allowed).toEqual([
    'owner: admin to owner',
    'owner: admin to member',
    'owner: member to owner',
    'owner: member to admin',
    'admin: member to admin',
  ]);
});

test('one steps down, not up, and the owner not at all', () => {
  const steps = roles.flatMap((role) =>
    roles.filter((next) => mayStepDown(role, next)).map((next) => `${role} to ${next}`),
  );
  expect(steps).toEqual(['admin to member']);
});
