import { readFile } from 'node:fs/promises';
import {
  type Action,
  mayActOn,
  maySetRole,
  newId,
  permissions,
  type Role,
  type Viewer,
} from '@parley/contract';
import type { Services } from '@parley/contract/router';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { read, type TestParley, testParley } from '../testing/index.ts';

const roles = ['owner', 'admin', 'member'] as const satisfies readonly Role[];
type People = Record<Role, Viewer>;

let parley: TestParley;
let services: Services;
/** Two of each role, but for the owner. */
let people: People;
let others: Record<'admin' | 'member', Viewer>;
let stranger: Viewer;

beforeAll(async () => {
  parley = await testParley();
  ({ services } = await parley.engine());
  const person = (name: string) => parley.person(name);
  people = { owner: await person('owner'), admin: await person('admin'), member: await person('member') };
  others = { admin: await person('other-admin'), member: await person('other-member') };
  stranger = await person('stranger');
});
afterAll(() => parley[Symbol.asyncDispose]());

const refused = (code: string) => expect.objectContaining({ name: 'ParleyError', code });

/** A group with everybody in their roles. */
async function group(): Promise<string> {
  const everybody = [people.admin, people.member, others.admin, others.member];
  const { id: conversationId } = await services.conversations.create(people.owner, {
    participantIds: everybody.map(({ userId }) => userId),
    title: 'Group',
  });
  for (const { userId } of [people.admin, others.admin]) {
    await services.conversations.setRole(people.owner, { conversationId, userId, role: 'admin' });
  }
  return conversationId;
}

async function rolesIn(conversationId: string): Promise<Map<string, Role>> {
  const rows = await parley.db
    .selectFrom('members')
    .select(['user_id', 'role'])
    .where('conversation_id', '=', conversationId)
    .where('left_at', 'is', null)
    .execute();
  return new Map(rows.map(({ user_id, role }) => [user_id, role]));
}

/** Does something that takes a permission, in a group of its own, to somebody with a role where it is done to somebody. */
const doing: Record<Action, (conversationId: string, viewer: Viewer, other: Viewer) => Promise<unknown>> = {
  send: (conversationId, viewer) => services.messages.send(viewer, { conversationId, content: 'hello' }),
  leave: (conversationId, viewer) => services.conversations.leave(viewer, { conversationId }),
  rename: (conversationId, viewer) => services.conversations.rename(viewer, { conversationId, title: 'New' }),
  update: (conversationId, viewer) =>
    services.conversations.update(viewer, { conversationId, description: 'What it is about' }),
  makePublic: (conversationId, viewer) =>
    services.conversations.update(viewer, { conversationId, isPublic: true }),
  invite: (conversationId, viewer) =>
    services.invitations.create(viewer, { conversationId, expiresInSeconds: 60 }),
  addMembers: (conversationId, viewer) =>
    services.conversations.addMembers(viewer, { conversationId, userIds: [stranger.userId] }),
  removeMember: (conversationId, viewer, { userId }) =>
    services.conversations.removeMember(viewer, { conversationId, userId }),
  setRole: (conversationId, viewer, { userId }) =>
    services.conversations.setRole(viewer, { conversationId, userId, role: 'member' }),
  passOnOwnership: (conversationId, viewer, { userId }) =>
    services.conversations.setRole(viewer, { conversationId, userId, role: 'owner' }),
  mentionAll: (conversationId, viewer) =>
    services.messages.send(viewer, { conversationId, content: '@all', mentionsAll: true }),
  pin: async (conversationId, viewer, other) => {
    const { id: messageId } = await services.messages.send(other, { conversationId, content: 'at hand' });
    return services.pins.add(viewer, { conversationId, messageId });
  },
  deleteMessageOfOthers: async (conversationId, viewer, other) => {
    const { id: messageId } = await services.messages.send(other, { conversationId, content: 'odd' });
    return services.messages.delete(viewer, { conversationId, messageId });
  },
};

/** What became of a call: the code of its error. */
const outcomeOf = (call: Promise<unknown>): Promise<string> =>
  call.then(
    () => 'done',
    (error: unknown) => (error instanceof Error && 'code' in error ? String(error.code) : String(error)),
  );

const cases = Object.keys(permissions).flatMap((action) =>
  roles.map((role) => [action as Action, role] as const),
);

test.each(cases)(
  'security, authorisation: %s by an %s is what the table says, to whomever',
  async (action, role) => {
    const targets = { owner: people.owner, ...others };
    for (const other of roles.filter((one) => one !== 'owner' || role !== 'owner')) {
      const outcome = await outcomeOf(doing[action](await group(), people[role], targets[other]));
      expect(outcome, `to an ${other}`).toBe(mayActOn(role, action, other) ? 'done' : 'FORBIDDEN');
    }
  },
);

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

test('security, authorisation: none of it is for strangers, nor in a direct conversation', async () => {
  const conversationId = await group();
  for (const [action, act] of Object.entries(doing)) {
    // These take a message of somebody who could send one.
    if (action === 'deleteMessageOfOthers' || action === 'pin') continue;
    await expect(act(conversationId, stranger, people.member), action).rejects.toEqual(refused('NOT_MEMBER'));
  }
  const direct = await services.conversations.create(people.owner, { participantIds: [stranger.userId] });
  for (const [action, act] of Object.entries(doing)) {
    if (action === 'send' || action === 'pin') continue;
    await expect(act(direct.id, people.owner, stranger), action).rejects.toEqual(refused('FORBIDDEN'));
  }
});

test('a role is given as the table says, whoever gives it to whomever', async () => {
  for (const role of roles) {
    for (const other of ['admin', 'member'] as const) {
      for (const next of roles.filter((one) => one !== other)) {
        const conversationId = await group();
        const { userId } = others[other];
        const giving = services.conversations.setRole(people[role], { conversationId, userId, role: next });
        const told = `${role} makes a ${other} ${next}`;
        const given = maySetRole(role, other, next);
        expect(await outcomeOf(giving), told).toBe(given ? 'done' : 'FORBIDDEN');
        const now = await rolesIn(conversationId);
        expect(now.get(userId), told).toBe(given ? next : other);
        const owners = [...now.values()].filter((one) => one === 'owner');
        expect(owners, told).toHaveLength(1);
      }
    }
  }
});

test('one steps down by oneself, but for the owner; the same role again changes nothing', async () => {
  const conversationId = await group();
  const { admin, owner, member } = people;
  const setOwn = (viewer: Viewer, role: Role) =>
    services.conversations.setRole(viewer, { conversationId, userId: viewer.userId, role });
  await expect(setOwn(owner, 'member')).rejects.toEqual(refused('FORBIDDEN'));
  await expect(setOwn(member, 'admin')).rejects.toEqual(refused('FORBIDDEN'));
  await expect(setOwn(admin, 'owner')).rejects.toEqual(refused('FORBIDDEN'));
  expect(await setOwn(admin, 'member')).toMatchObject({ role: 'member' });
  const { lastSeq } = await setOwn(admin, 'member');
  expect((await setOwn(owner, 'owner')).lastSeq).toBe(lastSeq);
  await expect(
    services.conversations.setRole(owner, { conversationId, userId: newId(), role: 'admin' }),
  ).rejects.toEqual(refused('NOT_FOUND'));
});

test('a change of roles is told live, each row under a seq of its own, with a notice', async () => {
  const conversationId = await group();
  const { owner, member } = people;
  const watching = read(await services.messages.watch(others.member, { conversationId }));
  const following = read(await services.inbox.watch(member));
  await Promise.all([watching.next(), following.next()]);
  await services.conversations.setRole(owner, { conversationId, userId: member.userId, role: 'owner' });
  const [, event] = await watching.next(([, { type }]) => type === 'changes');
  const rows = event.type === 'changes' ? event.rows : [];
  expect(rows).toMatchObject([
    { type: 'member', member: { userId: owner.userId, role: 'admin' } },
    { type: 'member', member: { userId: member.userId, role: 'owner' } },
    {
      type: 'message',
      message: { senderId: owner.userId, notice: { kind: 'owner', userId: member.userId } },
    },
  ]);
  const [first = 0] = rows.map(({ seq }) => seq);
  expect(rows.map(({ seq }) => seq)).toEqual([first, first + 1, first + 2]);
  const frames = await following.next((events) => events.some(({ type }) => type === 'frame'));
  expect(JSON.stringify(frames)).toContain('"role":"owner"');
  watching.stop();
  following.stop();
});

test('whoever passes ownership on while others leave or do the same, there is one owner', async () => {
  for (let round = 0; round < 6; round += 1) {
    const conversationId = await group();
    const { owner, admin, member } = people;
    const pass = (to: Viewer) =>
      services.conversations.setRole(owner, { conversationId, userId: to.userId, role: 'owner' });
    await Promise.allSettled([
      pass(admin),
      pass(member),
      services.conversations.leave(round % 2 === 0 ? owner : admin, { conversationId }),
      services.conversations.leave(member, { conversationId }),
    ]);
    const owners = [...(await rolesIn(conversationId)).values()].filter((role) => role === 'owner');
    expect(owners).toHaveLength(1);
  }
});

test('what was done to whom stands in the audit log', async () => {
  const conversationId = await group();
  const { owner, admin } = people;
  await services.conversations.removeMember(owner, { conversationId, userId: others.member.userId });
  await services.conversations.setRole(owner, { conversationId, userId: admin.userId, role: 'owner' });
  await services.conversations.leave(admin, { conversationId });
  const lines = await parley.db
    .selectFrom('audit_events')
    .select(['kind', 'actor_id', 'subject_id', 'details'])
    .where('conversation_id', '=', conversationId)
    .orderBy('id')
    .execute();
  const by = (kind: string, actor: Viewer, subject: Viewer, details: object | null = null) => ({
    ...{ kind, actor_id: actor.userId, subject_id: subject.userId, details },
  });
  const promoted = { from: 'member', to: 'admin' };
  expect(lines).toEqual([
    by('role-changed', owner, admin, promoted),
    by('role-changed', owner, others.admin, promoted),
    by('member-removed', owner, others.member),
    by('ownership-passed-on', owner, admin),
    // The oldest admin, who was the owner before.
    by('ownership-passed-on', admin, owner),
  ]);
});
