import { sql } from 'kysely';
import type { Database } from '../database.ts';

export interface Column {
  readonly table: string;
  readonly name: string;
  /** As PostgreSQL calls it, such as `int8`. */
  readonly type: string;
  readonly nullable: boolean;
  readonly has_default: boolean;
  /** The words a check allows, when there are only so many. */
  readonly words: readonly string[] | null;
}

/** The columns of Parley's tables, in the order of the tables' making. */
export async function columnsOf(db: Database): Promise<Column[]> {
  const { rows } = await sql<Column>`
    select c.relname as "table", a.attname as name, t.typname as type, not a.attnotnull as nullable,
      a.atthasdef as has_default,
      (select array_agg(w[1]) from pg_constraint k, regexp_matches(pg_get_constraintdef(k.oid), '''([^'']+)''', 'g') w
        where k.conrelid = c.oid and k.contype = 'c' and k.conkey = array[a.attnum] and t.typname = 'text') as words
    from pg_class c
    join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    join pg_type t on t.oid = a.atttypid
    where c.relnamespace = current_schema()::regnamespace and c.relkind in ('r', 'p') and c.relname not like 'kysely\\_%'
    order by c.oid, a.attnum`.execute(db);
  return rows;
}
