import { newId } from '@parley/contract';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Engine } from '../engine.ts';
import type { Log } from '../log.ts';
import { KeyOperator } from '../keys/operate.ts';
import { everybody } from '../mentions/queries.ts';
import { testParley, type TestParley } from '../testing/engine.ts';
import { testIssuer } from '../testing/issuer.ts';
import { silentLog } from '../testing/log.ts';
import { mailbox } from '../testing/mailbox.ts';
import { type ExecutedPlan, explainEverything, planLog, rowsLookedAt } from '../testing/plans.ts';
import { useEverything } from '../testing/use-everything.ts';
import { seedMany } from './seed/seed.ts';

// Everything the engine asks of the database, carried out among many messages, people and conversations: whatever is
// looked at has to be found by an index, and be no more than a page or a person's own conversations come to.
const full = process.env['PARLEY_TEST_FULL'] === '1';
/** A few long conversations, and many short ones. */
const long = { users: 60, conversations: 10, messages: full ? 900_000 : 120_000 };
const short = { users: 20_000, conversations: 4_000, messages: full ? 100_000 : 30_000 };
const blocks = 10_000;
/** Messages one person has reacted to, and saved. */
const marks = 200;
/** Rows one step may look at: a page is 50, a person here is in about ten conversations. */
const mostRows = 600;
/** Few enough to be read whole, whatever is stored. */
const small = new Set([
  'deployment',
  'servers',
  'presence_holders',
  'kysely_migration',
  'kysely_migration_lock',
]);

let parley: TestParley;
let engine: Engine;
let plans: ExecutedPlan[];
let log: Log;

beforeAll(async () => {
  parley = await testParley();
  for (const size of [long, short]) {
    await seedMany(parley.connectionString, silentLog, size, 'a hash', () => {});
  }
  // As many sessions as people would have.
  await sql`insert into sessions (id, user_id, device, address, expires_at)
    select gen_random_uuid(), id, 'seeded', '127.0.0.1', now() + interval '1 day' from users`.execute(
    parley.db,
  );
  await sql`insert into refresh_tokens (hash, session_id)
    select decode(md5(id::text), 'hex'), id from sessions`.execute(parley.db);
  await sql`insert into mailed_tokens (user_id, purpose, hash, expires_at)
    select id, 'password-reset', decode(md5(id::text), 'hex'), now() + interval '1 day' from users`.execute(
    parley.db,
  );
  await seedFromElsewhere();
  // As many blocks, and lines of the audit log, as there would be of others.
  await sql`insert into blocks (blocker_id, blocked_id)
    select id, lead(id) over (order by id desc) from users order by id desc limit ${blocks} offset 1`.execute(
    parley.db,
  );
  // Everybody is mentioned here and there, and now and then all are.
  await sql`insert into mentions (conversation_id, user_id, position, sender_id, created_at)
    select e.conversation_id, case when e.position % 50 = 0 then ${everybody}::uuid else m.user_id end,
      e.position, e.sender_id, e.created_at
    from messages e join lateral (
      select m.user_id from members m where m.conversation_id = e.conversation_id order by m.user_id
      offset e.position % 7 limit 1
    ) m on m.user_id <> e.sender_id
    where e.position % 10 = 0`.execute(parley.db);
  await sql`insert into audit_events (id, kind, actor_id, subject_id, address)
    select gen_random_uuid(), 'signed-in', id, id, '127.0.0.1' from users`.execute(parley.db);
  // And invitations of everybody, and many public groups.
  await sql`insert into invitations (conversation_id, id, hash, hint, created_by, created_at, expires_at)
    select conversation_id, gen_random_uuid(), decode(md5(conversation_id::text || user_id), 'hex'), 'hint', user_id, now(),
      now() + interval '1 day'
    from members`.execute(parley.db);
  await sql`update conversations set is_public = true`.execute(parley.db);
  await sql`insert into public_groups
    select id, to_tsvector('simple', 'group ' || substr(id::text, 1, 8)) from conversations`.execute(
    parley.db,
  );
  // Threads on the first messages of the long conversations, which everybody there follows.
  await sql`insert into thread_followers
      (conversation_id, root_position, user_id, following, read_ordinal, sent, read_sent, inbox_seq)
    select m.conversation_id, n, m.user_id, true, 0, 0, 0, 0
    from members m join conversations c on c.id = m.conversation_id, generate_series(1, 50) n
    where c.last_position > 1000`.execute(parley.db);
  await sql`insert into thread_replies (conversation_id, root_position, position, ordinal, own_ordinal, sender_id)
    select e.conversation_id, e.position % 50 + 1, e.position, e.position / 50, e.position / 50, e.sender_id
    from messages e join conversations c on c.id = e.conversation_id
    where c.last_position > 1000 and e.position > 50`.execute(parley.db);
  await seedMarks();
  // And many who have set something, and begun to write.
  await sql`insert into conversation_settings (conversation_id, user_id, inbox_seq, archived)
    select conversation_id, user_id, 0, true from members where joined_seq % 3 = 0`.execute(parley.db);
  await sql`insert into drafts (conversation_id, user_id, inbox_seq, content, updated_at)
    select conversation_id, user_id, 0, 'half', now() from members where joined_seq % 3 = 1`.execute(
    parley.db,
  );
  // And everybody there.
  await sql`with holder as (
      insert into presence_holders values (gen_random_uuid(), now() + interval '1 day') returning id
    )
    insert into presence_leases select u.id, h.id, false from users u, holder h`.execute(parley.db);
  await sql`vacuum (analyze)`.execute(parley.db);
  await explainEverything(parley.connectionString);
  ({ log, plans } = planLog());
  const presence = { leaseMs: 600, graceMs: 100 };
  engine = await parley.engine({ log, mail: mailbox(), headCheckMs: 300, sessionCheckMs: 300, presence });
}, 300_000);
afterAll(() => parley[Symbol.asyncDispose]());

/** Everybody has come from elsewhere as well, and there are many keys. */
async function seedFromElsewhere(): Promise<void> {
  await sql`insert into external_identities (issuer, subject, user_id)
    select 'https://id.example.com', username, id from users`.execute(parley.db);
  await sql`insert into sessions (id, user_id, device, address, expires_at, issuer)
    select gen_random_uuid(), id, 'seeded', '127.0.0.1', now() - interval '2 days', 'https://id.example.com'
    from users`.execute(parley.db);
  await sql`insert into api_keys (id, name, hash, scopes)
    select gen_random_uuid(), 'seeded', '', '{}' from users`.execute(parley.db);
}

/** People have reacted to some of what they wrote, and saved it; some of what there is is pinned. */
async function seedMarks(): Promise<void> {
  const marked = sql`(
    select m.*, row_number() over (partition by sender_id) as nth from messages m where position % 10 = 0
  ) m where nth <= ${marks}`;
  await sql`insert into reactions
    select conversation_id, position, sender_id, '👍', now(), null, seq, nth from ${marked}`.execute(
    parley.db,
  );
  await sql`insert into saved_messages
    select sender_id, id, conversation_id, position, now(), nth from ${marked}`.execute(parley.db);
  await sql`insert into pins select conversation_id, position, seq from messages where position <= 5`.execute(
    parley.db,
  );
}

/** Comes with tokens of another issuer, new and known, and with a key. */
async function comeFromElsewhere(): Promise<void> {
  await using issuer = await testIssuer();
  const open = await parley.engine({ log, issuer: issuer.options, sessionCheckMs: 300 });
  const { username } = await parley.db.selectFrom('users').select('username').executeTakeFirstOrThrow();
  const client = { address: '127.0.0.1', device: 'test' };
  for (const sub of ['somebody new', username]) {
    const email = `${sub.replace(' ', '.')}@example.net`;
    const token = await issuer.token({ sub, name: 'Changed', email, email_verified: true });
    await open.authenticate(token, { client });
  }
  await using operator = new KeyOperator(parley.connectionString, silentLog);
  const { key } = await operator.create({ name: 'bot', scopes: [], expiresAt: null });
  const holder = await open.authenticateKey(key, { client });
  const { id } = await open.services.users.provision(holder, client, {
    externalId: 'new',
    displayName: 'New',
  });
  const viewer = await open.authenticate(key, { client, actsFor: id });
  const { promise, resolve } = Promise.withResolvers<void>();
  open.holdSession(viewer, resolve);
  await operator.revoke(holder.id);
  await promise;
  await open[Symbol.asyncDispose]();
}

/** Sends as engines do that have a lane per conversation. */
async function sendAlone(): Promise<void> {
  const { conversation_id: conversationId, user_id: userId } = await parley.db
    .selectFrom('members')
    .select(['conversation_id', 'user_id'])
    .where('left_at', 'is', null)
    .executeTakeFirstOrThrow();
  const alone = await parley.engine({ log, sendLanes: 'per-conversation' });
  const viewer = await parley.signIn(userId);
  await alone.services.messages.send(viewer, { conversationId, content: 'alone', id: newId() });
}

test('nothing the engine asks grows with what is stored', { timeout: 120_000 }, async () => {
  await useEverything(parley, engine);
  await sendAlone();
  await comeFromElsewhere();
  const queries = new Set(plans.map(({ query }) => query));
  console.info(`${plans.length} statements, ${queries.size} different ones`);
  expect(queries.size).toBeGreaterThan(60);
  const faults = new Set<string>();
  for (const { query, steps } of plans) {
    for (const node of steps) {
      const { 'Node Type': type, 'Relation Name': table, 'Index Name': index = 'no index' } = node;
      const rows = rowsLookedAt(node);
      const from = table === undefined ? '' : ` of ${table} by ${index}`;
      const told = `${type} of ${rows} rows${from}: ${query.slice(0, 300)}`;
      // One that ends with a limit is no more than that.
      const whole = type === 'Seq Scan' && node.under !== 'Limit';
      if (whole && table !== undefined && !small.has(table)) faults.add(told);
      else if (rows > mostRows) faults.add(told);
    }
  }
  expect([...faults]).toEqual([]);
});
