// What is done to a database from outside a running server.
export { readClusterMasters, readRedisFacts, type RedisFacts } from './bus/redis-facts.ts';
export { disableAccount, enableAccount } from './auth/disabling/disabling.ts';
export { deleteAccount } from './privacy/delete-account.ts';
export { generateTables } from './db/schema/generate.ts';
export { KeyOperator } from './keys/operate.ts';
export type { ListedKey } from './keys/queries.ts';
export { removeAll, rollback } from './db/migrate.ts';
export { type SeedSize, seedMany } from './db/seed/seed.ts';
