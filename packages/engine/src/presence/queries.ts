import { type Selectable, sql } from 'kysely';
import type { PresenceStatus } from '@parley/contract';
import type { Database } from '../db/database.ts';
import { statusOf } from '../db/presence.ts';
import type { PresenceLeasesTable, UsersTable } from '../db/tables.ts';

/** A process that holds leases, and for how long its word is good without another sign of life. */
export interface Holder {
  readonly id: string;
  readonly leaseMs: number;
}

/** Leaves a sign of life. @returns whether the holder was not known, or not any more: then its leases are gone, too */
export async function renewHolder(db: Database, holder: Holder): Promise<boolean> {
  const { rows } = await sql<{ fresh: boolean }>`
    insert into presence_holders as h (id, alive_until) values (${holder.id}, now() + ${ms(holder.leaseMs)})
    on conflict (id) do update set alive_until = excluded.alive_until
    returning h.xmax = 0 as fresh`.execute(db);
  return rows[0]?.fresh === true;
}

/** Writes leases, with a sign of life. @returns whether it was the first one, or the first since this process was taken for dead */
export async function saveLeases(
  db: Database,
  holder: Holder,
  leases: readonly Pick<Selectable<PresenceLeasesTable>, 'user_id' | 'away'>[],
): Promise<boolean> {
  const userIds = leases.map((lease) => lease.user_id);
  const away = leases.map((lease) => lease.away);
  const { rows } = await sql<{ fresh: boolean }>`
    with holder as (
      insert into presence_holders as h (id, alive_until) values (${holder.id}, now() + ${ms(holder.leaseMs)})
      on conflict (id) do update set alive_until = excluded.alive_until
      returning h.xmax = 0 as fresh
    ), leases as (
      insert into presence_leases (user_id, holder_id, away)
      select l.user_id, ${holder.id}::uuid, l.away
      from unnest(${userIds}::uuid[], ${away}::boolean[]) as l (user_id, away)
      order by l.user_id
      on conflict (user_id, holder_id) do update set away = excluded.away
    )
    select fresh from holder`.execute(db);
  return rows[0]?.fresh === true;
}

/** Ends leases of people who left `agoMs` ago, and notes for those held nowhere else when they were last seen. */
export async function endLeases(
  db: Database,
  holder: Holder,
  userIds: readonly string[],
  agoMs: number,
): Promise<void> {
  await sql`
    with ended as (
      delete from presence_leases where holder_id = ${holder.id} and user_id = any (${[...userIds]}::uuid[])
      returning user_id
    ), locked as (
      select u.id from users u join ended e on e.user_id = u.id
      where not u.appears_offline and not exists (
        select from presence_leases l join presence_holders h on h.id = l.holder_id
        where l.user_id = u.id and l.holder_id <> ${holder.id} and h.alive_until > now()
      )
      order by u.id
      for no key update of u
    )
    update users u set last_seen_at = greatest(u.last_seen_at, now() - ${ms(agoMs)})
    from locked where u.id = locked.id`.execute(db);
}

/**
 * Clears away what holders that died have left, and notes when people were last seen who are held nowhere else: with the
 * last sign of life. @returns the people concerned
 */
export async function sweepHolders(db: Database, leaseMs: number): Promise<string[]> {
  const found = await sql<{ id: string }>`
    select id from presence_holders where alive_until <= now()`.execute(db);
  const ids = found.rows.map(({ id }) => id);
  if (ids.length === 0) return [];
  const { rows } = await sql<{ user_id: string }>`
    with dead as (
      delete from presence_holders where id = any (${ids}::uuid[]) and alive_until <= now()
      returning id, alive_until
    ), ended as (
      delete from presence_leases l using dead d where l.holder_id = d.id and l.holder_id = any (${ids}::uuid[])
      returning l.user_id, d.alive_until
    ), latest as (
      select user_id, max(alive_until) - ${ms(leaseMs)} as at from ended group by user_id
    ), locked as (
      select u.id, latest.at from users u join latest on latest.user_id = u.id
      where not u.appears_offline and not exists (
        select from presence_leases l join presence_holders h on h.id = l.holder_id
        where l.user_id = u.id and h.alive_until > now()
      )
      order by u.id
      for no key update of u
    ), seen as (
      update users u set last_seen_at = greatest(u.last_seen_at, locked.at) from locked where u.id = locked.id
    )
    select user_id from latest`.execute(db);
  return rows.map((row) => row.user_id);
}

/** Lets a holder that stops count for a little longer: its people are moving to others. */
export async function retireHolder(db: Database, id: string, graceMs: number): Promise<void> {
  await sql`
    update presence_holders set alive_until = least(alive_until, now() + ${ms(graceMs)})
    where id = ${id}`.execute(db);
}

export type PresenceRow = Pick<Selectable<UsersTable>, 'id' | 'last_seen_at' | 'last_seen_visible'> & {
  readonly status: PresenceStatus;
};

export async function readPresences(db: Database, userIds: readonly string[]): Promise<PresenceRow[]> {
  const { rows } = await sql<PresenceRow>`
    select u.id, u.last_seen_at, u.last_seen_visible, ${statusOf('u')} as status
    from users u where u.id = any (${[...userIds]}::uuid[])`.execute(db);
  return rows;
}

/** Of the given people, those who are in a conversation with somebody now: as much work as they and that one are in. */
export async function acquaintances(
  db: Database,
  userId: string,
  userIds: readonly string[],
): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select distinct other.user_id as id
    from members other join members own on own.conversation_id = other.conversation_id
    where other.user_id = any (${[...userIds]}::uuid[]) and other.left_at is null
      and own.user_id = ${userId} and own.left_at is null`.execute(db);
  return rows.map((row) => row.id);
}

function ms(milliseconds: number) {
  return sql`make_interval(secs => ${milliseconds / 1000})`;
}
