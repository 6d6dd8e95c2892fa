import { newId, type Viewer } from '@parley/contract';
import type { Services } from '@parley/contract/router';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type TestParley, testParley } from '../testing/index.ts';

let parley: TestParley;
let services: Services;
let ada: Viewer;
let grace: Viewer;
let alan: Viewer;

beforeAll(async () => {
  parley = await testParley();
  ({ services } = await parley.engine());
  [ada, grace, alan] = [
    await parley.person('ada'),
    await parley.person('grace'),
    await parley.person('alan'),
  ];
});
afterAll(() => parley[Symbol.asyncDispose]());

const group = (owner: Viewer, ...others: Viewer[]) =>
  services.conversations.create(owner, {
    participantIds: others.map(({ userId }) => userId),
    title: 'Group',
  });
const refused = (code: string) => expect.objectContaining({ name: 'ParleyError', code });

describe('creating', () => {
  test('the direct conversation of two people is one, whoever makes it, also at once', async () => {
    const made = await Promise.all(
      Array.from({ length: 10 }, (_, n) =>
        n % 2 === 0
          ? services.conversations.create(ada, { participantIds: [grace.userId] })
          : services.conversations.create(grace, { participantIds: [ada.userId] }),
      ),
    );
    expect(new Set(made.map(({ id }) => id)).size).toBe(1);
    const [first] = made;
    expect(first).toMatchObject({ kind: 'direct', memberCount: 2, peer: { id: grace.userId } });
    expect(first?.id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab]/);
  });

  test('a title, or several people, make a group', async () => {
    const { kind, role, lastMessage } = await group(ada, grace);
    expect([kind, role, lastMessage?.notice]).toEqual(['group', 'owner', { kind: 'created' }]);
    const untitled = await services.conversations.create(ada, {
      participantIds: [grace.userId, alan.userId],
    });
    expect(untitled).toMatchObject({ kind: 'group', title: null, memberCount: 3, unread: 0 });
  });

  test('unknown people and nobody else are refused, and nothing is left behind', async () => {
    const before = (await services.conversations.list(ada, { limit: 100 })).conversations.length;
    await expect(services.conversations.create(ada, { participantIds: [newId()] })).rejects.toEqual(
      refused('NOT_FOUND'),
    );
    await expect(services.conversations.create(ada, { participantIds: [ada.userId] })).rejects.toEqual(
      refused('INVALID_INPUT'),
    );
    expect((await services.conversations.list(ada, { limit: 100 })).conversations).toHaveLength(before);
  });
});

describe('listing', () => {
  test('shows the latest first, with its latest entry and what is unread, page by page', async () => {
    const viewer = await parley.person(`lister-${newId()}`);
    const made = [];
    for (let n = 0; n < 5; n += 1) made.push((await group(viewer, ada)).id);
    const [oldest] = made;
    if (oldest === undefined) throw new Error('no conversation was made');
    const {
      isRead: _,
      epoch: __,
      ...message
    } = await services.messages.send(ada, {
      conversationId: oldest,
      content: 'back on top',
    });
    const first = await services.conversations.list(viewer, { limit: 2 });
    expect(first.conversations.map(({ id }) => id)).toEqual([oldest, made[4]]);
    expect(first.conversations[0]).toMatchObject({ unread: 1, lastMessage: message });
    const rest = [];
    for (let cursor = first.nextCursor; cursor !== null;) {
      const page = await services.conversations.list(viewer, { limit: 2, cursor });
      rest.push(...page.conversations.map(({ id }) => id));
      cursor = page.nextCursor;
    }
    expect(rest).toEqual([made[3], made[2], made[1]]);
    await expect(services.conversations.list(viewer, { limit: 2, cursor: 'nonsense' })).rejects.toEqual(
      refused('INVALID_INPUT'),
    );
  });

  test('a conversation one is not in is neither listed nor shown', async () => {
    const { id } = await group(ada, grace);
    const { conversations } = await services.conversations.list(alan, { limit: 100 });
    expect(conversations.map((conversation) => conversation.id)).not.toContain(id);
    await expect(services.conversations.get(alan, { conversationId: id })).rejects.toEqual(
      refused('NOT_MEMBER'),
    );
    await expect(services.conversations.members(alan, { conversationId: id, limit: 10 })).rejects.toEqual(
      refused('NOT_MEMBER'),
    );
  });

  test('members are paged by user id', async () => {
    const { id } = await group(ada, grace, alan);
    const first = await services.conversations.members(ada, { conversationId: id, limit: 2 });
    expect(first.members).toHaveLength(2);
    const second = await services.conversations.members(ada, {
      conversationId: id,
      limit: 2,
      ...(first.nextAfter === null ? {} : { after: first.nextAfter }),
    });
    const ids = [...first.members, ...second.members].map(({ userId }) => userId);
    expect(ids).toEqual([ada, grace, alan].map(({ userId }) => userId).toSorted());
    expect(second.nextAfter).toBeNull();
    const { lastSeq, epoch } = await services.conversations.get(ada, { conversationId: id });
    expect(second).toMatchObject({ asOf: lastSeq, epoch });
  });
});

describe('members', () => {
  test('only those who manage a group change it', async () => {
    const { id: conversationId } = await group(ada, grace);
    for (const attempt of [
      () => services.conversations.rename(grace, { conversationId, title: 'Mine' }),
      () => services.conversations.addMembers(grace, { conversationId, userIds: [alan.userId] }),
      () => services.conversations.removeMember(grace, { conversationId, userId: ada.userId }),
    ]) {
      await expect(attempt()).rejects.toEqual(refused('FORBIDDEN'));
    }
    const renamed = await services.conversations.rename(ada, { conversationId, title: 'Ours' });
    expect(renamed).toMatchObject({
      title: 'Ours',
      lastMessage: { notice: { kind: 'renamed', title: 'Ours' } },
    });
  });

  test('a direct conversation cannot be changed or left', async () => {
    const { id: conversationId } = await services.conversations.create(ada, {
      participantIds: [grace.userId],
    });
    for (const attempt of [
      () => services.conversations.rename(ada, { conversationId, title: 'x' }),
      () => services.conversations.addMembers(ada, { conversationId, userIds: [alan.userId] }),
      () => services.conversations.removeMember(ada, { conversationId, userId: grace.userId }),
      () => services.conversations.leave(ada, { conversationId }),
    ]) {
      await expect(attempt()).rejects.toEqual(refused('FORBIDDEN'));
    }
  });

  test('adding somebody twice adds them once; what was said before they came is not unread', async () => {
    const { id: conversationId } = await group(ada, grace);
    await services.messages.send(ada, { conversationId, content: 'before' });
    const userIds = [alan.userId, grace.userId, alan.userId];
    const added = await services.conversations.addMembers(ada, { conversationId, userIds });
    expect(added).toMatchObject({
      memberCount: 3,
      lastMessage: { notice: { kind: 'added', userIds: [alan.userId] } },
    });
    const again = await services.conversations.addMembers(ada, { conversationId, userIds });
    expect(again.lastSeq).toBe(added.lastSeq);
    expect((await services.conversations.get(alan, { conversationId })).unread).toBe(0);
    await services.messages.send(ada, { conversationId, content: 'after' });
    expect((await services.conversations.get(alan, { conversationId })).unread).toBe(1);
  });

  test('the owner who leaves passes the group on; the last one may leave too', async () => {
    const { id: conversationId } = await group(ada, grace, alan);
    await services.conversations.leave(ada, { conversationId });
    await expect(services.conversations.get(ada, { conversationId })).rejects.toEqual(refused('NOT_MEMBER'));
    const roles = async (viewer: Viewer) =>
      (await services.conversations.members(viewer, { conversationId, limit: 10 })).members.map(
        ({ role }) => role,
      );
    expect((await roles(grace)).toSorted()).toEqual(['member', 'owner']);
    await services.conversations.leave(grace, { conversationId });
    await services.conversations.leave(alan, { conversationId });
    await expect(services.conversations.leave(alan, { conversationId })).rejects.toEqual(
      refused('NOT_MEMBER'),
    );
  });

  test('removing needs a member, who is neither oneself nor above', async () => {
    const { id: conversationId } = await group(ada, grace);
    const remove = (userId: string) => services.conversations.removeMember(ada, { conversationId, userId });
    await expect(remove(alan.userId)).rejects.toEqual(refused('NOT_FOUND'));
    await expect(remove(ada.userId)).rejects.toEqual(refused('FORBIDDEN'));
    expect((await remove(grace.userId)).memberCount).toBe(1);
  });

  test('the seqs of a conversation have no hole, and each is stamped on one row', async () => {
    const { id: conversationId } = await group(ada, grace);
    await services.messages.send(ada, { conversationId, content: 'one' });
    await services.conversations.addMembers(ada, { conversationId, userIds: [alan.userId] });
    await services.conversations.removeMember(ada, { conversationId, userId: grace.userId });
    await services.conversations.rename(ada, { conversationId, title: 'Other' });
    const { lastSeq } = await services.conversations.get(ada, { conversationId });
    const stamped = await Promise.all([
      parley.db.selectFrom('messages').select('seq').where('conversation_id', '=', conversationId).execute(),
      parley.db.selectFrom('members').select('seq').where('conversation_id', '=', conversationId).execute(),
      parley.db
        .selectFrom('conversations')
        .select('changed_seq as seq')
        .where('id', '=', conversationId)
        .execute(),
    ]);
    const seqs = stamped.flat().map(({ seq }) => seq);
    expect(new Set(seqs).size).toBe(seqs.length);
    expect(Math.max(...seqs)).toBe(lastSeq);
  });
});

describe('people', () => {
  test('are found by part of a name, and by the whole of an e-mail address only', async () => {
    const name = `Zz${newId().slice(-8)}`;
    const zoe = await parley.person(name);
    const search = async (query: string) =>
      (await services.users.search(ada, { q: query, limit: 20 })).map(({ id }) => id);
    expect(await search(name.slice(2).toUpperCase())).toEqual([zoe.userId]);
    expect(await search(`${name}@example.com`)).toEqual([zoe.userId]);
    expect(await search(`${name}@example.co`)).toEqual([]);
    expect(await search('%%%')).toEqual([]);
    expect(await search('___')).toEqual([]);
    expect(await services.users.search(zoe, { q: name, limit: 20 })).toEqual([]);
    expect(JSON.stringify(await services.users.search(ada, { q: name, limit: 20 }))).not.toContain('@');
  });
});
