import { sql } from 'kysely';

/**
 * Which history of the database this is, for a statement that reads other things of the same snapshot. It is read from a
 * table that is not distributed: so Citus asks for it where it is, not on the node of a shard, which would say another.
 */
export const epochNow = sql<string>`(select parley_epoch() from deployment)`;
