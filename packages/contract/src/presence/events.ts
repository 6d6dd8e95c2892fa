import type { Presence } from './schema.ts';

/**
 * What `presence.watch` yields. `ready` comes first, with everybody watched; those who may not be are in none. `changed`
 * replaces what is known of one of them.
 */
export type PresenceEvent =
  | { readonly type: 'ready'; readonly presences: readonly Presence[] }
  | { readonly type: 'changed'; readonly presence: Presence };

/** What `presence.away` yields, once. */
export interface AwayEvent {
  readonly type: 'ready';
}
