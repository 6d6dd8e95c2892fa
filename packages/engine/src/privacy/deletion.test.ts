import { newId, type Viewer } from '@parley/contract';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Passwords } from '../auth/passwords.ts';
import { requireReachable } from '../blocks/reach.ts';
import type { Engine } from '../engine.ts';
import { read, silentLog, signedUp, type TestParley, testParley } from '../testing/index.ts';
import { beginDeletion } from './begin-deletion.ts';
import { deleteAccount } from './delete-account.ts';

const password = 'a fine password';
const here = { address: '192.0.2.77', device: 'a telling device' };

let parley: TestParley;
let keeping: Engine;
let removing: Engine;
let passwordHash: string;

beforeAll(async () => {
  parley = await testParley();
  await using passwords = new Passwords();
  passwordHash = await passwords.hash(password);
  keeping = await parley.engine({ deletionCheckMs: 100 });
  removing = await parley.engine({ deletionCheckMs: 100, deletedAccountMessages: 'remove' });
});
afterAll(() => parley[Symbol.asyncDispose]());

const refused = (code: string) => expect.objectContaining({ name: 'ParleyError', code });

interface Registered {
  readonly viewer: Viewer;
  readonly name: string;
  readonly email: string;
  readonly refreshToken: string;
}

/** Somebody with a password, whose name is nowhere else, without the cost of registering. */
async function somebody(): Promise<Viewer> {
  const person = await parley.person(`canary${newId().slice(-12)}`);
  await parley.db
    .updateTable('users')
    .set({ password_hash: passwordHash })
    .where('id', '=', person.userId)
    .execute();
  return person;
}

async function registered(engine: Engine): Promise<Registered> {
  const name = `canary${newId().slice(-12)}`;
  const email = `${name}@example.org`;
  const { auth } = engine.services;
  const account = { email, username: name, password, displayName: `The ${name}` };
  const made = signedUp(await auth.register(here, account));
  const viewer = await engine.authenticate(made.accessToken);
  await auth.updateProfile(viewer, { avatar: `https://example.org/${name}.png` });
  await auth.setOnlineStatus(viewer, { isOnline: true });
  return { viewer, name, email, refreshToken: made.refreshToken };
}

const group = (engine: Engine, owner: Viewer, ...others: Viewer[]) =>
  engine.services.conversations.create(owner, {
    participantIds: others.map(({ userId }) => userId),
    title: 'Group',
  });

/** Resolves once nothing is left to be done of a deletion. */
async function erased(userId: string): Promise<void> {
  await expect
    .poll(
      async () =>
        (
          await parley.db
            .selectFrom('users')
            .select(['erasing', 'deleted_at'])
            .where('id', '=', userId)
            .executeTakeFirst()
        )?.erasing,
      { timeout: 5_000, interval: 20 },
    )
    .toBeNull();
}

/** Every table as text, to look for what must not be left. */
async function everythingStored(): Promise<string> {
  const { rows: tables } = await sql<{ name: string }>`
    select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r'`.execute(
    parley.db,
  );
  const texts = await Promise.all(
    tables.map(async ({ name }) => {
      const { rows } = await sql<{ row: string }>`select t::text as row from ${sql.table(name)} t`.execute(
        parley.db,
      );
      return rows.map(({ row }) => `${name} ${row}`).join('\n');
    }),
  );
  return texts.join('\n');
}

test('nothing that names the person is left in any table, and nobody is signed in as them', async () => {
  const { viewer, name, email, refreshToken } = await registered(keeping);
  const { auth, users } = keeping.services;
  await parley.db
    .insertInto('audit_events')
    .values({ id: newId(), kind: 'signed-in', actor_id: viewer.userId, address: here.address })
    .execute();
  const { id: conversationId } = await group(keeping, viewer, await parley.person(`reader-${newId()}`));
  await keeping.services.drafts.set(viewer, { conversationId, text: `half a word of ${name}` });
  await keeping.services.settings.set(viewer, { conversationId, archived: true });
  const own = `conversation_settings (${conversationId},${viewer.userId}`;
  for (const canary of [name, here.address, here.device, own])
    expect(await everythingStored()).toContain(canary);
  await expect(auth.deleteAccount(viewer, { password: 'another' })).rejects.toEqual(
    refused('WRONG_CREDENTIALS'),
  );
  let ended = 0;
  keeping.holdSession(viewer, () => (ended += 1));
  await auth.deleteAccount(viewer, { password });
  expect(ended).toBe(1);
  await erased(viewer.userId);
  const left = await everythingStored();
  for (const canary of [name, here.address, here.device, own]) expect(left).not.toContain(canary);

  await expect(auth.refresh(here, { refreshToken })).rejects.toEqual(refused('UNAUTHENTICATED'));
  await expect(auth.login(here, { email, password })).rejects.toEqual(refused('WRONG_CREDENTIALS'));
  for (const call of [() => auth.me(viewer), () => auth.updateProfile(viewer, { displayName: name })]) {
    await expect(call()).rejects.toEqual(refused('UNAUTHENTICATED'));
  }
  const other = await parley.person(`other-${newId()}`);
  const shown = await users.get(other, { userId: viewer.userId });
  expect(shown).toEqual({
    id: viewer.userId,
    username: expect.stringMatching(/^deleted-[0-9a-f]{12}$/),
    ...{ displayName: null, avatar: null, isOnline: false, lastSeen: null, deleted: true },
  });
  for (const q of [shown.username, `${shown.username}@deleted.invalid`, email]) {
    expect(await users.search(other, { q, limit: 5 })).toEqual([]);
  }
  // The names are free.
  await auth.updateProfile(other, { username: name });
  await parley.db.updateTable('users').set({ email }).where('id', '=', other.userId).execute();
});

test('messages stay, memberships end, ownership is passed on, and everybody hears of it', async () => {
  const viewer = await somebody();
  const [ada, eve] = [await parley.person(`ada-${newId()}`), await parley.person(`eve-${newId()}`)];
  const { conversations, messages, inbox, auth } = keeping.services;
  const { id: conversationId } = await group(keeping, viewer, ada, eve);
  const { id: directId } = await conversations.create(viewer, { participantIds: [ada.userId] });
  await messages.send(viewer, { conversationId, content: 'said and kept' });
  await messages.send(viewer, { conversationId: directId, content: 'said in private' });
  const watching = read(await messages.watch(eve, { conversationId }));
  const following = read(await inbox.watch(ada));
  await Promise.all([watching.next(), following.next()]);

  await auth.deleteAccount(viewer, { password });
  const [, event] = await watching.next(([, { type }]) => type === 'changes');
  expect(event).toMatchObject({
    rows: [
      { type: 'member', member: { userId: viewer.userId, leftAt: expect.any(String) } },
      { type: 'member', member: { userId: ada.userId, role: 'owner' } },
      { type: 'message', message: { notice: { kind: 'left' } } },
      { type: 'message', message: { notice: { kind: 'owner', userId: ada.userId } } },
    ],
  });
  await following.next((events) =>
    events.some((one) => one.type === 'frame' && one.frame.conversationId === directId),
  );
  await erased(viewer.userId);
  const page = await messages.list(ada, { conversationId, limit: 10 });
  expect(page.messages.map(({ content }) => content)).toContain('said and kept');
  expect(await conversations.get(ada, { conversationId })).toMatchObject({ role: 'owner', memberCount: 2 });
  expect(await conversations.get(ada, { conversationId: directId })).toMatchObject({
    memberCount: 1,
    peer: { deleted: true, displayName: null },
    lastMessage: { content: 'said in private' },
  });
  const reach = [
    () => messages.send(ada, { conversationId: directId, content: 'hello?' }),
    () => conversations.addMembers(ada, { conversationId, userIds: [viewer.userId] }),
    () => conversations.create(ada, { participantIds: [viewer.userId], title: 'Again' }),
  ];
  for (const call of reach) await expect(call()).rejects.toEqual(refused('FORBIDDEN'));
  await expect(keeping.services.blocks.add(ada, { userId: viewer.userId })).rejects.toEqual(
    refused('NOT_FOUND'),
  );
  watching.stop();
  following.stop();
});

test('where messages go, each is a tombstone under a seq of its own, in every conversation, left ones too', async () => {
  const viewer = await somebody();
  const ada = await parley.person(`ada-${newId()}`);
  const { conversations, messages, auth } = removing.services;
  const here1 = await group(removing, ada, viewer);
  const left = await group(removing, ada, viewer);
  // More than are emptied at once, with what others say between them.
  const count = 450;
  await Promise.all(
    Array.from({ length: count }, (_, n) =>
      messages.send(n % 3 === 0 ? ada : viewer, { conversationId: here1.id, content: `secret ${n}` }),
    ),
  );
  await messages.send(viewer, { conversationId: left.id, content: 'secret elsewhere' });
  await conversations.leave(viewer, { conversationId: left.id });
  const watching = read(await messages.watch(ada, { conversationId: here1.id }));
  const [, ready] = await watching.next();
  const searchable = () =>
    parley.db
      .selectFrom('search_entries')
      .select('position')
      .where('sender_id', '=', viewer.userId)
      .execute();
  await expect.poll(async () => (await searchable()).length, { timeout: 10_000 }).toBe((count * 2) / 3 + 1);
  await auth.deleteAccount(viewer, { password });
  await erased(viewer.userId);
  expect(await searchable()).toEqual([]);
  const rows = await parley.db
    .selectFrom('messages')
    .select(['content', 'deleted_at', 'seq', 'payload_hash', 'conversation_id'])
    .where('sender_id', '=', viewer.userId)
    .where('type', '=', 'text')
    .execute();
  expect(rows).toHaveLength((count * 2) / 3 + 1);
  for (const row of rows) {
    expect(row).toMatchObject({ content: '', deleted_at: expect.any(Date) });
    expect(row.payload_hash).toHaveLength(0);
  }
  const { lastSeq } = await conversations.get(ada, { conversationId: here1.id });
  const seqs = new Set<number>();
  const before = ready.type === 'ready' ? ready.seq : 0;
  while (!seqs.has(lastSeq)) {
    const [, event] = await watching.next(([, { type }]) => type === 'changes');
    for (const row of event.type === 'changes' ? event.rows : []) seqs.add(row.seq);
  }
  expect([...seqs]).toEqual(Array.from({ length: lastSeq - before }, (_, n) => before + 1 + n));
  expect(
    await parley.db
      .selectFrom('messages')
      .select('content')
      .where('sender_id', '=', ada.userId)
      .where('type', '=', 'text')
      .where('conversation_id', '=', here1.id)
      .where('content', '=', '')
      .execute(),
  ).toEqual([]);
  watching.stop();
});

test('reactions stay or go as messages do, and what was saved goes either way', async () => {
  for (const [engine, stay] of [
    [keeping, true],
    [removing, false],
  ] as const) {
    const viewer = await somebody();
    const ada = await parley.person(`ada-${newId()}`);
    const { messages, reactions, pins, saved, auth, conversations } = engine.services;
    const { id: conversationId } = await group(engine, ada, viewer);
    const { id: messageId } = await messages.send(ada, { conversationId, content: 'liked' });
    const { id: theirs } = await messages.send(viewer, { conversationId, content: 'of theirs' });
    for (const emoji of ['👍', '❤️']) await reactions.add(viewer, { messageId, emoji });
    await reactions.add(ada, { messageId, emoji: '👍' });
    await reactions.add(ada, { messageId: theirs, emoji: '👍' });
    await pins.add(ada, { messageId: theirs });
    await reactions.add(viewer, { messageId, emoji: '🎉' });
    await reactions.remove(viewer, { messageId, emoji: '🎉' });
    await saved.add(viewer, { messageId });
    const before = await conversations.get(ada, { conversationId });
    await auth.deleteAccount(viewer, { password });
    await erased(viewer.userId);
    const liked = await messages.get(ada, { messageId });
    const others = [{ emoji: '👍', count: 1, userIds: [ada.userId] }];
    const all = [
      { emoji: '👍', count: 2, userIds: [viewer.userId, ada.userId] },
      { emoji: '❤️', count: 1, userIds: [viewer.userId] },
    ];
    expect(liked.reactions).toEqual(stay ? all : others);
    const listed = await reactions.list(ada, { messageId, limit: 10 });
    expect(listed.reactions).toHaveLength(stay ? 3 : 1);
    expect((await pins.list(ada, { conversationId })).messages).toHaveLength(stay ? 1 : 0);
    const rows = await parley.db
      .selectFrom('reactions')
      .select('emoji')
      .where((eb) => eb.or([eb('user_id', '=', viewer.userId), eb('conversation_id', '=', conversationId)]))
      .execute();
    expect(rows).toHaveLength(stay ? 4 : 1);
    const kept = parley.db.selectFrom('saved_messages').select('message_id');
    expect(await kept.where('user_id', '=', viewer.userId).execute()).toEqual([]);
    // The membership's end with its notice, and without messages one more for that of theirs and for each reaction.
    const { lastSeq } = await conversations.get(ada, { conversationId });
    expect(lastSeq - before.lastSeq).toBe(stay ? 2 : 5);
  }
});

test('what a process left in the middle another one carries on', async () => {
  const ada = await parley.person(`ada-${newId()}`);
  const dying = await parley.engine({ deletedAccountMessages: 'remove' });
  const viewer = await somebody();
  const rooms = [];
  for (let n = 0; n < 6; n += 1) rooms.push((await group(dying, viewer, ada)).id);
  for (const conversationId of rooms)
    await dying.services.messages.send(viewer, { conversationId, content: 'secret' });
  // It is stopped right after the first step, with the rest before it or under way.
  await dying.services.auth.deleteAccount(viewer, { password });
  await dying[Symbol.asyncDispose]();
  await erased(viewer.userId);
  expect(await leftOf(viewer)).toEqual(rooms.map(() => ({ left_at: expect.any(Date), content: null })));

  // Killed right after the first step: nobody gave the claim back.
  const other = await somebody();
  const room = await group(keeping, other, ada);
  await keeping.services.messages.send(other, { conversationId: room.id, content: 'secret' });
  await parley.db.transaction().execute((trx) => beginDeletion(trx, other.userId, 'remove'));
  await erased(other.userId);
  expect(await leftOf(other)).toEqual([{ left_at: expect.any(Date), content: null }]);
});

/** The memberships of somebody, and what is left of the secrets they told. */
function leftOf({ userId }: Viewer) {
  return parley.db
    .selectFrom('members')
    .leftJoin('messages', (join) =>
      join
        .onRef('messages.conversation_id', '=', 'members.conversation_id')
        .on('messages.content', '=', 'secret'),
    )
    .select(['members.left_at', 'messages.content'])
    .where('members.user_id', '=', userId)
    .execute();
}

test('a deletion waits for whoever is bringing the person into a conversation, and ends that too', async () => {
  const ada = await parley.person(`ada-${newId()}`);
  const viewer = await somebody();
  const { id: conversationId } = await group(keeping, ada, await parley.person(`any-${newId()}`));
  const { deleting } = await parley.db.transaction().execute(async (trx) => {
    // As somebody who is added is looked at, before they are.
    await requireReachable(trx, ada.userId, [viewer.userId], 'add people');
    const begun = keeping.services.auth.deleteAccount(viewer, { password });
    let over = false;
    void begun.then(() => (over = true));
    const waits = async () => {
      const { rows } = await sql`
        select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`.execute(
        trx,
      );
      return over || rows.length > 0;
    };
    while (!(await waits()));
    await trx
      .insertInto('members')
      .values({
        ...{ conversation_id: conversationId, user_id: viewer.userId, role: 'member', left_at: null },
        ...{ joined_seq: 1, joined_position: 0, seq: 1, inbox_seq: 1 },
      })
      .execute();
    return { deleting: begun };
  });
  await deleting;
  await erased(viewer.userId);
  const row = await parley.db
    .selectFrom('members')
    .select('left_at')
    .where('user_id', '=', viewer.userId)
    .executeTakeFirst();
  expect(row).toEqual({ left_at: expect.any(Date) });
  // Nor does anybody bring them in afterwards.
  const adding = keeping.services.conversations.addMembers(ada, { conversationId, userIds: [viewer.userId] });
  await expect(adding).rejects.toEqual(refused('FORBIDDEN'));
});

test('an operator deletes an account by its name, all of it before the answer', async () => {
  const ada = await parley.person(`ada-${newId()}`);
  const viewer = await somebody();
  const { username: name } = await keeping.services.auth.me(viewer);
  await group(keeping, viewer, ada);
  expect(await deleteAccount(parley.connectionString, silentLog, name, 'keep')).toBe(true);
  expect(await everythingStored()).not.toContain(name);
  const { rows } = await sql`
    select kind, actor_id, subject_id from audit_events
    where subject_id = ${viewer.userId} and kind = 'account-deleted'`.execute(parley.db);
  expect(rows).toEqual([{ kind: 'account-deleted', actor_id: null, subject_id: viewer.userId }]);
  expect(await deleteAccount(parley.connectionString, silentLog, name, 'keep')).toBe(false);
});
