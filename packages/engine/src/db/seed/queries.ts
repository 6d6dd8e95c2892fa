import { sql } from 'kysely';
import type { Database } from '../database.ts';

/** Makes people `<tag>_<from>` to `<tag>_<to>`, who all have the same password. */
export async function insertPeople(
  db: Database,
  tag: string,
  from: number,
  to: number,
  passwordHash: string,
): Promise<void> {
  await sql`
    insert into users (id, email, username, display_name, password_hash)
    select gen_random_uuid(), name || '@example.com', name, 'Seed ' || n, ${passwordHash}
    from generate_series(${from}::int, ${to}::int) n, lateral (select ${tag} || '_' || n as name) as named
  `.execute(db);
}

/** Ids of the people made so, in a fixed order. */
export async function peopleOf(db: Database, tag: string): Promise<string[]> {
  const rows = await db
    .selectFrom('users')
    .select('id')
    .where('username', 'like', `${tag.replaceAll('_', String.raw`\_`)}\\_%`)
    .orderBy('id')
    .execute();
  return rows.map(({ id }) => id);
}

export interface SeedMember {
  readonly conversation: string;
  readonly user: string;
  /** 1, 2, 3 … within the conversation, in the order of user ids; the first owns it. */
  readonly place: number;
  /** 1, 2, 3 … within the user. */
  readonly inboxSeq: number;
}

/**
 * Makes groups as the service makes them: the conversation's own columns take seq 1, its members the next ones, and the
 * notice that it was created the one after and position 1.
 */
export async function insertGroups(db: Database, members: readonly SeedMember[]): Promise<void> {
  await sql`
    with input as (
      select * from unnest(
        ${members.map(({ conversation }) => conversation)}::uuid[], ${members.map(({ user }) => user)}::uuid[],
        ${members.map(({ place }) => place)}::int[], ${members.map(({ inboxSeq }) => inboxSeq)}::bigint[]
      ) as i (conversation_id, user_id, place, inbox_seq)
    ), sized as (
      select conversation_id, count(*) as size, (array_agg(user_id order by place))[1] as owner
      from input group by conversation_id
    ), made as (
      insert into conversations (id, kind, title, last_position, last_ordinal, last_seq, changed_seq, member_version,
        created_by, created_at, updated_at)
      select conversation_id, 'group', 'Seed ' || substr(conversation_id::text, 1, 8), 1, 0, size + 2, 1, size + 1,
        owner, now() - interval '31 days', now() - interval '31 days'
      from sized
    ), joined as (
      insert into members (conversation_id, user_id, role, joined_seq, joined_position, seq, inbox_seq)
      select conversation_id, user_id, case place when 1 then 'owner' else 'member' end, place + 1, 0, place + 1,
        inbox_seq
      from input
    ), noted as (
      insert into messages (conversation_id, position, ordinal, id, sender_id, type, content, metadata, payload_hash,
        created_at, seq)
      select conversation_id, 1, 0, gen_random_uuid(), owner, 'system', '', '{"notice":{"kind":"created"}}', '',
        now() - interval '31 days', size + 2
      from sized
    )
    update users u set inbox_seq = greatest(u.inbox_seq, i.last)
    from (select user_id, max(inbox_seq) as last from input group by user_id) i
    where u.id = i.user_id
  `.execute(db);
}

/**
 * Adds so many messages to each of the conversations, its members taking turns, with all counters that go with them.
 * Ids are of version 7, so that the index on them is filled from left to right.
 * @param ofTotal how many each conversation will have in the end, spread over thirty days
 * @param contents what each of them says, in order, when they are not all to say the same
 */
export async function appendMessages(
  db: Database,
  conversations: readonly string[],
  count: number,
  ofTotal: number,
  contents: readonly string[] = [],
): Promise<void> {
  await sql`
    with target as (
      select c.id, c.last_position, c.last_ordinal, c.last_seq,
        array(select user_id from members m where m.conversation_id = c.id order by user_id) as people
      from conversations c where c.id = any (${[...conversations]}::uuid[])
    ), inserted as (
      insert into messages (conversation_id, position, ordinal, id, sender_id, type, content, payload_hash, created_at,
        seq)
      select t.id, t.last_position + n, t.last_ordinal + n,
        encode(
          substring(int8send((extract(epoch from at) * 1000)::bigint) from 3) || set_byte(random, 0,
            get_byte(random, 0) & 15 | 112), 'hex')::uuid,
        t.people[1 + n % cardinality(t.people)], 'text', content,
        substring(sha256(convert_to(content, 'UTF8')) for 16), at, t.last_seq + n
      from target t
      cross join generate_series(1, ${count}::int) n
      left join unnest(${[...contents]}::text[]) with ordinality as written (said, nth) on written.nth = n
      cross join lateral (
        select date_trunc('milliseconds',
            now() - interval '30 days' * (1 - (t.last_ordinal + n)::float8 / ${ofTotal}::float8)) as at,
          coalesce(written.said,
            'Seeded message ' || (t.last_ordinal + n) || ', which says about as much as people do.') as content,
          substring(uuid_send(gen_random_uuid()) from 7) as random
      ) drawn
      order by t.id, n
    ), wrote as (
      update members m
      set sent = m.sent + (${count}::int + cardinality(people) - place) / cardinality(people)
        - case place when 0 then 1 else 0 end
      from (select id, people, array_position(people, user_id) - 1 as place, user_id
        from target, unnest(people) as user_id) w
      where m.conversation_id = w.id and m.user_id = w.user_id
    )
    update conversations c
    set last_position = c.last_position + ${count}::int, last_ordinal = c.last_ordinal + ${count}::int,
      last_seq = c.last_seq + ${count}::int, updated_at = now()
    from target t where c.id = t.id
  `.execute(db);
}

/** Has every other member read everything. */
export async function readHalf(db: Database, conversations: readonly string[]): Promise<void> {
  await sql`
    update members m
    set read_position = c.last_position, read_ordinal = c.last_ordinal, read_sent = m.sent
    from conversations c
    where c.id = any (${[...conversations]}::uuid[]) and m.conversation_id = c.id and m.joined_seq % 2 = 0
  `.execute(db);
}
