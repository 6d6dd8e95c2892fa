import pg from 'pg';
import type { ExecutedPlan } from './plans.ts';

interface Keyed {
  readonly name: string;
  /** The column that says which conversation a row belongs to. */
  readonly key: string;
  /** Storage parameters, which partitions do not inherit. */
  readonly options: string | null;
}

/** Every table of conversation data, by its key. Audit lines only mention a conversation. */
const keyed = `
  select c.relname as name, a.attname as key, array_to_string(c.reloptions, ', ') as options
  from pg_class c join pg_attribute a on a.attrelid = c.oid
  where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and c.relname <> 'audit_events'
    and a.attname = case c.relname when 'conversations' then 'id' else 'conversation_id' end
  order by c.relname`;

const foreignKeys = `
  select conrelid::regclass::text as "table", conname as name, pg_get_constraintdef(oid) as definition
  from pg_constraint
  where contype = 'f' and (conrelid::regclass::text = any ($1) or confrelid::regclass::text = any ($1))`;

/** A trigger that does nothing but be told of in plans: they say which partition's it was, and so where rows went. */
const witness = `
  create function witness() returns trigger language plpgsql as $$ begin return null; end $$`;

/**
 * Replaces each table of conversation data, while it is empty, by one hash-partitioned by conversation with the same
 * columns, defaults, constraints and indexes. PostgreSQL refuses where a unique one lacks the conversation.
 * @returns the names of the tables
 */
export async function partitionConversations(connectionString: string, count: number): Promise<string[]> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    await client.query('begin');
    await client.query(witness);
    const { rows: tables } = await client.query<Keyed>(keyed);
    const names = tables.map(({ name }) => name);
    const { rows: keys } = await client.query<{ table: string; name: string; definition: string }>(
      foreignKeys,
      [names],
    );
    for (const { table, name } of keys) await client.query(`alter table ${table} drop constraint ${name}`);
    for (const table of tables) await partition(client, table, count);
    for (const { table, name, definition } of keys) {
      await client.query(`alter table ${table} add constraint ${name} ${definition}`);
    }
    await client.query('commit');
    return names;
  } finally {
    await client.end();
  }
}

async function partition(client: pg.Client, { name, key, options }: Keyed, count: number): Promise<void> {
  await client.query(`alter table ${name} rename to ${name}_plain`);
  await client.query(`create table ${name} (like ${name}_plain including all) partition by hash (${key})`);
  await client.query(`drop table ${name}_plain`);
  const kept = options === null ? '' : `with (${options})`;
  for (let n = 0; n < count; n += 1) {
    const values = `with (modulus ${count}, remainder ${n})`;
    await client.query(`create table ${name}_part${n} partition of ${name} for values ${values} ${kept}`);
  }
  await client.query(
    `create trigger witness after insert or update or delete on ${name} for each row execute function witness()`,
  );
}

/**
 * Numbers of the partitions, of whichever tables, that a statement's plan has, whether or not it came to look at them, or
 * that it wrote to. Those that were ruled out before it began are not in a plan.
 */
export function partitionsOf({ steps, written }: ExecutedPlan): Set<number> {
  const planned = steps.flatMap((step) => step['Relation Name'] ?? []);
  const numbers = [...planned, ...written].map((relation) => /_part(\d+)$/.exec(relation)?.[1]);
  return new Set(numbers.flatMap((number) => (number === undefined ? [] : Number(number))));
}
