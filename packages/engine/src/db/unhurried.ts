import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** A migration that may take as long as its data needs, whatever timeout the role has for what people wait for. */
export function unhurried({ up, down }: Required<Migration>): Required<Migration> {
  return {
    async up(db) {
      await sql`set local statement_timeout = 0`.execute(db);
      await up(db);
    },
    async down(db) {
      await sql`set local statement_timeout = 0`.execute(db);
      await down(db);
    },
  };
}
