import { Audit } from '../audit/audit.ts';
import { type Database, openDatabase } from '../db/database.ts';
import { inTransaction } from '../db/transaction.ts';
import type { Log } from '../log.ts';
import { newKey } from './key.ts';
import { allKeys, insertKey, type ListedKey, revokeKey } from './queries.ts';

export interface NewApiKey {
  readonly name: string;
  readonly scopes: readonly string[];
  /** Null for never. */
  readonly expiresAt: Date | null;
}

/** Makes and revokes API keys, for an operator. Disposing it closes its connection. */
export class KeyOperator implements AsyncDisposable {
  readonly #db: Database;
  readonly #audit: Audit;

  constructor(connectionString: string, log: Log) {
    this.#db = openDatabase(connectionString, 1, log);
    this.#audit = new Audit(log);
  }

  /** @returns the key, which nobody can tell again, and its id */
  async create({ name, scopes, expiresAt }: NewApiKey): Promise<{ id: string; key: string }> {
    const { id, key, hash } = newKey();
    const created = { kind: 'key-created', keyId: id, details: { scopes: scopes.join(' ') } } as const;
    await inTransaction(this.#db, async (trx) => {
      await insertKey(trx, { id, name, hash, scopes: [...scopes], expires_at: expiresAt });
      await this.#audit.store(trx, created);
    });
    this.#audit.tell(created);
    return { id, key };
  }

  /** All there ever were, the oldest first. */
  list(): Promise<ListedKey[]> {
    return allKeys(this.#db);
  }

  /** Ends a key, within seconds on every process. @returns whether there was such a key that counted */
  async revoke(id: string): Promise<boolean> {
    const event = { kind: 'key-revoked', keyId: id } as const;
    const revoked = await inTransaction(this.#db, async (trx) => {
      const found = await revokeKey(trx, id);
      if (found) await this.#audit.store(trx, event);
      return found;
    });
    if (revoked) this.#audit.tell(event);
    return revoked;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#db.destroy();
  }
}
