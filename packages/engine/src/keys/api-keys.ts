import { timingSafeEqual } from 'node:crypto';
import { type KeyHolder, ParleyError } from '@parley/contract';
import type { Sessions } from '../auth/sessions.ts';
import type { Database } from '../db/database.ts';
import { asServiceError } from '../db/errors.ts';
import type { Authenticated, Caller } from '../engine.ts';
import { nameOfUse } from './in-use.ts';
import { hashOf, idOf } from './key.ts';
import { findKey } from './queries.ts';
import type { KeyUses } from './uses.ts';

/** A key as it was made: none of this ever changes. */
interface KnownKey extends KeyHolder {
  readonly hash: Buffer;
  readonly expiresAt: Date | null;
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Lets in servers that come with an API key. */
export class ApiKeys {
  readonly #db: Database;
  readonly #sessions: Sessions;
  readonly #uses: KeyUses;
  readonly #known = new Map<string, KnownKey>();

  constructor(db: Database, sessions: Sessions, uses: KeyUses) {
    this.#db = db;
    this.#sessions = sessions;
    this.#uses = uses;
  }

  /** The server behind a key. @throws UNAUTHENTICATED when the key does not count, FORBIDDEN to a page, UNAVAILABLE */
  async holder(key: string, { client, inPage = false }: Caller): Promise<KnownKey> {
    if (inPage) {
      throw new ParleyError('FORBIDDEN', 'unable to answer; an API key must not be used in a page');
    }
    const known = await this.#find(key);
    if (known === null) throw notValid('is not valid');
    if (!(await this.#sessions.lives(nameOfUse({ keyId: known.id, userId: null })))) {
      this.#known.delete(known.id);
      throw notValid('was revoked or has expired');
    }
    this.#uses.note(known.id, client?.address ?? '');
    return known;
  }

  /**
   * Whom a server acts for.
   * @throws UNAUTHENTICATED, also when it names nobody; FORBIDDEN when there is no such account, or to a page; UNAVAILABLE
   */
  async authenticate(key: string, caller: Caller): Promise<Authenticated> {
    const { id, scopes, expiresAt } = await this.holder(key, caller);
    const userId = caller.actsFor?.toLowerCase();
    if (userId === undefined) {
      throw new ParleyError('UNAUTHENTICATED', 'unable to answer; the API key names nobody to act for');
    }
    if (!uuid.test(userId) || !(await this.#sessions.lives(nameOfUse({ keyId: id, userId })))) {
      throw new ParleyError('FORBIDDEN', 'unable to act for the person; there is no such account');
    }
    return { userId, sessionId: id, key: { id, scopes }, expiresAt };
  }

  async #find(key: string): Promise<KnownKey | null> {
    const id = idOf(key);
    if (id === null) return null;
    const known = this.#known.get(id) ?? (await this.#read(id));
    return known !== null && timingSafeEqual(known.hash, hashOf(key)) ? known : null;
  }

  async #read(id: string): Promise<KnownKey | null> {
    const row = await findKey(this.#db, id).catch((error: unknown) => {
      throw asServiceError(error);
    });
    if (row === undefined) return null;
    const known = { id, scopes: new Set(row.scopes), hash: row.hash, expiresAt: row.expires_at };
    this.#known.set(id, known);
    return known;
  }
}

function notValid(why: string): ParleyError {
  return new ParleyError('UNAUTHENTICATED', `unable to answer; the API key ${why}`);
}
