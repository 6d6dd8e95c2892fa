import { sql } from 'kysely';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { appendMessages } from '../db/seed/queries.ts';
import type { Engine } from '../engine.ts';
import { testParley, type TestParley, type TestPerson } from '../testing/engine.ts';
import { indexBatch } from './index-batch.ts';
import { indexStatesOf } from './queries.ts';
import { matchIn } from './text/match.ts';
import { parseQuery } from './text/query.ts';
import { keysOf, matchOf } from './text/tsquery.ts';

// What PostgreSQL finds by its index has to be what a text is compared with word by word, whatever is in the texts.
const full = process.env['PARLEY_TEST_FULL'] === '1';
const texts = full ? 1_000 : 500;
const queries = full ? 1_000 : 150;
const seed = Number(process.env['PARLEY_TEST_SEED'] ?? 1);

let parley: TestParley;
let engine: Engine;
let ada: TestPerson;
let conversationId: string;
let contents: string[];

const piece = fc.constantFrom(
  ...[
    'a',
    'ab',
    'abc',
    'Ä',
    'é',
    'ss',
    'ß',
    'x1',
    '42',
    'don’t',
    'e-mail',
    'ab_c',
    '%',
    '\\',
    "'",
    ':*',
    '&',
    '!',
    '(',
    '#',
  ],
  ...[
    '中',
    '国',
    '中国',
    '国中',
    'カ',
    'ｶﾞ',
    'ガ',
    '학교',
    '교',
    'สวัส',
    'ดี',
    'मन',
    'שלום',
    '👍',
    '\u0301',
    '..',
  ],
);
const glue = fc.constantFrom(' ', ' ', ' ', '', '-', '\n');
const text = fc
  .array(fc.tuple(piece, glue), { minLength: 1, maxLength: 8 })
  .map((parts) => parts.map((part) => part.join('')).join(''));
const asked = fc
  .array(
    fc.tuple(
      fc.constantFrom('', '', '', '-', '"'),
      fc.array(piece, { minLength: 1, maxLength: 3 }),
      fc.constantFrom(' ', '" '),
    ),
    { minLength: 1, maxLength: 3 },
  )
  .map((parts) =>
    parts.map(([before, pieces, behind]) => `${before}${pieces.join(before === '"' ? ' ' : '')}${behind}`),
  )
  .chain((parts) => fc.constantFrom(parts.join(''), parts.join('').trimEnd()));

beforeAll(async () => {
  parley = await testParley();
  engine = await parley.engine();
  ada = await parley.person('ada');
  const grace = await parley.person('grace');
  const input = { participantIds: [grace.userId], title: 'Everything' };
  conversationId = (await engine.services.conversations.create(ada, input)).id;
  contents = fc.sample(text, { seed, numRuns: texts });
  await appendMessages(parley.db, [conversationId], texts, texts, contents);
  let states = await indexStatesOf(parley.db, [conversationId]);
  while (states.some((state) => state.last_seq > state.indexed_seq)) {
    await indexBatch(parley.db, states);
    states = await indexStatesOf(parley.db, [conversationId]);
  }
});
afterAll(() => parley[Symbol.asyncDispose]());

async function searched(q: string): Promise<number[]> {
  const positions: number[] = [];
  let cursor: string | undefined;
  do {
    const page = await engine.services.search.messages(ada, {
      ...{ q, sort: 'newest', limit: 50 },
      ...(cursor === undefined ? {} : { cursor }),
    });
    positions.push(...page.results.map(({ message }) => message.position));
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  return positions.toReversed();
}

async function lookedUp(q: string): Promise<number[]> {
  const phrases = parseQuery(q);
  if (phrases.every(({ excluded }) => excluded)) return [];
  const { rows } = await sql<{ position: number }>`
    select position from search_look_up(
      ${[conversationId]}::uuid[], ${[0]}::bigint[], ${matchOf(phrases)}::tsquery, ${keysOf(phrases)}, null, false,
      '-infinity', 'infinity', 'infinity', ${conversationId}::uuid, 0, 100000
    ) order by position`.execute(parley.db);
  return rows.map(({ position }) => position);
}

test(
  `${queries} searches among ${texts} texts find what they say, read backwards and looked up, with seed ${seed}`,
  { timeout: 300_000 },
  async () => {
    let some = 0;
    for (const q of fc.sample(asked, { seed, numRuns: queries })) {
      const phrases = parseQuery(q);
      // The first position is the notice that the conversation was created.
      const asksForNothing = phrases.every(({ excluded }) => excluded);
      const fitting = contents.flatMap((content, n) =>
        asksForNothing || matchIn(content, phrases) === null ? [] : [n + 2],
      );
      expect(await searched(q), q).toEqual(fitting);
      expect(await lookedUp(q), q).toEqual(fitting);
      if (fitting.length > 0 && fitting.length < texts / 2) some += 1;
    }
    expect(some).toBeGreaterThan(queries / 5);
  },
);
