import { type Kysely, sql } from 'kysely';
import { messagesPage } from './0003-pages.ts';
import { byKey } from './by-key.ts';
import { changed, replacing } from './changed.ts';

/**
 * How far each member has got a conversation. It is at least how far they have read it, which sending moves too: so
 * whoever reads the one takes the greater of both. The index is of few, and what most receipts are checked against.
 *
 * Every mark of somebody who has read moves their inbox_seq. Where a page of people has room for that, none of their indexes is
 * written, of which the one of trigrams is dear.
 */
const columns = `
  alter table members add column delivered_position bigint not null default 0;
  alter table users add column read_receipts text not null default 'everybody'
    check (read_receipts in ('everybody', 'nobody'));
  create index users_private on users (id) where read_receipts = 'nobody';
  alter table users set (fillfactor = 70);
`;

/**
 * Marks of many members of one conversation: how far they have got it, and how far they have read it; 0 for no such mark,
 * and whatever is past the latest entry for that one. Numbers only grow. Nobody waits for a row that somebody else holds
 * (unless told to): it is 'busy', and to be marked later. So a batch is no part of any deadlock, and holds a sender's row
 * up for no longer than its own commit. The row of the conversation, which sending locks, is only read.
 *
 * Each statement of a volatile function sees a snapshot of its own: the later ones are younger than the locks on the member
 * rows, and a send writes its sender's row, so they see every message that is counted on a row. Each goes over the marks
 * once, and looks everything up by key: nothing is joined that grows with both.
 */
export const markInConversation = `
  create function mark_in_conversation(
    in_conversation uuid, in_users uuid[], in_delivered bigint[], in_read bigint[], in_skip_locked boolean,
    in_crowd bigint
  ) returns table (
    user_id uuid, outcome text, epoch text, last_position bigint, last_ordinal bigint, sent bigint,
    read_position bigint, read_ordinal bigint, read_sent bigint, joined_position bigint,
    delivered_position bigint, inbox_seq bigint, crowd boolean, private boolean, marked_unread boolean
  ) language plpgsql volatile ${byKey} as $$
  #variable_conflict use_column
  declare
    this_epoch text := parley_epoch();
    top bigint := (select last_position from conversations where id = in_conversation);
    held uuid[];
    readers uuid[];
    changed uuid[];
    crowded boolean := (
      select count(*) > in_crowd from (
        select from members where conversation_id = in_conversation and left_at is null limit in_crowd + 1
      ) few
    );
  begin
    if in_skip_locked then
      held := array(
        select m.user_id
        from unnest(in_users, in_delivered, in_read) as i (user_id, delivered, read)
        join members m on m.conversation_id = in_conversation and m.user_id = i.user_id
        where m.left_at is null and (least(i.read, top) > m.read_position
          or least(i.delivered, top) > greatest(m.delivered_position, m.read_position))
        order by m.user_id for no key update of m skip locked);
    else
      held := array(
        select m.user_id from members m
        where m.conversation_id = in_conversation and m.user_id = any (in_users) and m.left_at is null
        order by m.user_id for no key update);
    end if;
    readers := array(
      select m.user_id
      from unnest(in_users, in_read) as i (user_id, read)
      join members m on m.conversation_id = in_conversation and m.user_id = i.user_id
      where i.user_id = any (held) and least(i.read, top) > m.read_position);
    if in_skip_locked then
      readers := array(
        select u.id from users u where u.id = any (readers) order by u.id for no key update skip locked);
    else
      readers := array(select u.id from users u where u.id = any (readers) order by u.id for no key update);
    end if;
    update users set inbox_seq = inbox_seq + 1 where id = any (readers);
    with moved as (
      update members m
      set read_position = greatest(m.read_position, w.read),
        read_ordinal = case when w.reader then greatest(m.read_ordinal, coalesce((
            select e.ordinal from messages e
            where e.conversation_id = in_conversation and e.position <= w.read order by e.position desc limit 1
          ), 0)) else m.read_ordinal end,
        read_sent = case when not w.reader then m.read_sent when m.sent = m.read_sent then m.sent else
          greatest(m.read_sent, m.sent - (
            select count(*) from messages e
            where e.conversation_id = in_conversation and e.position > w.read and e.sender_id = w.user_id
              and e.type = 'text' and e.metadata -> 'thread' is null
          )) end,
        delivered_position = greatest(m.delivered_position, m.read_position, w.read, w.delivered),
        inbox_seq = case when w.reader then w.inbox_seq else m.inbox_seq end
      from (
        select i.user_id, u.inbox_seq, u.id = any (readers) as reader,
          case when u.id = any (readers) then least(i.read, top) else 0 end as read,
          case u.read_receipts when 'nobody' then 0 else least(i.delivered, top) end as delivered
        from unnest(in_users, in_delivered, in_read) as i (user_id, delivered, read)
        join users u on u.id = i.user_id
        where i.user_id = any (held)
      ) w
      where m.conversation_id = in_conversation and m.user_id = w.user_id
        and (w.reader or w.delivered > greatest(m.delivered_position, m.read_position))
      returning m.user_id
    )
    select coalesce(array_agg(v.user_id), '{}') into changed from moved v;
    return query
    select i.user_id,
      case
        when m.user_id is null then 'not-member'
        when least(i.read, top) > m.read_position then 'busy'
        when u.read_receipts = 'everybody' and least(i.delivered, top) > greatest(m.delivered_position, m.read_position)
          then 'busy'
        when i.user_id = any (changed) then 'moved'
        else 'same'
      end,
      this_epoch, c.last_position, c.last_ordinal, m.sent, m.read_position, m.read_ordinal, m.read_sent,
      m.joined_position, greatest(m.delivered_position, m.read_position),
      case when i.user_id = any (readers) then u.inbox_seq end, crowded, u.read_receipts = 'nobody',
      exists (
        select from conversation_settings s
        where s.conversation_id = in_conversation and s.user_id = i.user_id and s.unread_position is not null
      )
    from unnest(in_users, in_delivered, in_read) as i (user_id, delivered, read)
    left join conversations c on c.id = in_conversation
    left join members m on m.conversation_id = in_conversation and m.user_id = i.user_id and m.left_at is null
    left join users u on u.id = i.user_id;
  end
  $$;
`;

/** Marks in many conversations: one after the other, as each names the only one it looks at. */
const markMany = `
  create function mark_members(
    in_conversations uuid[], in_users uuid[], in_delivered bigint[], in_read bigint[], in_skip_locked boolean,
    in_crowd bigint
  ) returns table (
    conversation_id uuid, user_id uuid, outcome text, epoch text, last_position bigint, last_ordinal bigint,
    sent bigint, read_position bigint, read_ordinal bigint, read_sent bigint, joined_position bigint,
    delivered_position bigint, inbox_seq bigint, crowd boolean, private boolean, marked_unread boolean
  ) language plpgsql volatile ${byKey} as $$
  #variable_conflict use_column
  declare
    one record;
  begin
    for one in
      select i.conversation_id as id, array_agg(i.user_id) as users, array_agg(i.delivered) as delivered,
        array_agg(i.read) as read
      from unnest(in_conversations, in_users, in_delivered, in_read) as i (conversation_id, user_id, delivered, read)
      group by i.conversation_id order by i.conversation_id
    loop
      return query
      select one.id, m.* from mark_in_conversation(
        one.id, one.users, one.delivered, one.read, in_skip_locked, in_crowd
      ) m;
    end loop;
  end
  $$;
`;

/** The page as it was, but that whether one's own messages are read is told by those whose receipts one may see. */
export const page = changed(messagesPage, [
  [
    'm.read_position, (select',
    "m.read_position, (select u.read_receipts = 'everybody' from users u where u.id = in_viewer) as sees, (select",
  ],
  [
    'select o.joined_position, o.read_position from members',
    'select o.user_id, o.joined_position, o.read_position from members',
  ],
  ['in_viewer then p.position <=', 'in_viewer then v.sees and p.position <='],
  [
    'and o.read_position >= p.position)',
    `and o.read_position >= p.position
            and not exists (select from users u where u.id = o.user_id and u.read_receipts = 'nobody')
            and not exists (select from blocks b where b.blocker_id = in_viewer and b.blocked_id = o.user_id)
            and not exists (select from blocks b where b.blocker_id = o.user_id and b.blocked_id = in_viewer))`,
  ],
]);

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statements of [columns, markInConversation, markMany, page])
    await sql.raw(statements).execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql.raw(replacing(messagesPage)).execute(db);
  await sql`
    alter table users reset (fillfactor);
    drop function mark_members, mark_in_conversation;
    drop index users_private;
    alter table users drop column read_receipts;
    alter table members drop column delivered_position`.execute(db);
}
