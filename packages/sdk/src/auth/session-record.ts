import type { Credentials, Self } from '@parley/contract';

/** What a session consists of, as it is stored. */
export interface SessionRecord {
  readonly user: Self;
  readonly accessToken: string;
  readonly refreshToken: string;
  /** When the access token expires, in ms since the epoch by this machine's clock. */
  readonly expiresAt: number;
  /** The access token's whole life in ms. */
  readonly lifeMs: number;
}

/** Where a session outlives the page; `localStorage` fits. */
export interface SessionStorage {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
}

export function recordOf(credentials: Credentials, now: number): SessionRecord {
  const { user, accessToken, refreshToken, expiresIn } = credentials;
  const lifeMs = expiresIn * 1000;
  return { user, accessToken, refreshToken, expiresAt: now + lifeMs, lifeMs };
}

/** When an access token should be replaced: with a fifth of its life left, but a minute at most. */
export function refreshAt(record: SessionRecord): number {
  return record.expiresAt - Math.min(60_000, record.lifeMs / 5);
}

/** Reads what was stored; null when there is nothing, or nothing that makes sense. */
export function parseRecord(text: string | null): SessionRecord | null {
  if (text === null) return null;
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : null;
  } catch {
    return null;
  }
}

function isRecord(value: unknown): value is SessionRecord {
  return (
    hasFields(value, {
      accessToken: 'string',
      refreshToken: 'string',
      expiresAt: 'number',
      lifeMs: 'number',
    }) &&
    'user' in value &&
    hasFields(value.user, { id: 'string', username: 'string' })
  );
}

function hasFields(value: unknown, fields: Record<string, 'string' | 'number'>): value is object {
  if (typeof value !== 'object' || value === null) return false;
  const entries = new Map<string, unknown>(Object.entries(value));
  return Object.entries(fields).every(([name, type]) => typeof entries.get(name) === type);
}
