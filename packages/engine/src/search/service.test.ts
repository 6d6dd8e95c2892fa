import { newId, type Viewer } from '@parley/contract';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { seedMany } from '../db/seed/seed.ts';
import type { Engine } from '../engine.ts';
import { testParley, type TestParley, type TestPerson } from '../testing/engine.ts';
import { silentLog } from '../testing/log.ts';

let parley: TestParley;
let engine: Engine;
let [ada, grace, eve]: TestPerson[] = [];
beforeAll(async () => {
  parley = await testParley();
  engine = await parley.engine({ searchSweepMs: 100 });
  [ada, grace, eve] = [await parley.person('ada'), await parley.person('grace'), await parley.person('eve')];
});
afterAll(() => parley[Symbol.asyncDispose]());

function who(person: TestPerson | undefined): TestPerson {
  if (person === undefined) throw new Error('there is nobody');
  return person;
}

async function room(title: string, history: 'full' | 'from-joining' = 'full'): Promise<string> {
  const input = { participantIds: [who(grace).userId], title, history };
  return (await engine.services.conversations.create(who(ada), input)).id;
}

async function say(conversationId: string, content: string, by = who(ada)): Promise<string> {
  const { id } = await engine.services.messages.send(by, { conversationId, content, id: newId() });
  return id;
}

type Options = Partial<Parameters<Engine['services']['search']['messages']>[1]>;

async function page(q: string, options: Options = {}, viewer: Viewer = who(ada)) {
  return engine.services.search.messages(viewer, { q, limit: 20, sort: 'newest', ...options });
}

async function found(q: string, options: Options = {}, viewer: Viewer = who(ada)): Promise<string[]> {
  return (await page(q, options, viewer)).results.map(({ message }) => message.content);
}

/** Resolves when everything that was said before is in the index. */
async function indexed(): Promise<void> {
  const lagging = sql<{ count: number }>`
    select count(*) from conversations c left join search_progress p on p.conversation_id = c.id
    where c.last_seq > coalesce(p.indexed_seq, 0)`;
  await expect
    .poll(async () => (await lagging.execute(parley.db)).rows, { timeout: 20_000 })
    .toEqual([{ count: 0 }]);
}

/** What is in the index of a conversation, whatever a search would say of it. */
async function entriesOf(conversationId: string): Promise<string[]> {
  const rows = await parley.db
    .selectFrom('search_entries')
    .select('words')
    .where('conversation_id', '=', conversationId)
    .orderBy('position')
    .execute();
  return rows.map(({ words }) => words);
}

test('what is said is found a moment later, in every script, with the places marked', async () => {
  const id = await room('Scripts');
  for (const content of [
    'The Crème brûlée',
    '我爱你很久了',
    'ไปโรงเรียนกัน',
    'Привет, мир',
    '학교에서 만나요',
  ]) {
    await say(id, content);
  }
  await expect.poll(() => found('creme')).toEqual(['The Crème brûlée']);
  await indexed();
  for (const [q, content] of [
    ['爱你', '我爱你很久了'],
    ['了', '我爱你很久了'],
    ['โรงเรียน', 'ไปโรงเรียนกัน'],
    ['МИР', 'Привет, мир'],
    ['학교', '학교에서 만나요'],
    ['"creme brulee"', 'The Crème brûlée'],
    ['creme bru', 'The Crème brûlée'],
  ] as const) {
    expect(await found(q), q).toEqual([content]);
  }
  expect(await found('你爱')).toEqual([]);
  expect(await found('creme -brulee')).toEqual([]);
  const { results } = await page('brulee the');
  expect(results[0]?.highlights).toEqual([
    [0, 3],
    [10, 16],
  ]);
});

test('filters: who, where, when, and whether there is a link', async () => {
  const [one, other] = [await room('One'), await room('Other')];
  await say(one, 'filtered by ada');
  await say(one, 'filtered by grace, https://example.org/x', who(grace));
  await say(other, 'filtered elsewhere');
  await indexed();
  expect(await found('filtered')).toHaveLength(3);
  expect(await found('filtered', { from: [who(grace).userId] })).toEqual([
    'filtered by grace, https://example.org/x',
  ]);
  expect(await found('filtered', { in: [other] })).toEqual(['filtered elsewhere']);
  expect(await found('filtered', { in: [newId()] })).toEqual([]);
  expect(await found('filtered', { hasLink: true })).toHaveLength(1);
  const [latest] = (await page('filtered elsewhere')).results;
  const at = latest?.message.createdAt ?? '';
  expect(await found('filtered', { after: at })).toEqual(['filtered elsewhere']);
  expect(await found('filtered', { before: at })).not.toContain('filtered elsewhere');
});

test('security, authorisation: nobody finds what they may not see', async () => {
  const id = await room('Secrets', 'from-joining');
  await say(id, 'confidential before');
  await engine.services.conversations.addMembers(who(ada), {
    conversationId: id,
    userIds: [who(eve).userId],
  });
  await say(id, 'confidential after');
  await indexed();
  expect(await found('confidential')).toHaveLength(2);
  expect(await found('confidential', {}, who(eve))).toEqual(['confidential after']);
  await engine.services.conversations.removeMember(who(ada), { conversationId: id, userId: who(eve).userId });
  expect(await found('confidential', {}, who(eve))).toEqual([]);
  expect(await found('confidential', { in: [id] }, who(eve))).toEqual([]);
  const all = await engine.services.search.all(who(eve), { q: 'secrets', limit: 5 });
  expect(all).toEqual({ people: [], conversations: [], messages: [] });
});

test('what is deleted leaves the index with it, and what is edited is found as it is now', async () => {
  const id = await room('Changing');
  const [gone, edited] = [await say(id, 'perishable goods'), await say(id, 'misspelt wrod')];
  await indexed();
  await engine.services.messages.delete(who(ada), { messageId: gone });
  expect(await entriesOf(id)).toEqual(["'misspelt':1 'wrod':2"]);
  await engine.services.messages.edit(who(ada), { messageId: edited, content: 'corrected word' });
  expect(await found('misspelt')).toEqual([]);
  await indexed();
  expect(await found('corrected')).toEqual(['corrected word']);
  expect(await entriesOf(id)).toEqual(["'corrected':1 'word':2"]);
});

test('an index that lags shows nothing that was deleted, or is not there any more', async () => {
  const id = await room('Lagging');
  const [gone, edited] = [await say(id, 'lagging gone'), await say(id, 'lagging edited')];
  await say(id, 'lagging on');
  await indexed();
  // As if nobody indexed: what the messages say now is not what the index says.
  await sql`update messages set content = '', deleted_at = now() where id = ${gone}`.execute(parley.db);
  await sql`update messages set content = 'other' where id = ${edited}`.execute(parley.db);
  expect(await entriesOf(id)).toHaveLength(3);
  expect(await found('lagging')).toEqual(['lagging on']);
});

test('nothing that is typed is an error, and nothing in it is a pattern', async () => {
  const id = await room('Hostile');
  await say(id, 'a 100% safe_text');
  await indexed();
  const hostile = [
    '%',
    '_',
    '\\',
    "' or 1=1 --",
    "a':*",
    'a & | !b',
    '(((',
    '"',
    '<->',
    '-a',
    ':*',
    '#',
    '\ufffd',
    "'#a'",
  ];
  for (const q of hostile) await expect(found(q), q).resolves.toBeInstanceOf(Array);
  expect(await found('s%')).toEqual(['a 100% safe_text']);
  expect(await found('10_')).not.toContain('a 100% safe_text ');
  await expect(page(Array.from({ length: 17 }, (_, n) => `w${n}`).join(' '))).rejects.toMatchObject({
    code: 'INVALID_INPUT',
  });
  await expect(page('a', { cursor: 'x' })).rejects.toMatchObject({ code: 'INVALID_INPUT' });
});

test('page by page everything that fits comes once, by either order', async () => {
  const id = await room('Pages');
  for (let n = 0; n < 120; n += 1)
    await say(id, n % 12 === 0 ? `paged paged ${n}` : `paged ${n} and more than that`);
  await indexed();
  for (const sort of ['newest', 'relevance'] as const) {
    const contents: string[] = [];
    let cursor: string | undefined;
    do {
      const { results, nextCursor } = await page('paged', {
        ...{ sort, limit: 30 },
        ...(cursor === undefined ? {} : { cursor }),
      });
      contents.push(...results.map(({ message }) => message.content));
      cursor = nextCursor ?? undefined;
    } while (cursor !== undefined);
    expect(new Set(contents).size).toBe(120);
    expect(contents).toHaveLength(120);
    // What says it twice in fewer words comes first; the latest otherwise.
    expect(contents[0]).toBe(sort === 'newest' ? 'paged 119 and more than that' : 'paged paged 108');
  }
});

test('people, conversations and messages come of one call', async () => {
  const id = await room('Zürich planning');
  await say(id, 'zurich it is');
  const zoe = await parley.person('zurika');
  await engine.services.conversations.create(who(ada), { participantIds: [zoe.userId] });
  await indexed();
  const { people, conversations, messages } = await engine.services.search.all(who(ada), {
    q: 'zuri',
    limit: 5,
  });
  expect(people.map(({ username }) => username)).toEqual(['zurika']);
  expect(conversations.map(({ title, peer }) => title ?? peer?.username ?? '').toSorted()).toEqual([
    'Zürich planning',
    'zurika',
  ]);
  expect(messages.map(({ message }) => message.content)).toEqual(['zurich it is']);
});

test('what was written without this server is indexed as well, among others, common words and rare ones', async () => {
  const size = { users: 6, conversations: 12, messages: 9_000 };
  await using other = await testParley();
  await seedMany(other.connectionString, silentLog, size, 'a hash', () => {});
  const [rare] = await other.db
    .selectFrom('messages')
    .select(['conversation_id', 'position', 'sender_id'])
    .where('position', '=', 3)
    .orderBy('conversation_id')
    .limit(1)
    .execute();
  if (rare === undefined) throw new Error('there is no message');
  await sql`update messages set content = 'needle in the hay' where conversation_id = ${rare.conversation_id}
    and position = 3`.execute(other.db);
  const viewer = await other.signIn(rare.sender_id);
  const late = await other.engine({ searchSweepMs: 100 });
  const search = (q: string) => late.services.search.messages(viewer, { q, limit: 5, sort: 'newest' });
  await expect.poll(async () => (await search('needle')).results.length, { timeout: 20_000 }).toBe(1);
  await expect.poll(async () => (await search('seeded about')).results.length, { timeout: 20_000 }).toBe(5);
});
