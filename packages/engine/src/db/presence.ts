import type { PresenceStatus } from '@parley/contract';
import { sql } from 'kysely';

/**
 * Whether somebody is there, for a statement that reads their row under this name. It stands in the statement itself: a
 * function of SQL with a query in it is called for each row.
 */
export function statusOf(users: string) {
  const column = (name: string) => sql.ref(`${users}.${name}`);
  return sql<PresenceStatus>`case
    when ${column('appears_offline')} then 'offline'
    when ${column('online_until')} > now() then 'online'
    else coalesce((
      select case bool_and(l.away) when true then 'away' when false then 'online' end
      from presence_leases l join presence_holders h on h.id = l.holder_id
      where l.user_id = ${column('id')} and h.alive_until > now()
    ), 'offline')
  end`;
}

export function isOnline(users: string) {
  return sql<boolean>`(${statusOf(users)}) <> 'offline'`;
}
