import type { Change, Changes, Viewer } from '@parley/contract';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Engine } from '../../index.ts';
import { type TestParley, testParley } from '../../testing/index.ts';

let parley: TestParley;
let engine: Engine;
let ada: Viewer;
let grace: Viewer;

beforeAll(async () => {
  parley = await testParley();
  engine = await parley.engine();
  [ada, grace] = [await parley.person('ada'), await parley.person('grace')];
});
afterAll(() => parley[Symbol.asyncDispose]());

/** What grace holds of a conversation when she has just looked. */
interface Held {
  conversationId: string;
  epoch: string;
  joinedSeq: number;
  since: number;
}

async function room(history: 'full' | 'from-joining' = 'full'): Promise<Held> {
  const input = { participantIds: [grace.userId], title: 'Room', history };
  const { id: conversationId } = await engine.services.conversations.create(ada, input);
  return held(conversationId);
}
async function held(conversationId: string): Promise<Held> {
  const { epoch, joinedSeq, lastSeq } = await engine.services.conversations.get(grace, { conversationId });
  return { conversationId, epoch, joinedSeq, since: lastSeq };
}
const say = (conversationId: string, content: string) =>
  engine.services.messages.send(ada, { conversationId, content });
const ask = (input: Held, limit = 200, viewer = grace) =>
  engine.services.messages.changes(viewer, { ...input, limit });
async function page(input: Held, limit = 200): Promise<Extract<Changes, { type: 'page' }>> {
  const answer = await ask(input, limit);
  if (answer.type !== 'page') throw new Error(`a page was expected, not ${answer.type}`);
  return answer;
}
const seqs = (rows: readonly Change[]) => rows.map(({ seq }) => seq);
const texts = (rows: readonly Change[]) =>
  rows.flatMap((row) => (row.type === 'message' ? row.message.content : []));
const kick = (conversationId: string) =>
  engine.services.conversations.removeMember(ada, { conversationId, userId: grace.userId });
const add = (conversationId: string) =>
  engine.services.conversations.addMembers(ada, { conversationId, userIds: [grace.userId] });

describe('messages.changes', () => {
  test('every change stamps one row under a seq of its own, so that no page ends between two of the same', async () => {
    const { conversationId, ...from } = await room();
    const { messages, conversations } = engine.services;
    const { id } = await say(conversationId, 'first');
    await messages.edit(ada, { messageId: id, content: 'edited' });
    await conversations.rename(ada, { conversationId, title: 'Other' });
    await kick(conversationId);
    await add(conversationId);
    await messages.markRead(grace, { conversationId });
    await messages.delete(ada, { messageId: (await say(conversationId, 'second')).id });
    const { rows } = await sql<{ seq: number }>`
      select seq from messages where conversation_id = ${conversationId}
      union all select seq from members where conversation_id = ${conversationId}
      union all select changed_seq from conversations where id = ${conversationId}`.execute(parley.db);
    const stamped = rows.map(({ seq }) => seq).toSorted((a, b) => a - b);
    expect(new Set(stamped).size).toBe(stamped.length);
    // A row a page, and nothing is missing in the end.
    const told: number[] = [];
    const { joinedSeq, lastSeq } = await engine.services.conversations.get(grace, { conversationId });
    for (let since = 0; since < lastSeq;) {
      const answer = await page({ ...from, conversationId, joinedSeq, since }, 1);
      told.push(...seqs(answer.rows));
      since = answer.upTo;
    }
    expect(told).toEqual(stamped);
  });

  test('gives the rows changed since, as they are now, by seq: a hundred edits are one row', async () => {
    const from = await room();
    const { id } = await say(from.conversationId, 'first');
    await say(from.conversationId, 'second');
    for (let edit = 1; edit <= 100; edit += 1) {
      await engine.services.messages.edit(ada, { messageId: id, content: `first, ${edit}` });
    }
    await engine.services.conversations.rename(ada, { conversationId: from.conversationId, title: 'Hall' });
    const { rows, upTo, more, lastSeq, memberCount, read } = await page(from);
    expect(texts(rows)).toEqual(['second', 'first, 100', '']);
    expect(seqs(rows)).toEqual(seqs(rows).toSorted((a, b) => a - b));
    expect(rows.map(({ type }) => type)).toContain('conversation');
    const now = await held(from.conversationId);
    expect([upTo, more, lastSeq, memberCount]).toEqual([now.since, false, now.since, 2]);
    const seen = await engine.services.conversations.get(grace, { conversationId: from.conversationId });
    expect(read).toEqual(seen.read);
  });

  test('gives pages that need no common snapshot, and names the last row only while there is more', async () => {
    const from = await room();
    for (const text of ['a', 'b', 'c', 'd', 'e']) await say(from.conversationId, text);
    const first = await page(from, 2);
    expect([texts(first.rows), first.more, first.upTo]).toEqual([['a', 'b'], true, from.since + 2]);
    const [row] = first.rows;
    if (row?.type !== 'message') throw new Error('the first row is a message');
    await engine.services.messages.edit(ada, { messageId: row.message.id, content: 'a, edited' });
    const second = await page({ ...from, since: first.upTo }, 2);
    const third = await page({ ...from, since: second.upTo }, 2);
    expect([texts(second.rows), texts(third.rows)]).toEqual([
      ['c', 'd'],
      ['e', 'a, edited'],
    ]);
    expect([third.more, third.upTo]).toEqual([false, third.lastSeq]);
    expect(await page({ ...from, since: third.upTo })).toMatchObject({ rows: [], upTo: third.lastSeq });
  });

  test('moves past what a newcomer may not see', async () => {
    const { conversationId } = await room('from-joining');
    const { id } = await say(conversationId, 'before');
    await kick(conversationId);
    await say(conversationId, 'meanwhile');
    await add(conversationId);
    const from = await held(conversationId);
    await engine.services.messages.edit(ada, { messageId: id, content: 'before, edited' });
    expect(await page(from)).toMatchObject({ rows: [], upTo: from.since + 1, more: false });
  });

  test('says rejoin to somebody who joined anew and may not see what was said meanwhile', async () => {
    const before = await room('from-joining');
    await kick(before.conversationId);
    await add(before.conversationId);
    const { epoch, joinedSeq } = await held(before.conversationId);
    expect(await ask(before)).toEqual({ type: 'rejoin', epoch, joinedSeq });
  });

  test('goes on where newcomers see all', async () => {
    const before = await room('full');
    await kick(before.conversationId);
    await say(before.conversationId, 'meanwhile');
    await add(before.conversationId);
    expect(texts((await page(before)).rows)).toContain('meanwhile');
  });

  test('says reset for another epoch, and for more than there is', async () => {
    const from = await room();
    const { epoch } = from;
    expect(await ask({ ...from, epoch: 'another' })).toEqual({ type: 'reset', epoch });
    expect(await ask({ ...from, since: from.since + 1 })).toEqual({ type: 'reset', epoch });
    expect(await ask(from)).toMatchObject({ type: 'page' });
  });

  test('is of one snapshot: who is removed meanwhile gets nothing that was said after', async () => {
    const from = await room();
    const { conversationId } = from;
    await kick(conversationId);
    await expect(ask(from)).rejects.toMatchObject({ code: 'NOT_MEMBER' });
    await add(conversationId);
    const reader = await held(conversationId);
    // Removal and a message commit together, as far as a reader between them can tell.
    const answers = await Promise.allSettled([
      ...Array.from({ length: 20 }, () => ask(reader)),
      kick(conversationId).then(() => say(conversationId, 'after the removal')),
      ...Array.from({ length: 20 }, () => ask(reader)),
    ]);
    const rows = answers.flatMap((answer) =>
      answer.status === 'fulfilled' && answer.value !== undefined && 'rows' in answer.value
        ? answer.value.rows
        : [],
    );
    expect(texts(rows)).not.toContain('after the removal');
  });
});
