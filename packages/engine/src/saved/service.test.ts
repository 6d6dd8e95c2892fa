import { limits, newId, type Viewer } from '@parley/contract';
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Engine } from '../engine.ts';
import { read, type TestParley, testParley } from '../testing/index.ts';

let parley: TestParley;
let engine: Engine;
let ada: Viewer;
let eve: Viewer;
let conversationId: string;

beforeAll(async () => {
  parley = await testParley();
  engine = await parley.engine();
});
afterAll(() => parley[Symbol.asyncDispose]());
beforeEach(async () => {
  [ada, eve] = [await parley.person(`ada-${newId()}`), await parley.person(`eve-${newId()}`)];
  const created = await engine.services.conversations.create(ada, {
    participantIds: [eve.userId],
    title: 'Group',
  });
  conversationId = created.id;
});

const refused = (code: string) => expect.objectContaining({ name: 'ParleyError', code });
const send = async (viewer: Viewer, content = 'hello') =>
  (await engine.services.messages.send(viewer, { conversationId, content })).id;
const listed = async (viewer: Viewer) =>
  (await engine.services.saved.list(viewer, { limit: 100 })).saved.map(({ message }) => message.content);

test('what one saves is listed as it is now, the latest first, for oneself alone', async () => {
  const { saved, messages } = engine.services;
  const [first, second] = [await send(eve, 'first'), await send(eve, 'second')];
  const { savedAt } = await saved.add(ada, { messageId: first });
  await saved.add(ada, { messageId: second });
  expect((await saved.add(ada, { messageId: first })).savedAt).toBe(savedAt);
  expect(await listed(ada)).toEqual(['second', 'first']);
  expect(await listed(eve)).toEqual([]);
  await messages.edit(eve, { messageId: first, content: 'first, changed' });
  await messages.delete(eve, { messageId: second });
  const { saved: now } = await saved.list(ada, { limit: 10 });
  expect(now).toMatchObject([
    { message: { content: '', isDeleted: true } },
    { message: { content: 'first, changed' } },
  ]);
  await saved.remove(ada, { messageId: second });
  await saved.remove(ada, { messageId: second });
  expect(await listed(ada)).toEqual(['first, changed']);
  const page = await saved.list(ada, { limit: 10, cursor: '0' });
  expect(page).toEqual({ saved: [], nextCursor: null });
  await expect(saved.list(ada, { limit: 10, cursor: 'x' })).rejects.toEqual(refused('INVALID_INPUT'));
});

test('it comes page by page', async () => {
  const { saved } = engine.services;
  for (let n = 0; n < 5; n += 1) await saved.add(ada, { messageId: await send(eve, `${n}`) });
  const contents: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await saved.list(ada, { limit: 2, ...(cursor === undefined ? {} : { cursor }) });
    contents.push(...page.saved.map(({ message }) => message.content));
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  expect(contents).toEqual(['4', '3', '2', '1', '0']);
});

test('security, authorisation: what one may not see any more is not shown, and can still be forgotten', async () => {
  const { saved, conversations } = engine.services;
  const messageId = await send(ada, 'seen once');
  await saved.add(eve, { messageId });
  await conversations.leave(eve, { conversationId });
  expect(await listed(eve)).toEqual([]);
  await expect(saved.add(eve, { messageId })).rejects.toEqual(refused('NOT_FOUND'));
  await conversations.addMembers(ada, { conversationId, userIds: [eve.userId] });
  expect(await listed(eve)).toEqual(['seen once']);
  // Where newcomers see nothing of before, neither does who comes back.
  await parley.db
    .updateTable('conversations')
    .set({ history: 'from-joining' })
    .where('id', '=', conversationId)
    .execute();
  expect(await listed(eve)).toEqual([]);
  await saved.remove(eve, { messageId });
  const rows = parley.db.selectFrom('saved_messages').select('message_id').where('user_id', '=', eve.userId);
  expect(await rows.execute()).toEqual([]);
});

test('one’s devices hear that the list is another one, once for each change', async () => {
  const { saved, inbox } = engine.services;
  const messageId = await send(eve);
  const phone = read(await inbox.watch(ada));
  await phone.next();
  await saved.add(ada, { messageId });
  await phone.next((events) => events.some(({ type }) => type === 'saved'));
  await saved.add(ada, { messageId });
  await saved.remove(ada, { messageId });
  await phone.next((events) => events.some(({ type }) => type === 'saved'));
  expect(phone.items.flat().filter(({ type }) => type === 'saved')).toHaveLength(2);
  phone.stop();
});

test('there is an end to it, also for two at once', async () => {
  const { saved } = engine.services;
  const ids = [await send(eve), await send(eve), await send(eve)] as const;
  await sql`insert into saved_messages
    select ${ada.userId}, gen_random_uuid(), ${conversationId}, n, now(), -n from generate_series(1, ${limits.saved - 1}) n`.execute(
    parley.db,
  );
  const outcomes = await Promise.allSettled(ids.map((messageId) => saved.add(ada, { messageId })));
  const reasons = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason] : []));
  expect(reasons).toEqual([refused('CONFLICT'), refused('CONFLICT')]);
});

test('nobody saves a notice or a message that is deleted', async () => {
  const { saved, messages } = engine.services;
  const { messages: page } = await messages.list(ada, { conversationId, limit: 10 });
  const [notice] = page;
  if (notice === undefined) throw new Error('there is no notice');
  await expect(saved.add(ada, { conversationId, messageId: notice.id })).rejects.toEqual(
    refused('FORBIDDEN'),
  );
  const messageId = await send(ada);
  await messages.delete(ada, { messageId });
  await expect(saved.add(eve, { messageId })).rejects.toEqual(refused('CONFLICT'));
});
