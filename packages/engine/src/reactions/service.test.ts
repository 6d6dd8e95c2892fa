import { limits, newId, type Viewer } from '@parley/contract';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Engine } from '../engine.ts';
import { lossyBus, read, type TestParley, type TestPerson, testParley } from '../testing/index.ts';

let parley: TestParley;
let engine: Engine;
let ada: TestPerson;
let eve: TestPerson;
let conversationId: string;
let messageId: string;

beforeAll(async () => {
  parley = await testParley();
  engine = await parley.engine();
});
afterAll(() => parley[Symbol.asyncDispose]());
beforeEach(async () => {
  [ada, eve] = [await parley.person(`ada-${newId()}`), await parley.person(`eve-${newId()}`)];
  ({ id: conversationId } = await group(ada, eve));
  ({ id: messageId } = await engine.services.messages.send(ada, { conversationId, content: 'hello' }));
});

const refused = (code: string) => expect.objectContaining({ name: 'ParleyError', code });
const group = (owner: Viewer, ...others: Viewer[]) =>
  engine.services.conversations.create(owner, {
    participantIds: others.map(({ userId }) => userId),
    title: 'Group',
  });
const react = (viewer: Viewer, emoji: string) =>
  engine.services.reactions.add(viewer, { conversationId, messageId, emoji });
const takeBack = (viewer: Viewer, emoji: string) =>
  engine.services.reactions.remove(viewer, { conversationId, messageId, emoji });
const seen = (viewer: Viewer) => engine.services.messages.get(viewer, { conversationId, messageId });

/** So many more people in the group, who react with an emoji one after another. */
async function crowd(count: number, emoji: string): Promise<TestPerson[]> {
  const people: TestPerson[] = [];
  for (let n = 0; n < count; n += 1) people.push(await parley.person(`crowd-${newId()}`));
  const userIds = people.map(({ userId }) => userId);
  await engine.services.conversations.addMembers(ada, { conversationId, userIds });
  for (const person of people) await react(person, emoji);
  return people;
}

describe('a reaction', () => {
  test('takes one seq and no position, is counted in the order of first use, and is not unread', async () => {
    const before = await engine.services.conversations.get(ada, { conversationId });
    const own = await react(eve, '👍');
    expect(own).toMatchObject({
      seq: before.lastSeq + 1,
      reactions: [{ emoji: '👍', count: 1, userIds: [eve.userId] }],
      ownReactions: ['👍'],
    });
    await react(ada, '❤️');
    await react(ada, '👍');
    expect(await seen(ada)).toMatchObject({
      reactions: [
        { emoji: '👍', count: 2, userIds: [eve.userId, ada.userId] },
        { emoji: '❤️', count: 1, userIds: [ada.userId] },
      ],
      ownReactions: ['👍', '❤️'],
    });
    const after = await engine.services.conversations.get(ada, { conversationId });
    expect(after.read).toEqual(before.read);
    expect(after.lastSeq).toBe(before.lastSeq + 3);
  });

  test('given or taken back twice changes nothing the second time', async () => {
    const { seq } = await react(eve, '👍');
    expect((await react(eve, '👍')).seq).toBe(seq);
    expect(await takeBack(ada, '👍')).toMatchObject({ seq, reactions: [{ count: 1 }], ownReactions: [] });
    const back = await takeBack(eve, '👍');
    expect(back.seq).toBe(seq + 1);
    expect(back).not.toHaveProperty('reactions');
    expect(back).not.toHaveProperty('ownReactions');
    expect((await takeBack(eve, '👍')).seq).toBe(seq + 1);
  });

  test('by many at once is counted right', async () => {
    const people = await crowd(8, '😀');
    await Promise.all(people.flatMap((person) => [react(person, '👍'), react(person, '❤️')]));
    await Promise.all(people.slice(0, 4).map((person) => takeBack(person, '❤️')));
    const { reactions = [] } = await seen(ada);
    const counts = Object.fromEntries(reactions.map(({ emoji, count }) => [emoji, count]));
    expect(counts).toEqual({ '😀': 8, '👍': 8, '❤️': 4 });
  });

  test('goes with the message when that is deleted, and a deleted one takes none', async () => {
    await react(eve, '👍');
    const deleted = await engine.services.messages.delete(ada, { conversationId, messageId });
    expect(deleted).not.toHaveProperty('reactions');
    const left = await parley.db
      .selectFrom('reactions')
      .select('emoji')
      .where('conversation_id', '=', conversationId)
      .execute();
    expect(left).toEqual([]);
    await expect(react(eve, '👍')).rejects.toEqual(refused('CONFLICT'));
    await expect(takeBack(eve, '👍')).rejects.toEqual(refused('CONFLICT'));
  });

  test('stays when the message is edited', async () => {
    await react(eve, '👍');
    const edited = await engine.services.messages.edit(ada, {
      conversationId,
      messageId,
      content: 'changed',
    });
    expect(edited).toMatchObject({ content: 'changed', reactions: [{ emoji: '👍', count: 1 }] });
  });
});

describe('where many react', () => {
  const { ofFew, ofMany } = limits.reactions.named;

  test('a list of what mentions one says which are one’s own, and so does a repeated send', async () => {
    const { services } = engine;
    const message = { conversationId, content: '@eve', mentions: [eve.userId], id: newId() };
    ({ id: messageId } = await services.messages.send(ada, message));
    await crowd(ofFew, '👍');
    for (const person of [ada, eve]) await react(person, '👍');
    const { messages } = await services.mentions.list(eve, { limit: 10 });
    expect(messages.map(({ ownReactions }) => ownReactions)).toEqual([['👍']]);
    expect(await services.messages.send(ada, message)).toMatchObject({ id: messageId, ownReactions: ['👍'] });
  });

  test('a row names a few, and answers still say which are one’s own', async () => {
    const people = await crowd(ofFew, '👍');
    expect((await seen(ada)).reactions?.[0]?.userIds).toHaveLength(ofFew);
    const late = await react(eve, '👍');
    expect(late.reactions).toEqual([
      { emoji: '👍', count: ofFew + 1, userIds: people.slice(0, ofMany).map(({ userId }) => userId) },
    ]);
    expect(late.ownReactions).toEqual(['👍']);
    const { services } = engine;
    const { epoch, joinedSeq } = await services.conversations.get(eve, { conversationId });
    const page = await services.messages.list(eve, { conversationId, limit: 10 });
    const changed = await services.messages.changes(eve, {
      conversationId,
      epoch,
      joinedSeq,
      since: 0,
      limit: 200,
    });
    const rows = changed.type === 'page' ? changed.rows : [];
    const answers = [
      ...page.messages,
      ...rows.flatMap((row) => (row.type === 'message' ? row.message : [])),
    ].filter(({ id }) => id === messageId);
    expect(answers).toHaveLength(2);
    for (const answer of answers) expect(answer.ownReactions).toEqual(['👍']);
    expect((await seen(ada)).ownReactions).toEqual([]);
    // Of those who were named one goes: the next one is named.
    const [first] = people;
    if (first !== undefined) await takeBack(first, '👍');
    expect((await seen(ada)).reactions?.[0]).toEqual({
      ...{ emoji: '👍', count: ofFew },
      userIds: [...people.slice(1), eve].map(({ userId }) => userId),
    });
  });

  test('everybody is listed, page by page, emoji by emoji', async () => {
    const people = await crowd(ofFew + 2, '👍');
    await react(eve, '❤️');
    const listed: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await engine.services.reactions.list(ada, {
        ...{ conversationId, messageId, limit: 5 },
        ...(cursor === undefined ? {} : { cursor }),
      });
      listed.push(...page.reactions.map(({ emoji, user }) => `${emoji} ${user.id}`));
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
    expect(listed).toEqual([`❤️ ${eve.userId}`, ...people.map(({ userId }) => `👍 ${userId}`)]);
    const hearts = await engine.services.reactions.list(ada, { messageId, emoji: '❤️', limit: 50 });
    expect(hearts).toMatchObject({
      reactions: [{ emoji: '❤️', user: { id: eve.userId } }],
      nextCursor: null,
    });
    await expect(
      engine.services.reactions.list(ada, { messageId, cursor: 'nonsense', limit: 5 }),
    ).rejects.toEqual(refused('INVALID_INPUT'));
  });

  test('one’s own devices hear of it by the inbox, on another server, also when the hint was lost', async () => {
    await crowd(ofFew + 1, '👍');
    await using bus = lossyBus();
    const elsewhere = await parley.engine({ bus, headCheckMs: 100 });
    const phone = read(await elsewhere.services.inbox.watch(eve));
    await phone.next();
    const { position, seq } = await react(eve, '👍');
    const told = async (device: typeof phone) => {
      const events = await device.next((batch) => batch.some(({ type }) => type === 'reacted'));
      return events.flatMap((event) => (event.type === 'reacted' ? event.own.reactions : []));
    };
    const reaction = { conversationId, position, emoji: '👍' };
    expect(await told(phone)).toEqual([{ ...reaction, own: true, seq }]);
    const back = await takeBack(eve, '👍');
    expect(await told(phone)).toEqual([{ ...reaction, own: false, seq: back.seq }]);
    // One that comes back hears of it once more.
    const tablet = read(await elsewhere.services.inbox.watch(eve));
    expect(await told(tablet)).toEqual([{ ...reaction, own: false, seq: back.seq }]);
    for (const each of [phone, tablet]) each.stop();
  });
});

describe('is refused', () => {
  test('beyond what one person, and one message, takes', async () => {
    const { emojis, ofOnePerson } = limits.reactions;
    const many = Array.from({ length: emojis + 1 }, (_, n) => String.fromCodePoint(0x1f600 + n));
    const [first = '', ...others] = many;
    for (const emoji of many.slice(0, ofOnePerson)) await react(ada, emoji);
    await expect(react(ada, others[ofOnePerson - 1] ?? '')).rejects.toEqual(refused('CONFLICT'));
    for (const emoji of many.slice(ofOnePerson, emojis)) await react(eve, emoji);
    await takeBack(eve, many[ofOnePerson] ?? '');
    await react(eve, first);
    const other = await parley.person(`other-${newId()}`);
    await engine.services.conversations.addMembers(ada, { conversationId, userIds: [other.userId] });
    await react(other, many[ofOnePerson] ?? '');
    await expect(react(other, many[emojis] ?? '')).rejects.toEqual(refused('CONFLICT'));
    // One that is there already is none too many.
    await react(other, first);
  });

  test('for system entries, what was before one joined, and strangers', async () => {
    const { services } = engine;
    const page = await services.messages.list(ada, { conversationId, limit: 10 });
    const notice = page.messages.find(({ messageType }) => messageType === 'system');
    if (notice === undefined) throw new Error('there is no notice');
    const onNotice = { conversationId, messageId: notice.id, emoji: '👍' };
    await expect(services.reactions.add(ada, onNotice)).rejects.toEqual(refused('FORBIDDEN'));
    const stranger = await parley.person(`stranger-${newId()}`);
    await expect(react(stranger, '👍')).rejects.toEqual(refused('NOT_MEMBER'));
    await expect(services.reactions.list(stranger, { messageId, limit: 5 })).rejects.toEqual(
      refused('NOT_FOUND'),
    );

    await parley.db
      .updateTable('conversations')
      .set({ history: 'from-joining' })
      .where('id', '=', conversationId)
      .execute();
    await services.conversations.addMembers(ada, { conversationId, userIds: [stranger.userId] });
    await expect(react(stranger, '👍')).rejects.toEqual(refused('NOT_FOUND'));
    await expect(services.reactions.list(stranger, { messageId, limit: 5 })).rejects.toEqual(
      refused('NOT_FOUND'),
    );
  });

  test('between two of whom one blocked the other', async () => {
    const { conversations, messages, blocks, reactions } = engine.services;
    const { id } = await conversations.create(ada, { participantIds: [eve.userId] });
    const sent = await messages.send(ada, { conversationId: id, content: 'hello' });
    const place = { conversationId: id, messageId: sent.id };
    await reactions.add(eve, { ...place, emoji: '👍' });
    await blocks.add(ada, { userId: eve.userId });
    for (const how of ['add', 'remove'] as const) {
      await expect(reactions[how](eve, { ...place, emoji: '👍' })).rejects.toEqual(refused('FORBIDDEN'));
      await expect(reactions[how](ada, { ...place, emoji: '👍' })).rejects.toEqual(refused('FORBIDDEN'));
    }
  });
});
