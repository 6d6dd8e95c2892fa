import { newId } from '@parley/contract';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { EngineOptions } from '../engine.ts';
import { type TestParley, testParley } from '../testing/engine.ts';
import { silentLog } from '../testing/log.ts';
import { partitionConversations, partitionsOf } from '../testing/partitions.ts';
import { type ExecutedPlan, explainEverything, planLog } from '../testing/plans.ts';
import { useEverything } from '../testing/use-everything.ts';
import { seedMany } from './seed/seed.ts';

// Conversation data in tables partitioned by conversation, as Citus would distribute them: what is asked of one
// conversation has to be answered by one partition. Equal numbers of different tables hold the same conversations.
const partitions = 8;
const size = { users: 40, conversations: 60, messages: 3_000 };

/** Batches of messages of many conversations, which nobody waits for, and searches, which are made in many. */
const indexing = /search_(progress|entries)|as w \(id, since, quota\)|select array_agg\(r\.id\)/;

/** What concerns several conversations: it starts from a person, or compares what many people follow. */
const acrossConversations: readonly (readonly [what: string, query: RegExp])[] = [
  ['what is searched, and what follows the sends to have it indexed', indexing],
  ['which conversations somebody holds', /array\(select m\.conversation_id from members m where m\.user_id/],
  ['what people hold', /unnest\(in_users, in_conversations\) with ordinality/],
  ['what of it mentions them', /from unnest\(in_conversations, in_read\)|unread_mentions\(/],
  ['the list of what mentions somebody', /with named as \( select|from mentions_page\(/],
  ['where somebody is mentioned who is deleted', /^delete from "mentions" where "user_id" = \$1$/],
  ['what changed of it', /k \(user_id, since, place\) cross join lateral/],
  ['whom somebody shares a conversation with', /from members other join members own/],
  ['what is unread in all conversations', /from \( select greatest\(0, c\.last_ordinal/],
  ['how many conversations somebody has pinned', /as "count" from "conversation_settings"/],
  ['drafts', /from "drafts" where "user_id"/],
  ['settings', /from "conversation_settings" where "user_id"/],
  ['the list of conversations', /from "members" as "own" inner join "conversations" as "listed"/],
  ['conversations as somebody sees them', /select c\.\*, m\.role, m\.joined_seq/],
  ['those of the inbox', /with own as materialized \( select s\.conversation_id/],
  ['a message by its id alone', /from "messages" inner join "members" .*where "messages"\."id" = \$1/],
  ['public groups that are found by words', /with fitting as/],
  ['invitations somebody made', /"invitations" where "created_by" = \$1/],
  ['how much there is of somebody', /as conversations, .* as messages, .* as blocks/],
  [
    'which conversations somebody is or was in',
    /from "members" where "user_id" = \$1 and "inbox_seq" >= \$2/,
  ],
  ['what they are called', /^select \* from "conversations" where "id" in \(\$1, /],
  [
    'a conversation that somebody deleted is still in',
    /^select "conversation_id" from "members" where "user_id"/,
  ],
  ['where feeds stand that open at once', /^select "id", "last_seq", .* where "id" in \(\$1, /],
  ['names of conversations', /from members own join conversations c on .* left join lateral/],
  ['messages that were found', /as p \(conversation_id, position\) join members m/],
  ['how somebody stands with threads', /from thread_followers f join members m/],
  ['threads that somebody followed who is deleted', /^delete from "thread_followers"/],
  ['what those hang on', /as k \(conversation_id, root_position\) cross join lateral/],
  ['receipts that are followed', /few.members, few.receipts, few.keepers from unnest\(/],
  ['what somebody reacts with', /from "reactions" where "user_id" = \$1/],
  ['what somebody has saved', /from "?saved_messages"? (s join conversations|where "user_id" = \$1)/],
  ['where feeds stand that are compared', /unnest\(.* as k \(id, head\) left join conversations/],
];

let parley: TestParley;
let tables: string[];
beforeAll(async () => {
  parley = await testParley();
  tables = await partitionConversations(parley.connectionString, partitions);
  await seedMany(parley.connectionString, silentLog, size, 'a hash', () => {});
  await explainEverything(parley.connectionString);
});
afterAll(() => parley[Symbol.asyncDispose]());

/** An engine, and the plans of its statements. */
async function explained(
  options: Pick<EngineOptions, 'sendLanes' | 'headCheckMs' | 'sessionCheckMs' | 'presence'>,
) {
  const { log, plans } = planLog();
  return { engine: await parley.engine({ log, ...options }), plans };
}

/** Of each statement on conversation data, how many partitions it touched at most. */
function touched(plans: readonly ExecutedPlan[]): Map<string, number> {
  const most = new Map<string, number>();
  for (const plan of plans) {
    const count = partitionsOf(plan).size;
    if (count > 0) most.set(plan.query, Math.max(count, most.get(plan.query) ?? 0));
  }
  return most;
}

/** Somebody says something in every conversation they are in, all at once. */
async function sendEverywhere(sendLanes: 'shared' | 'per-conversation'): Promise<Map<string, number>> {
  const { engine, plans } = await explained({ sendLanes });
  const { services } = engine;
  const { user_id: userId } = await parley.db
    .selectFrom('members')
    .select('user_id')
    .groupBy('user_id')
    .orderBy((eb) => eb.fn.countAll(), 'desc')
    .orderBy('user_id')
    .limit(1)
    .executeTakeFirstOrThrow();
  const viewer = await parley.signIn(userId);
  const rooms = await parley.db
    .selectFrom('members')
    .select('conversation_id')
    .where('user_id', '=', userId)
    .where('left_at', 'is', null)
    .execute();
  expect(rooms.length).toBeGreaterThan(3);
  // More often than PostgreSQL plans a function's statements anew.
  for (let round = 0; round < 8; round += 1) {
    const sends = rooms.flatMap(({ conversation_id: conversationId }) =>
      ['one', 'two'].map((content) =>
        services.messages.send(viewer, { conversationId, content, id: newId() }),
      ),
    );
    await Promise.all(sends);
  }
  return touched(plans);
}

test('what is asked of one conversation touches one partition', async () => {
  expect(tables).toEqual(expect.arrayContaining(['conversations', 'members', 'messages']));
  const { engine, plans } = await explained({
    sendLanes: 'per-conversation',
    headCheckMs: 300,
    sessionCheckMs: 300,
    presence: { leaseMs: 600, graceMs: 100 },
  });
  await useEverything(parley, engine);
  const most = [...touched(plans)];
  expect(most.length).toBeGreaterThan(40);
  const several = most.filter(([, count]) => count > 1).map(([query]) => query);
  const isKnown = (query: string) => acrossConversations.some(([, pattern]) => pattern.test(query));
  expect(several.filter((query) => !isKnown(query))).toEqual([]);
  const gone = acrossConversations.filter(([, pattern]) => !several.some((query) => pattern.test(query)));
  expect(gone).toEqual([]);
});

test('with a lane per conversation every statement of a send touches one partition, however many are sent to', async () => {
  const most = await sendEverywhere('per-conversation');
  expect([...most.keys()].some((query) => query.includes('insert into messages'))).toBe(true);
  expect([...most].filter(([query, count]) => count > 1 && !indexing.test(query))).toEqual([]);
});

test('with shared lanes a send to many conversations touches many partitions, which is seen here', async () => {
  const most = await sendEverywhere('shared');
  const send = [...most].filter(([query]) => query.includes('insert into messages'));
  expect(send).toEqual([[expect.any(String), expect.any(Number)]]);
  expect(send[0]?.[1]).toBeGreaterThan(1);
});
