import { type Kysely, sql } from 'kysely';
import { everybody } from './0017-mentions.ts';
import { byKey } from './by-key.ts';

// After a restart thousands of people come back at once: their inboxes are read together, many by one statement. What reads
// one alone, `inbox_start` and `own_conversations`, stays for the processes of the version before.

/** What inboxes begin with, as `inbox_start` says of one; nothing for whom there is no account. */
const inboxesStart = `
  create function inboxes_start(in_users uuid[]) returns table (
    place bigint, epoch text, "inboxSeq" bigint, "blocksSeq" bigint, "savedSeq" bigint, "reactionsSeq" bigint,
    "threadsSeq" bigint, "draftsSeq" bigint, "conversationIds" uuid[], settings jsonb
  ) language plpgsql stable ${byKey} as $$
  #variable_conflict use_column
  begin
    return query
    select i.place, (select parley_epoch() from deployment), u.inbox_seq, u.blocks_seq, u.saved_seq, u.reactions_seq,
      u.threads_seq,
      (select max(d.inbox_seq) from drafts d where d.user_id = u.id),
      array(select m.conversation_id from members m where m.user_id = u.id and m.left_at is null),
      (select coalesce(jsonb_agg(to_jsonb(s)), '[]') from conversation_settings s
        where s.user_id = u.id and (s.archived or num_nonnulls(
          s.muted_until, s.pinned_at, s.hidden_ordinal, s.unread_position) > 0))
    from unnest(in_users) with ordinality as i (user_id, place)
    cross join lateral (select * from users where id = i.user_id offset 0) u;
  end
  $$;
`;

/**
 * Memberships, ended ones too, each of a person in a conversation, with where that stands, and, where something is unread, what
 * mentions the person: the latest first, and `in_mentions` at most. Those there are, by their place in what was asked for; one
 * row at least, with the epoch. All is looked up by key: `offset 0` keeps PostgreSQL from joining.
 */
const heldConversations = `
  create function held_conversations(in_users uuid[], in_conversations uuid[], in_mentions bigint) returns table (
    epoch text, place bigint, conversation_id uuid, user_id uuid, role text, joined_seq bigint, joined_position bigint,
    read_position bigint, read_ordinal bigint, sent bigint, read_sent bigint, left_at timestamptz, seq bigint,
    inbox_seq bigint, history text, last_position bigint, last_ordinal bigint, last_seq bigint, member_version bigint,
    found jsonb
  ) language plpgsql stable ${byKey} as $$
  #variable_conflict use_column
  begin
    return query
    select (select parley_epoch() from deployment), h.*
    from (values (1)) as at_least_one (row)
    left join (
      select i.place, m.conversation_id, m.user_id, m.role, m.joined_seq, m.joined_position, m.read_position,
        m.read_ordinal, m.sent, m.read_sent, m.left_at, m.seq, m.inbox_seq,
        c.history, c.last_position, c.last_ordinal, c.last_seq, c.member_version,
        case when m.left_at is null and c.last_position > m.read_position then (
          select jsonb_agg(jsonb_build_object('position', x.position, 'senderId', x.sender_id) order by x.position desc)
          from (
            (
              select e.position, e.sender_id from mentions e
              where e.conversation_id = m.conversation_id and e.user_id = m.user_id and e.position > m.read_position
              order by e.position desc limit in_mentions
            )
            union all
            (
              select e.position, e.sender_id from mentions e
              where e.conversation_id = m.conversation_id and e.user_id = ${everybody} and e.position > m.read_position
                and e.sender_id <> m.user_id
              order by e.position desc limit in_mentions
            )
            order by 1 desc limit in_mentions
          ) x
        ) end
      from unnest(in_users, in_conversations) with ordinality as i (user_id, conversation_id, place)
      cross join lateral (
        select * from members where conversation_id = i.conversation_id and user_id = i.user_id offset 0
      ) m
      cross join lateral (select * from conversations where id = i.conversation_id offset 0) c
    ) h on true;
  end
  $$;
`;

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of [inboxesStart, heldConversations]) await sql.raw(statement).execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`drop function inboxes_start, held_conversations`.execute(db);
}
