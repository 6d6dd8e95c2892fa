import { createHash, randomBytes } from 'node:crypto';
import { newId } from '@parley/contract';

/** What a key begins with, so that people and scanners for secrets know one when they see it. */
const prefix = 'pk_';
const form = /^pk_([0-9a-f]{8})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{12})_[0-9a-f]{64}$/;

/** A new key: its id, which also stands in it, and what is kept in place of it. */
export function newKey(): { id: string; key: string; hash: Buffer } {
  const id = newId();
  const key = `${prefix}${id.replaceAll('-', '')}_${randomBytes(32).toString('hex')}`;
  return { id, key, hash: hashOf(key) };
}

/** Whether a token means to be a key. */
export function isKey(token: string): boolean {
  return token.startsWith(prefix);
}

/** The id in a key; null for what is none. */
export function idOf(key: string): string | null {
  const parts = form.exec(key)?.slice(1);
  return parts?.join('-') ?? null;
}

/** As random as it is, it needs no slow hash. */
export function hashOf(key: string): Buffer {
  return createHash('sha256').update(key).digest();
}
