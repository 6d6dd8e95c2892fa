import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { type Action, may, mayActOn, maySetRole, mayStepDown, permissions } from './permissions.ts';

const roles = ['owner', 'admin', 'member'] as const;
const actions = Object.keys(permissions) as Action[];

test('docs/people.md has the table as the code has it', async () => {
  const page = await readFile(new URL('../../../../docs/people.md', import.meta.url), 'utf8');
  const written = [...page.matchAll(/^\| `(\w+)` +\| (\w+) +\| (\w+) +\| (\w+) +\|/gm)].map(
    ([, action, ...reaches]) => [action, reaches],
  );
  const coded = Object.entries(permissions).map(([action, reach]) => [
    action,
    roles.map((role) => reach[role]),
  ]);
  expect(written).toEqual(coded);
});

test('nobody may what somebody with a lower role may not', () => {
  const order = { none: 0, below: 1, anyone: 2 };
  for (const action of actions) {
    const { owner, admin, member } = permissions[action];
    expect(order[owner], action).toBeGreaterThanOrEqual(order[admin]);
    expect(order[admin], action).toBeGreaterThanOrEqual(order[member]);
  }
});

test('to act on somebody takes the permission, and never reaches up', () => {
  for (const action of actions) {
    for (const role of roles) {
      const reached = roles.filter((other) => mayActOn(role, action, other));
      expect(reached.length > 0, `${role} ${action}`).toBe(
        may(role, action) && (role !== 'member' || permissions[action][role] === 'anyone'),
      );
      if (permissions[action][role] === 'below') expect(reached).not.toContain(role);
    }
  }
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
