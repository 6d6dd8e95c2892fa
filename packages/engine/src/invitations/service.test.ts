import { limits, newId, type Viewer } from '@parley/contract';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Engine } from '../engine.ts';
import { type TestParley, testParley } from '../testing/index.ts';

let parley: TestParley;
let engines: [Engine, Engine];
let services: Engine['services'];
let ada: Viewer;
let grace: Viewer;
let there: { conversationId: string };
let people = 0;

beforeAll(async () => {
  parley = await testParley();
  engines = [await parley.engine(), await parley.engine()];
  ({ services } = engines[0]);
});
afterAll(() => parley[Symbol.asyncDispose]());
beforeEach(async () => {
  [ada, grace] = [await somebody(), await somebody()];
  const group = await services.conversations.create(ada, { participantIds: [grace.userId], title: 'Group' });
  there = { conversationId: group.id };
});

function somebody(): Promise<Viewer> {
  people += 1;
  return parley.person(`person-${people}`);
}

const invite = (more: { maxUses?: number; expiresInSeconds?: number } = {}, by = ada) =>
  services.invitations.create(by, { ...there, expiresInSeconds: 3_600, ...more });
const accept = (viewer: Viewer, token: string) => services.invitations.accept(viewer, { token });
const usesOf = async (id: string) =>
  (await services.invitations.list(ada, there)).invitations.find((one) => one.id === id)?.uses;

/** What a call that failed said. */
const failure = (call: Promise<unknown>): Promise<string> =>
  call.then(
    () => 'it did not fail',
    (error: unknown) =>
      error instanceof Error && 'code' in error ? `${String(error.code)}: ${error.message}` : String(error),
  );
/** What both looking at an invitation and accepting it say. */
async function refusal(viewer: Viewer, token: string): Promise<string> {
  const said = await failure(services.invitations.preview(viewer, { token }));
  expect(await failure(accept(viewer, token))).toBe(said);
  return said;
}

const none = 'NOT_FOUND: unable to open the invitation; there is no such invitation';
const revoked = 'CONFLICT: unable to open the invitation; it was revoked';

test('whoever has the token sees what it is to, and joins as a member', async () => {
  await services.conversations.update(ada, { ...there, description: 'About' });
  const { token, ...invitation } = await invite();
  const eve = await somebody();
  expect(await services.invitations.preview(eve, { token })).toEqual({
    ...{ conversationId: there.conversationId, title: 'Group', avatar: null, description: 'About' },
    ...{ history: 'full', memberCount: 2, joined: false, expiresAt: invitation.expiresAt },
    invitedBy: expect.objectContaining({ id: ada.userId }),
  });
  const joined = await accept(eve, token);
  expect(joined).toMatchObject({ id: there.conversationId, role: 'member', memberCount: 3, unread: 0 });
  expect(joined.lastMessage).toMatchObject({ senderId: eve.userId, notice: { kind: 'joined' } });
  expect(await services.invitations.preview(eve, { token })).toMatchObject({ joined: true, memberCount: 3 });
  const { conversations } = await services.conversations.list(eve, { limit: 5 });
  expect(conversations.map(({ id }) => id)).toEqual([there.conversationId]);
  expect(await usesOf(invitation.id)).toBe(1);
});

test('security, output: the token is random, shown once, and kept as a hash', async () => {
  const made = [await invite(), await invite()];
  expect(new Set(made.map(({ token }) => token)).size).toBe(2);
  for (const { token, hint } of made) {
    expect(Buffer.from(token, 'base64url')).toHaveLength(40);
    expect(token.endsWith(hint)).toBe(true);
  }
  const listed = JSON.stringify(await services.invitations.list(ada, there));
  const stored = JSON.stringify(await parley.db.selectFrom('invitations').selectAll().execute());
  const audit = JSON.stringify(await parley.db.selectFrom('audit_events').selectAll().execute());
  for (const { token } of made) {
    for (const text of [listed, stored, audit]) expect(text).not.toContain(token.slice(22, -4));
  }
});

test('twenty at once on two servers with room for five: five get in', async () => {
  const { token, id } = await invite({ maxUses: 5 });
  const others = await Promise.all(Array.from({ length: 20 }, () => somebody()));
  const said = await Promise.all(
    others.map((viewer, n) => {
      const { invitations } = (engines[n % 2] ?? engines[0]).services;
      return failure(invitations.accept(viewer, { token }));
    }),
  );
  const refused = said.filter((text) => text !== 'it did not fail');
  expect(new Set(refused)).toEqual(new Set(['CONFLICT: unable to open the invitation; it is used up']));
  expect(refused).toHaveLength(15);
  expect(await services.conversations.get(ada, there)).toMatchObject({ memberCount: 7 });
  const { uses } = await parley.db
    .selectFrom('invitations')
    .select('uses')
    .where('id', '=', id)
    .executeTakeFirstOrThrow();
  expect(uses).toBe(5);
  // Whoever is in stays in, also by one that is used up; and somebody else is told that it is.
  const inside = others[said.indexOf('it did not fail')] ?? ada;
  expect(await accept(inside, token)).toMatchObject({ memberCount: 7 });
  expect(await refusal(await somebody(), token)).toMatch(/used up$/);
  expect((await services.invitations.list(ada, there)).invitations).toEqual([]);
});

test('the same person twenty times at once joins once, and uses it once', async () => {
  const { token, id } = await invite({ maxUses: 2 });
  const eve = await somebody();
  const all = await Promise.all(
    Array.from({ length: 20 }, (_, n) =>
      (engines[n % 2] ?? engines[0]).services.invitations.accept(eve, { token }),
    ),
  );
  expect(new Set(all.map(({ joinedSeq }) => joinedSeq)).size).toBe(1);
  expect(await usesOf(id)).toBe(1);
});

test('one that is not good any more says why, and one that never was says nothing', async () => {
  const eve = await somebody();
  const expired = await invite();
  await parley.db
    .updateTable('invitations')
    .set({ expires_at: new Date(Date.now() - 1_000) })
    .where('id', '=', expired.id)
    .execute();
  expect(await refusal(eve, expired.token)).toBe('CONFLICT: unable to open the invitation; it has expired');
  const { token, id } = await invite();
  for (const wrong of [`${token.slice(0, -4)}AAAA`, `${token} `, token.slice(1), 'x', `B${token.slice(1)}`]) {
    expect(await refusal(eve, wrong), wrong).toBe(none);
  }
  await services.invitations.revoke(ada, { ...there, invitationId: id });
  await services.invitations.revoke(ada, { ...there, invitationId: id });
  expect(await refusal(eve, token)).toBe(revoked);
  expect(await failure(services.invitations.revoke(ada, { ...there, invitationId: newId() }))).toBe(none);
  expect((await services.invitations.list(ada, there)).invitations).toEqual([]);
});

test('one is good for as long as whoever made it may invite', async () => {
  const eve = await somebody();
  await services.conversations.setRole(ada, { ...there, userId: grace.userId, role: 'admin' });
  const { token } = await invite({}, grace);
  await services.conversations.setRole(ada, { ...there, userId: grace.userId, role: 'member' });
  expect(await refusal(eve, token)).toBe(revoked);
  await services.conversations.setRole(ada, { ...there, userId: grace.userId, role: 'admin' });
  await services.invitations.preview(eve, { token });
  // Gone with whoever leaves, and not back with them.
  await services.conversations.leave(grace, there);
  expect(await refusal(eve, token)).toBe(none);
  await services.conversations.addMembers(ada, { ...there, userIds: [grace.userId] });
  await services.conversations.setRole(ada, { ...there, userId: grace.userId, role: 'admin' });
  expect(await refusal(eve, token)).toBe(none);
});

test('security, authorisation: whom somebody removed comes back when they are added, not by an invitation', async () => {
  const { token } = await invite();
  await services.conversations.removeMember(ada, { ...there, userId: grace.userId });
  const told =
    'FORBIDDEN: unable to open the invitation; you were removed from the group, and have to be added';
  expect(await refusal(grace, token)).toBe(told);
  expect(await refusal(grace, (await invite()).token)).toBe(told);
  await services.conversations.addMembers(ada, { ...there, userIds: [grace.userId] });
  // Who leaves on their own may come back.
  await services.conversations.leave(grace, there);
  expect(await accept(grace, token)).toMatchObject({ role: 'member' });
});

test('security, enumeration: whom the one who invites has blocked reads what one reads of a revoked one', async () => {
  const eve = await somebody();
  const { token } = await invite();
  await services.blocks.add(ada, { userId: eve.userId });
  expect(await refusal(eve, token)).toBe(revoked);
  await services.blocks.remove(ada, { userId: eve.userId });
  await services.blocks.add(eve, { userId: ada.userId });
  expect(await refusal(eve, token)).toBe(
    'FORBIDDEN: unable to open the invitation; you have blocked the person',
  );
  await services.blocks.remove(eve, { userId: ada.userId });
  await accept(eve, token);
});

test('there are a hundred good ones of a group at most', async () => {
  const { id } = await invite();
  const { hash, ...row } = await parley.db
    .selectFrom('invitations')
    .selectAll()
    .where('id', '=', id)
    .executeTakeFirstOrThrow();
  const more = Array.from({ length: limits.invitationsPerGroup - 1 }, (_, n) => ({
    ...{ ...row, id: newId(), hash: Buffer.concat([hash, Buffer.from([n])]) },
  }));
  await parley.db.insertInto('invitations').values(more).execute();
  expect(await failure(invite())).toBe(
    'CONFLICT: unable to invite people; there are 100 invitations already: revoke one first',
  );
  await services.invitations.revoke(ada, { ...there, invitationId: id });
  await invite();
});

test('what has long been over is forgotten when the next one is made', async () => {
  const { id, token } = await invite();
  const long = new Date(Date.now() - 31 * 86_400_000);
  await parley.db.updateTable('invitations').set({ expires_at: long }).where('id', '=', id).execute();
  const eve = await somebody();
  expect(await refusal(eve, token)).toMatch(/expired$/);
  await invite();
  expect(await refusal(eve, token)).toBe(none);
});

test('with the account of whoever made them they are gone, and what newcomers see is the group’s to say', async () => {
  const closed = await services.conversations.create(ada, {
    participantIds: [grace.userId],
    title: 'From joining',
    history: 'from-joining',
  });
  there = { conversationId: closed.id };
  await services.messages.send(ada, { ...there, content: 'before' });
  const eve = await somebody();
  await accept(eve, (await invite()).token);
  const { messages } = await services.messages.list(eve, { ...there, limit: 10 });
  expect(messages.map(({ notice }) => notice)).toEqual([{ kind: 'joined' }]);
  const leaver = await parley.person(`leaver-${newId()}`, 'a fine password');
  await services.conversations.addMembers(ada, { ...there, userIds: [leaver.userId] });
  await services.conversations.setRole(ada, { ...there, userId: leaver.userId, role: 'admin' });
  const { token } = await invite({}, leaver);
  await services.auth.deleteAccount(leaver, { password: 'a fine password' });
  const left = () =>
    parley.db.selectFrom('invitations').select('id').where('created_by', '=', leaver.userId).execute();
  await expect.poll(left).toEqual([]);
  expect(await refusal(await somebody(), token)).toBe(none);
});
