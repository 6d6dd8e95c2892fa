import { liveSessions } from '../auth/queries.ts';
import type { Database } from '../db/database.ts';
import { type KeyUse, livingUses } from './queries.ts';

const between = '/';

/** A key that is used for somebody as something that can end, among sessions, which are known by their ids. */
export function nameOfUse({ keyId, userId }: KeyUse): string {
  return `${keyId}${between}${userId ?? ''}`;
}

function keyUseOf(name: string): KeyUse | null {
  const [keyId = '', userId] = name.split(between);
  return userId === undefined ? null : { keyId, userId: userId === '' ? null : userId };
}

export function isSession(name: string): boolean {
  return keyUseOf(name) === null;
}

/** Of sessions and uses of keys, those that live. */
export async function livingNames(db: Database, names: readonly string[]): Promise<Set<string>> {
  const sessions = names.filter(isSession);
  const used = names.flatMap((name) => keyUseOf(name) ?? []);
  const living = sessions.length === 0 ? new Set<string>() : await liveSessions(db, sessions);
  if (used.length === 0) return living;
  const places = await livingUses(db, used);
  for (const [place, use] of used.entries()) if (places.has(place)) living.add(nameOfUse(use));
  return living;
}
