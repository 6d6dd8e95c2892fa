import type { Log } from '../../log.ts';
import { openDatabase } from '../database.ts';
import { columnsOf, type Column } from './queries.ts';

/** What stands in a `jsonb` column, which the schema does not know. */
const documents: Readonly<Record<string, string>> = {
  'messages.metadata': 'MessageMetadata',
  'audit_events.details': 'Readonly<Record<string, string | number | boolean>>',
};

const types: Readonly<Record<string, string>> = {
  _text: 'string[]',
  bool: 'boolean',
  bytea: 'Buffer',
  int4: 'number',
  int8: 'number',
  text: 'string',
  timestamptz: 'Date',
  tsvector: 'string',
  uuid: 'string',
};

const head = `// Generated from the schema by \`pnpm db:generate\`; a test compares them.
import type { Generated } from 'kysely';
import type { MessageMetadata } from '../messages/metadata.ts';

/** The rows as PostgreSQL holds them. \`bigint\` columns are numbers: positions and seqs stay far below 2^53. */
export interface Tables {
`;

/**
 * The types of the tables of a migrated database, as \`tables.ts\` holds them.
 * @throws Error for a column of a type that nothing is known about
 */
export async function generateTables(connectionString: string, log: Log): Promise<string> {
  const db = openDatabase(connectionString, 1, log);
  try {
    const tables = [...Map.groupBy(await columnsOf(db), ({ table }) => table)];
    const list = tables.map(([table]) => `  ${table}: ${nameOf(table)};\n`).join('');
    const interfaces = tables.map(
      ([table, columns]) => `\nexport interface ${nameOf(table)} {\n${columns.map(line).join('')}}\n`,
    );
    return `${head}${list}}\n${interfaces.join('')}`;
  } finally {
    await db.destroy();
  }
}

function line(column: Column): string {
  const { name, nullable, has_default: hasDefault } = column;
  const type = `${typeOf(column)}${nullable ? ' | null' : ''}`;
  return `  ${name}: ${hasDefault ? `Generated<${type}>` : type};\n`;
}

function typeOf({ table, name, type, words }: Column): string {
  if (words !== null) return words.map((word) => `'${word}'`).join(' | ');
  const known = type === 'jsonb' ? documents[`${table}.${name}`] : types[type];
  if (known === undefined) throw new Error(`unable to generate types; ${table}.${name} is ${type}`);
  return known;
}

/** `refresh_tokens` gives `RefreshTokensTable`. */
function nameOf(table: string): string {
  const words = table.split('_').map((word) => `${word.slice(0, 1).toUpperCase()}${word.slice(1)}`);
  return `${words.join('')}Table`;
}
