import { setTimeout } from 'node:timers/promises';
import { newId, type Viewer } from '@parley/contract';
import { memoryBus } from '../bus/memory-bus.ts';
import type { Engine } from '../engine.ts';
import { signedUp, type TestParley } from './engine.ts';
import { read } from './read.ts';

/** Somebody in a long conversation, and that conversation. */
async function somebodyBusy(
  parley: TestParley,
  engine: Engine,
): Promise<{ viewer: Viewer; conversationId: string }> {
  const { conversation_id: conversationId, user_id: userId } = await parley.db
    .selectFrom('members')
    .innerJoin('conversations', 'conversations.id', 'members.conversation_id')
    .select(['members.conversation_id', 'members.user_id'])
    .orderBy('conversations.last_position', 'desc')
    .orderBy('members.user_id')
    .limit(1)
    .executeTakeFirstOrThrow();
  const { accessToken } = await parley.signIn(userId);
  return { viewer: await engine.authenticate(accessToken), conversationId };
}

/** A thread begins on a message, is read, and is left alone. */
async function beginThread(engine: Engine, viewer: Viewer, conversationId: string): Promise<void> {
  const { messages, threads } = engine.services;
  const { id: rootId } = await messages.send(viewer, { conversationId, content: 'threads?' });
  const ref = { conversationId, rootId };
  const reply = { conversationId, content: 'here', thread: rootId };
  const [first] = [await messages.send(viewer, reply), await messages.send(viewer, reply)];
  await messages.send(viewer, { ...reply, replyTo: first.id });
  const { messages: replies } = await threads.list(viewer, { ...ref, limit: 1 });
  const before = replies[0]?.position ?? 0;
  await threads.list(viewer, { ...ref, before, limit: 1 });
  await threads.list(viewer, { ...ref, after: first.position, limit: 1 });
  const { nextCursor: cursor } = await threads.followed(viewer, { limit: 1 });
  if (cursor !== null) await threads.followed(viewer, { cursor, limit: 1 });
  await threads.unfollow(viewer, ref);
  await messages.send(viewer, reply);
  await threads.markRead(viewer, { ...ref, position: before });
  await threads.follow(viewer, ref);
  await messages.delete(viewer, { conversationId, messageId: first.id });
}

/** Somebody blocks somebody else, and goes for good. */
async function blockAndGo(parley: TestParley, engine: Engine, accessToken: string): Promise<void> {
  const { auth, blocks, conversations, messages } = engine.services;
  const viewer = await engine.authenticate(accessToken);
  const { userId } = await parley.person('other');
  const { id: conversationId } = await conversations.create(viewer, { participantIds: [userId] });
  const { id: messageId } = await messages.send(viewer, { conversationId, content: 'hello' });
  await engine.services.reactions.add(viewer, { messageId, emoji: '🎉' });
  await engine.services.pins.add(viewer, { messageId });
  await engine.services.pins.list(viewer, { conversationId });
  await engine.services.pins.remove(viewer, { messageId });
  await blocks.add(viewer, { userId });
  await blocks.list(viewer, { limit: 100 });
  await blocks.remove(viewer, { userId });
  await blocks.add(viewer, { userId });
  await messages.send(viewer, { conversationId, content: 'unheard of' }).catch(() => {});
  await auth.deleteAccount(viewer, { password: 'a fine password' });
}

/** Invites people, and has a group found and joined. */
async function openGroup(engine: Engine, viewer: Viewer, newcomer: Viewer, userIds: string[]): Promise<void> {
  const { conversations, groups, invitations } = engine.services;
  const { id } = await conversations.create(viewer, { participantIds: userIds, title: 'Open to others' });
  const there = { conversationId: id };
  await conversations.update(viewer, { ...there, isPublic: true, description: 'For a while', avatar: null });
  const { token, ...invitation } = await invitations.create(viewer, { ...there, expiresInSeconds: 60 });
  await invitations.list(viewer, there);
  await invitations.preview(newcomer, { token });
  await invitations.accept(newcomer, { token });
  await conversations.leave(newcomer, there);
  await invitations.revoke(viewer, { ...there, invitationId: invitation.id });
  const { nextCursor } = await groups.search(newcomer, { q: 'open group', limit: 1 });
  if (nextCursor !== null) await groups.search(newcomer, { q: 'open group', limit: 1, cursor: nextCursor });
  await groups.get(newcomer, there);
  await groups.join(newcomer, there);
  await conversations.update(viewer, { ...there, isPublic: false });
  await conversations.leave(viewer, there);
}

/**
 * Calls everything there is, in the middle of all that is stored. The engine has to compare heads, and look at sessions,
 * every few hundred milliseconds.
 */
export async function useEverything(parley: TestParley, engine: Engine): Promise<void> {
  const { viewer, conversationId } = await somebodyBusy(parley, engine);
  const { auth, users, conversations, messages, inbox, search, presence, receipts, typing } = engine.services;
  const { mentions, settings, drafts } = engine.services;
  const here = { address: '127.0.0.1', device: 'test' };
  const account = { email: 'newcomer@example.org', username: 'newcomer', password: 'a fine password' };
  const newcomer = signedUp(await auth.register(here, account));
  await auth.login(here, { email: 'newcomer', password: 'a fine password' });
  await auth.refresh(here, { refreshToken: newcomer.refreshToken });
  await auth.me(viewer);
  await auth.sessions(viewer);
  await auth.endSession(viewer, { sessionId: (await parley.signIn(viewer.userId)).sessionId });
  await auth.endOtherSessions(viewer);
  await auth.requestPasswordReset(here, { email: account.email });
  await auth.requestEmailVerification(here, { email: account.email });
  await auth.verifyEmail(here, { token: 'none' }).catch(() => {});
  await auth.updateProfile(viewer, { displayName: 'Busy' });
  await auth.setOnlineStatus(viewer, { isOnline: true });
  const undo = engine.holdSession(viewer, () => {});

  const leases = async () => {
    const mine = parley.db.selectFrom('presence_leases').where('user_id', '=', viewer.userId);
    return (await mine.selectAll().execute()).length;
  };
  const before = await leases();
  const following = read(await inbox.watch(viewer));
  await following.next();
  const watching = read(await messages.watch(viewer, { conversationId }));
  await watching.next();

  const page = await messages.list(viewer, { conversationId, limit: 50 });
  const middle = Math.floor((page.messages.at(-1)?.position ?? 0) / 2);
  await messages.list(viewer, { conversationId, limit: 50, before: middle });
  await messages.list(viewer, { conversationId, limit: 50, after: middle });
  await messages.list(viewer, { conversationId, limit: 50, around: middle });
  const hello = { conversationId, content: 'hello', id: newId() };
  const sent = await messages.send(viewer, hello);
  await messages.send(viewer, hello);
  await messages.edit(viewer, { conversationId, messageId: sent.id, content: 'hello again' });
  await messages.get(viewer, { conversationId, messageId: sent.id });
  await messages.get(viewer, { messageId: sent.id });
  await messages.markRead(viewer, { conversationId, messageIds: [sent.id] });
  await messages.markRead(viewer, { conversationId });
  const { epoch, joinedSeq, lastSeq } = await conversations.get(viewer, { conversationId });
  const since = { conversationId, epoch, joinedSeq, limit: 200 };
  await messages.changes(viewer, { ...since, since: lastSeq - 20 });
  await messages.changes(viewer, { ...since, since: Math.floor(lastSeq / 2) });
  const { reactions, pins, saved } = engine.services;
  const place = { conversationId, messageId: sent.id };
  const liked = { ...place, emoji: '👍' };
  await reactions.add(viewer, liked);
  await following.next((events) => events.some(({ type }) => type === 'reacted'));
  await reactions.list(viewer, { ...liked, limit: 10 });

  await reactions.list(viewer, { messageId: sent.id, limit: 10, cursor: '1~👍' });
  await pins.add(viewer, place).catch(() => {});
  await pins.list(viewer, { conversationId });
  await pins.remove(viewer, place).catch(() => {});
  await saved.add(viewer, { messageId: sent.id });
  await saved.list(viewer, { limit: 50 });
  const returning = read(await inbox.watch(viewer));
  await returning.next((events) => events.some(({ type }) => type === 'reacted'));
  returning.stop();
  await messages.changes(viewer, { ...since, since: lastSeq });
  await messages.list(viewer, { conversationId, limit: 50 });
  await saved.remove(viewer, { messageId: sent.id });
  await reactions.remove(viewer, liked);
  await reactions.add(viewer, liked);
  await messages.delete(viewer, { conversationId, messageId: sent.id });
  await beginThread(engine, viewer, conversationId);

  const two = await conversations.members(viewer, { conversationId, limit: 2 });
  const mentioned = two.members.map(({ userId }) => userId);
  const calling = await messages.send(viewer, { conversationId, content: 'you', mentions: mentioned });
  const call = { conversationId, messageId: calling.id };
  await messages.edit(viewer, { ...call, content: 'you', mentions: mentioned.slice(1) });
  await messages.delete(viewer, call);
  await mentions.unread(viewer);
  const mine = await mentions.list(viewer, { limit: 5 });
  if (mine.nextCursor !== null) await mentions.list(viewer, { limit: 5, cursor: mine.nextCursor });

  const wanted = { limit: 20, sort: 'relevance' } as const;
  const few = await search.messages(viewer, { ...wanted, q: 'seeded' });
  if (few.nextCursor !== null)
    await search.messages(viewer, { ...wanted, q: 'seeded', cursor: few.nextCursor });
  await search.messages(viewer, { ...wanted, q: 'nowhere to be found' });
  await search.messages(viewer, { ...wanted, q: 'seeded', in: [conversationId], from: [viewer.userId] });
  await search.all(viewer, { q: 'seed', limit: 5 });

  await settings.set(viewer, { conversationId, pinned: true });
  await messages.positionAt(viewer, { conversationId, at: sent.createdAt });
  await messages.markUnread(viewer, { conversationId, position: sent.position });
  await following.next((batch) => JSON.stringify(batch).includes('"unreadFrom":{'));
  await messages.markRead(viewer, { conversationId });
  await drafts.set(viewer, { conversationId, text: 'half' });
  await drafts.list(viewer, { limit: 50, after: 0, cleared: true });
  await following.next((batch) => batch.some(({ type }) => type === 'draft'));
  await conversations.unread(viewer);
  for (const view of ['archived', 'hidden', 'pinned', 'all'] as const)
    await conversations.list(viewer, { limit: 5, view });
  const pinned = await conversations.list(viewer, { limit: 1 });
  if (pinned.nextCursor !== null) await conversations.list(viewer, { limit: 1, cursor: pinned.nextCursor });
  await settings.set(viewer, { conversationId, pinned: false });

  const list = await conversations.list(viewer, { limit: 5 });
  if (list.nextCursor !== null) await conversations.list(viewer, { limit: 5, cursor: list.nextCursor });
  const found = await users.search(viewer, { q: 'seed', limit: 20 });
  await users.search(viewer, { q: 'newcomer@example.org', limit: 20 });
  await users.get(viewer, { userId: newcomer.user.id });
  await users.getMany(viewer, { userIds: found.map(({ id }) => id) });
  const participantIds = found.slice(0, 3).map(({ id }) => id);
  const group = await conversations.create(viewer, { participantIds, title: 'Group' });
  await conversations.create(viewer, { participantIds: participantIds.slice(0, 1) });
  const there = { conversationId: group.id };
  await conversations.members(viewer, { ...there, limit: 100 });
  await conversations.rename(viewer, { ...there, title: 'Renamed' });
  await conversations.addMembers(viewer, { ...there, userIds: [newcomer.user.id] });
  await conversations.setRole(viewer, { ...there, userId: newcomer.user.id, role: 'admin' });
  await conversations.removeMember(viewer, { ...there, userId: newcomer.user.id });
  await openGroup(engine, viewer, await engine.authenticate(newcomer.accessToken), participantIds);
  await blockAndGo(parley, engine, newcomer.accessToken);
  await conversations.leave(viewer, there);

  // Said where nobody here hears it: the next comparison of heads tells, and the gap is read.
  await using deaf = memoryBus();
  const elsewhere = await parley.engine({ bus: deaf });
  await elsewhere.services.messages.send(viewer, { conversationId, content: 'unheard' });
  await watching.next(([, event]) => JSON.stringify(event).includes('unheard'));
  for await (const _line of await auth.exportData(here, viewer));
  const { members } = await conversations.members(viewer, { conversationId, limit: 100 });
  const userIds = members.map(({ userId }) => userId);
  await presence.get(viewer, { userIds });
  const present = read(await presence.watch(viewer, { userIds }));
  await present.next();
  const idle = read(await presence.away(viewer));
  await auth.setOnlineStatus(viewer, { isOnline: false });
  await present.next(({ type }) => type === 'changed');
  const typists = read(await typing.watch(viewer, { conversationId }));
  await typists.next();
  await typing.set(viewer, { conversationId, typing: true });
  await elsewhere.services.typing.set(viewer, { conversationId, typing: true });
  const receiving = read(await receipts.watch(viewer, { conversationId }));
  await receiving.next();
  await receipts.list(viewer, { conversationId, limit: 50 });
  await receipts.list(viewer, { conversationId, limit: 50, after: viewer.userId });
  await receipts.of(viewer, { messageId: sent.id, limit: 50 });
  await receipts.of(viewer, { messageId: sent.id, limit: 50, after: viewer.userId, state: 'read' });
  const other = await parley.signIn(userIds.find((id) => id !== viewer.userId) ?? '');
  const last = await elsewhere.services.messages.send(other, { conversationId, content: 'to be got' });
  await receipts.delivered(viewer, { marks: [{ conversationId, position: last.position }] });
  for (const each of [following, watching, present, idle, typists, receiving]) each.stop();
  // What was held is let go of.
  while ((await leases()) > before) await setTimeout(50);
  undo();
  await auth.logout(viewer);
}
