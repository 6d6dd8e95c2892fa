import { type InboxEvent, newId, type Viewer } from '@parley/contract';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Engine } from '../index.ts';
import { type Reading, read, type TestParley, testParley } from '../testing/index.ts';

type Batch = readonly InboxEvent[];

let parley: TestParley;
let engine: Engine;
let ada: Viewer;
let grace: Viewer;
let conversationId: string;
beforeAll(async () => {
  parley = await testParley();
  engine = await parley.engine();
});
afterAll(() => parley[Symbol.asyncDispose]());

const open: Reading<Batch>[] = [];
beforeEach(async () => {
  [ada, grace] = [await parley.person(`ada-${newId()}`), await parley.person(`grace-${newId()}`)];
  conversationId = await room();
});
afterEach(() => {
  for (const reading of open.splice(0)) reading.stop();
});

async function room(): Promise<string> {
  const input = { participantIds: [grace.userId], title: 'Room' };
  return (await engine.services.conversations.create(ada, input)).id;
}

const set = (viewer: Viewer, text: string, replyTo?: string) =>
  engine.services.drafts.set(viewer, { conversationId, text, ...(replyTo === undefined ? {} : { replyTo }) });
const clear = (viewer: Viewer) => engine.services.drafts.clear(viewer, { conversationId });
const list = (viewer: Viewer, more: { after?: number; cleared?: true; limit?: number } = {}) =>
  engine.services.drafts.list(viewer, { limit: 50, ...more });
const has = (type: InboxEvent['type']) => (batch: Batch) => batch.some((event) => event.type === type);

test('a draft is one person’s own, the last one written counts, and what changes nothing is not told', async () => {
  const first = await set(ada, ' half a ');
  const answered = newId();
  const second = await set(ada, ' half a sentence', answered);
  expect(second).toMatchObject({ text: ' half a sentence', replyTo: answered });
  expect(second.inboxSeq).toBeGreaterThan(first.inboxSeq);
  expect(await set(ada, ' half a sentence', answered)).toEqual(second);
  const { epoch: _epoch, ...draft } = second;
  expect((await list(ada)).drafts).toEqual([draft]);
  expect((await list(grace)).drafts).toEqual([]);
  // Without what it answers it is another one.
  expect(await set(ada, ' half a sentence')).not.toHaveProperty('replyTo');
});

test('a cleared one is gone from the list, and told of to whoever may hold it', async () => {
  expect(await clear(ada)).toMatchObject({ text: '', inboxSeq: 0 });
  const { inboxSeq } = await set(ada, 'half');
  const cleared = await clear(ada);
  expect(cleared.text).toBe('');
  expect((await list(ada)).drafts).toEqual([]);
  expect((await list(ada, { after: inboxSeq })).drafts).toEqual([]);
  expect((await list(ada, { after: inboxSeq, cleared: true })).drafts).toMatchObject([{ text: '' }]);
  expect((await list(ada, { after: cleared.inboxSeq, cleared: true })).drafts).toEqual([]);
});

test('they are listed in pages, by when they were written', async () => {
  const ids = [conversationId, await room(), await room()];
  for (const id of ids.toReversed())
    await engine.services.drafts.set(ada, { conversationId: id, text: `in ${id}` });
  const first = await list(ada, { limit: 2 });
  expect(first.drafts.map((draft) => draft.conversationId)).toEqual(ids.toReversed().slice(0, 2));
  const second = await list(ada, { limit: 2, ...(first.nextAfter !== null && { after: first.nextAfter }) });
  expect(second).toMatchObject({ drafts: [{ conversationId }], nextAfter: null });
});

test('they reach one’s other devices by the inbox, which says in ready when one last changed', async () => {
  const reading = read(await engine.services.inbox.watch(ada));
  open.push(reading);
  expect((await reading.next(has('ready')))[0]).not.toHaveProperty('draftsSeq');
  const { epoch, ...draft } = await set(ada, 'half');
  expect(await reading.next(has('draft'))).toEqual([{ type: 'draft', epoch, draft }]);
  const elsewhere = await parley.engine();
  for (const { services } of [engine, elsewhere]) {
    const later = read(await services.inbox.watch(ada));
    open.push(later);
    expect((await later.next(has('ready')))[0]).toMatchObject({ draftsSeq: draft.inboxSeq });
  }
  const { inboxSeq } = await clear(ada);
  expect(await reading.next(has('draft'))).toMatchObject([{ draft: { text: '', inboxSeq } }]);
});

test('nobody writes one where they are not, and it goes with the membership', async () => {
  const eve = await parley.person(`eve-${newId()}`);
  await expect(set(eve, 'half')).rejects.toMatchObject({ code: 'NOT_MEMBER' });
  await expect(clear(eve)).rejects.toMatchObject({ code: 'NOT_MEMBER' });
  await set(grace, 'half');
  await engine.services.conversations.removeMember(ada, { conversationId, userId: grace.userId });
  await expect(set(grace, 'more')).rejects.toMatchObject({ code: 'NOT_MEMBER' });
  expect((await list(grace, { cleared: true })).drafts).toEqual([]);
});
