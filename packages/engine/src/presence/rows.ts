import type { Presence } from '@parley/contract';
import { lastSeenOf } from '../users/rows.ts';
import type { PresenceRow } from './queries.ts';

/** Whether somebody is there, as everyone who may know gets it. */
export function presenceOf(row: PresenceRow): Presence {
  return { userId: row.id, status: row.status, lastSeen: lastSeenOf(row) };
}
