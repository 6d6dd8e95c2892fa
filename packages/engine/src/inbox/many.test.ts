import type { InboxEvent, Viewer } from '@parley/contract';
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Engine } from '../index.ts';
import {
  type LossyBus,
  lossyBus,
  type Reading,
  read,
  type TestParley,
  testParley,
} from '../testing/index.ts';

/** More than one statement compares. */
const count = 6_000;

let parley: TestParley;
let bus: LossyBus;
let here: Engine;
let there: Engine;
let ada: Viewer;
let grace: Viewer;

beforeAll(async () => {
  parley = await testParley();
  bus = lossyBus();
  here = await parley.engine({ bus, headCheckMs: 3_600_000 });
  there = await parley.engine({ bus, headCheckMs: 3_600_000 });
  [ada, grace] = [await parley.person('ada'), await parley.person('grace')];
  await sql`
    with made as (
      insert into conversations (id, kind, title, last_seq, member_version, created_by)
      select gen_random_uuid(), 'group', n::text, 2, 2, ${ada.userId} from generate_series(1, ${count}::int) n
      returning id
    )
    insert into members (conversation_id, user_id, role, joined_seq, joined_position, seq, inbox_seq)
    select made.id, who.id, who.role, who.seq, 0, who.seq, 0
    from made, (values (${ada.userId}::uuid, 'owner', 1), (${grace.userId}::uuid, 'member', 2)) who (id, role, seq)`.execute(
    parley.db,
  );
});
afterAll(() => parley[Symbol.asyncDispose]());

type Ready = Extract<InboxEvent, { type: 'ready' }>;
const readies = (reading: Reading<readonly InboxEvent[]>): Ready[] =>
  reading.items.flat().filter((event) => event.type === 'ready');
const complete = (batch: readonly InboxEvent[]) =>
  batch.some((event) => event.type === 'ready' && !event.more);

describe('somebody in thousands of conversations', () => {
  let reading: Reading<readonly InboxEvent[]>;
  let ids: string[];
  beforeEach(async () => {
    reading ??= read(await here.services.inbox.watch(grace));
    if (readies(reading).length === 0) await reading.next(complete);
    ids ??= readies(reading).flatMap(({ heads }) => heads.map(({ conversationId }) => conversationId));
  });
  afterAll(() => reading.stop());

  test('is told where they stand in pages, each an item of its own, each conversation once', () => {
    expect(new Set(ids).size).toBe(count);
    expect(ids).toHaveLength(count);
    const pages = readies(reading);
    expect(Math.max(...pages.map(({ heads }) => heads.length))).toBeLessThanOrEqual(200);
    expect(pages.map(({ more }) => more)).toEqual(pages.map((_, n) => n + 1 < pages.length));
    expect(Math.max(...reading.items.map((batch) => batch.length))).toBe(1);
  });

  test('hears of what is said anywhere while the bus is down: of lively ones every second, of all in turn', async () => {
    const say = (conversationId: string, content: string) =>
      there.services.messages.send(ada, { conversationId, content });
    const heard = async (content: string, ms: number) => {
      const started = Date.now();
      await reading.next((batch) => JSON.stringify(batch).includes(`"${content}"`), ms);
      return Date.now() - started;
    };
    const lively = ids[0] ?? '';
    await say(lively, 'by the bus');
    await heard('by the bus', 5_000);
    bus.disconnect();
    for (let n = 0; n < 3; n += 1) {
      await say(lively, `lively ${n}`);
      expect(await heard(`lively ${n}`, 5_000)).toBeLessThan(2_500);
    }
    const quiet = [ids[1], ids[count / 2], ids[count - 1]];
    for (const id of quiet) await say(id ?? '', `quiet ${id}`);
    const found = () => quiet.filter((id) => JSON.stringify(reading.items).includes(`"quiet ${id}"`));
    await expect.poll(found, { timeout: 5_000, interval: 50 }).toEqual(quiet);
    bus.reconnect();
  });

  test('begins anew in pages, too', async () => {
    const before = readies(reading).length;
    await sql`update deployment set id = gen_random_uuid()`.execute(parley.db);
    bus.reconnect();
    await reading.next((batch) => batch.some(({ type }) => type === 'reset'));
    await reading.next(complete, 15_000);
    const again = readies(reading).slice(before);
    expect(again.flatMap(({ heads }) => heads)).toHaveLength(count);
    expect(again).toHaveLength(count / 200);
  });
});
