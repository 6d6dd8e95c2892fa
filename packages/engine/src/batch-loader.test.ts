import { expect, test } from 'vitest';
import { InboxReads } from './inbox-reads.ts';
import type { InboxChanges, KnownUpTo } from './queries.ts';

const changes = (inboxSeq: number): InboxChanges => ({
  ...{ epoch: '', inboxSeq, memberships: [], settings: [], drafts: [] },
  ...{ blocksSeq: 0, savedSeq: 0, reactionsSeq: 0, threadsSeq: 0 },
});
const people = (count: number) =>
  Array.from({ length: count }, (_, n) => ({ userId: `person-${n}`, since: n }));

/** Reads as the database would: everybody's inbox has moved by one. `unknown` has no account. */
function storage() {
  const batches: (readonly KnownUpTo[])[] = [];
  const underWay = { now: 0, most: 0 };
  const faults: Error[] = [];
  const reads = new InboxReads(async (asked) => {
    batches.push(asked);
    underWay.now += 1;
    underWay.most = Math.max(underWay.most, underWay.now);
    await new Promise((resolve) => setImmediate(resolve));
    underWay.now -= 1;
    const fault = faults.pop();
    if (fault !== undefined) throw fault;
    const known = asked.filter(({ userId }) => userId !== 'unknown');
    return new Map(known.map(({ userId, since }) => [userId, changes(since + 1)]));
  });
  return { batches, underWay, faults, reads };
}

test('everybody who asks in one turn or while others are read shares a statement, one at a time', async () => {
  const { batches, underWay, reads } = storage();
  const first = people(300).map((each) => reads.since(each));
  const later = first[0]?.then(() => reads.since({ userId: 'late', since: 7 }));
  const found = await Promise.all(first);
  expect(found.map((each) => each?.inboxSeq)).toEqual(people(300).map(({ since }) => since + 1));
  await expect(later).resolves.toMatchObject({ inboxSeq: 8 });
  expect(batches.map((batch) => batch.length)).toEqual([128, 128, 45]);
  expect(underWay.most).toBe(1);
});

test('a person who comes back before they were read shares what is read for them, from the earlier place on', async () => {
  const { batches, reads } = storage();
  const asked = [9, 4, 7].map((since) => reads.since({ userId: 'ada', since }));
  for (const found of await Promise.all(asked)) expect(found?.inboxSeq).toBe(5);
  expect(batches).toEqual([[{ userId: 'ada', since: 4 }]]);
});

test('nothing is told of whom there is no account of', async () => {
  const { reads } = storage();
  await expect(reads.since({ userId: 'unknown', since: 0 })).resolves.toBeUndefined();
});

test('a statement that fails is told to those who share it, and to nobody else', async () => {
  const { faults, reads } = storage();
  faults.push(new Error('Connection terminated'));
  const failed = await Promise.allSettled(people(2).map((each) => reads.since(each)));
  expect(failed.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  await expect(reads.since({ userId: 'ada', since: 1 })).resolves.toMatchObject({ inboxSeq: 2 });
});
