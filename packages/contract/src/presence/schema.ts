import { z } from 'zod';
import { limits } from '../limits.ts';
import { Id, Timestamp } from '../text.ts';

/** `away`: connected, but every client of theirs has said that nobody looks. */
export const PresenceStatus = z.enum(['online', 'away', 'offline']);
export type PresenceStatus = z.infer<typeof PresenceStatus>;

/** Whether somebody is there. `lastSeen` is null while it is not known, and for those who keep it to themselves. */
export const Presence = z
  .strictObject({ userId: Id, status: PresenceStatus, lastSeen: Timestamp.nullable() })
  .meta({ id: 'Presence' });
export type Presence = z.infer<typeof Presence>;

export const PresenceOf = z.strictObject({ userIds: z.array(Id).min(1).max(limits.presenceUsers) });
export type PresenceOf = z.infer<typeof PresenceOf>;
