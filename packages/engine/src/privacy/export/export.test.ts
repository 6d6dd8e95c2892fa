import { type ExportLine, newId, type Viewer } from '@parley/contract';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Engine } from '../../engine.ts';
import { type TestParley, testParley } from '../../testing/index.ts';

const here = { address: '192.0.2.1', device: 'test' };

let parley: TestParley;
let engine: Engine;
let ada: Viewer;
let eve: Viewer;

beforeAll(async () => {
  parley = await testParley();
  engine = await parley.engine({ sessionCheckMs: 50 });
  [ada, eve] = [await parley.person('ada'), await parley.person('eve')];
});
afterAll(() => parley[Symbol.asyncDispose]());

async function exported(viewer: Viewer): Promise<ExportLine[]> {
  const lines: ExportLine[] = [];
  for await (const line of await engine.services.auth.exportData(here, viewer)) lines.push(line);
  return lines;
}

const ofType = <T extends ExportLine['type']>(lines: readonly ExportLine[], type: T) =>
  lines.filter((line): line is Extract<ExportLine, { type: T }> => line.type === type);

test('everything of one’s own is in it, nothing of others, and the last line counts', async () => {
  const { conversations, messages, blocks, invitations, reactions, saved } = engine.services;
  const { id: conversationId } = await conversations.create(ada, {
    participantIds: [eve.userId],
    title: 'Open',
  });
  const { id: leftId } = await conversations.create(eve, { participantIds: [ada.userId], title: 'Left' });
  // Several stretches of the timeline, most of which others wrote.
  const texts = Array.from({ length: 1_200 }, (_, n) => (n % 40 === 0 ? `mine ${n}` : `theirs ${n}`));
  await Promise.all(
    texts.map((content) =>
      messages.send(content.startsWith('mine') ? ada : eve, { conversationId, content }),
    ),
  );
  await messages.send(ada, {
    ...{ conversationId: leftId, content: 'mine before leaving', mentions: [eve.userId] },
  });
  await conversations.leave(ada, { conversationId: leftId });
  await conversations.rename(eve, { conversationId: leftId, title: 'Said when nobody of them was there' });
  const { id: theirs } = await messages.send(eve, { conversationId, content: 'theirs, and liked' });
  await reactions.add(ada, { messageId: theirs, emoji: '👍' });
  await reactions.add(ada, { messageId: theirs, emoji: '🎉' });
  await reactions.remove(ada, { messageId: theirs, emoji: '🎉' });
  await reactions.add(eve, { messageId: theirs, emoji: '❤️' });
  await saved.add(ada, { messageId: theirs });
  await blocks.add(ada, { userId: eve.userId });
  const invitation = await invitations.create(ada, { conversationId, expiresInSeconds: 60 });
  await engine.services.settings.set(ada, { conversationId, pinned: true });
  await engine.services.settings.set(eve, { conversationId, archived: true });
  await engine.services.drafts.set(ada, { conversationId, text: 'half of mine' });
  await engine.services.drafts.set(eve, { conversationId, text: 'half of theirs' });
  await parley.signIn(ada.userId);

  const lines = await exported(ada);
  const own = texts.filter((text) => text.startsWith('mine'));
  expect(lines[0]).toMatchObject({
    ...{ type: 'export', version: 1, userId: ada.userId },
    counts: {
      sessions: 2,
      conversations: 2,
      messages: own.length + 1,
      reactions: 1,
      saved: 1,
      settings: 1,
      drafts: 1,
      blocks: 1,
      invitations: 1,
      audit: 2,
    },
  });
  expect(lines[1]).toMatchObject({ type: 'profile', profile: { email: 'ada@example.com', username: 'ada' } });
  expect(ofType(lines, 'session')).toHaveLength(2);
  expect(ofType(lines, 'conversation')).toMatchObject(
    [
      { conversation: { id: conversationId, title: 'Open' }, membership: { role: 'owner', leftAt: null } },
      { conversation: { id: leftId, title: null }, membership: { messagesSent: 1 } },
    ].toSorted((a, b) => (a.conversation.id < b.conversation.id ? -1 : 1)),
  );
  const written = ofType(lines, 'message').filter(({ message }) => message.notice === null);
  expect(written.map(({ message }) => message.content).toSorted()).toEqual(
    [...own, 'mine before leaving'].toSorted(),
  );
  expect(written.filter(({ message }) => message.mentions?.includes(eve.userId))).toHaveLength(1);
  expect(ofType(lines, 'reaction')).toMatchObject([{ reaction: { conversationId, emoji: '👍' } }]);
  expect(ofType(lines, 'saved')).toMatchObject([{ saved: { conversationId, messageId: theirs } }]);
  expect(ofType(lines, 'settings')).toMatchObject([{ settings: { conversationId, archived: false } }]);
  expect(ofType(lines, 'draft')).toMatchObject([{ draft: { conversationId, text: 'half of mine' } }]);
  expect(ofType(lines, 'block')).toMatchObject([{ block: { userId: eve.userId } }]);
  expect(ofType(lines, 'invitation')).toMatchObject([{ invitation: { id: invitation.id, conversationId } }]);
  expect(ofType(lines, 'audit')).toMatchObject([
    { audit: { kind: 'invitation-made', byOneself: true, conversationId } },
    { audit: { kind: 'data-exported', byOneself: true } },
  ]);
  expect(lines.at(-1)).toEqual({ type: 'end', lines: lines.length - 1 });
  const text = JSON.stringify(lines);
  for (const other of ['theirs', 'eve@', 'password', 'nobody of them', invitation.token])
    expect(text).not.toContain(other);
});

test('the messages counted are those one wrote: what one did in groups comes beside them as notices', async () => {
  const viewer = await parley.person(`renamer-${newId()}`);
  const { conversations, messages } = engine.services;
  for (const title of ['One', 'Two']) {
    const { id: conversationId } = await conversations.create(viewer, {
      ...{ participantIds: [eve.userId], title },
    });
    await conversations.rename(viewer, { conversationId, title: `${title} renamed` });
    const root = await messages.send(viewer, { conversationId, content: 'written' });
    await messages.send(viewer, { conversationId, content: 'a reply', thread: root.id });
    const { id } = await messages.send(viewer, { conversationId, content: 'taken back' });
    await messages.delete(viewer, { messageId: id });
  }
  const lines = await exported(viewer);
  const entries = ofType(lines, 'message').map(({ message }) => message.notice?.kind ?? 'written');
  expect(Object.groupBy(entries, (kind) => kind)).toMatchObject({
    created: { length: 2 },
    renamed: { length: 2 },
    written: { length: 6 },
  });
  expect(entries).toHaveLength(10);
  expect(lines[0]).toMatchObject({ type: 'export', counts: { conversations: 2, messages: 6 } });
  expect(lines.at(-1)).toEqual({ type: 'end', lines: lines.length - 1 });
});

test('it is read as it is taken, and ends with the session', async () => {
  const viewer = await parley.person(`reader-${newId()}`);
  for (let n = 0; n < 3; n += 1)
    await engine.services.conversations.create(viewer, { participantIds: [eve.userId], title: 'Room' });
  const taken: string[] = [];
  const reading = (async () => {
    for await (const { type } of await engine.services.auth.exportData(here, viewer)) {
      taken.push(type);
      if (type === 'profile') {
        await engine.services.auth.logout(viewer);
      }
    }
  })();
  await expect(reading).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  expect(taken).toEqual(['export', 'profile']);
});

test('whoever stops reading ends it', async () => {
  const viewer = await parley.person(`stopper-${newId()}`);
  for await (const { type } of await engine.services.auth.exportData(here, viewer))
    if (type === 'profile') break;
  expect(engine.status().pool.waiting).toBe(0);
});
