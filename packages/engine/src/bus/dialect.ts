import type { Redis } from 'ioredis';

/** How a Redis is spoken to: as one that has every channel, or as one of many that each have some. */
export interface Dialect {
  /** The event a subscriber hears payloads by. */
  readonly event: 'message' | 'smessage';
  publish(redis: Redis, channel: string, payload: string): Promise<unknown>;
  /** Resolves when all are acknowledged. */
  subscribe(redis: Redis, channels: readonly string[]): Promise<unknown>;
  unsubscribe(redis: Redis, channels: readonly string[]): Promise<unknown>;
  /** Asks for a sign of life. @returns whether what is published there is of use */
  check(redis: Redis): Promise<boolean>;
}

/** Pub/sub of a single Redis. */
export const plain: Dialect = {
  event: 'message',
  publish: (redis, channel, payload) => redis.publish(channel, payload),
  subscribe: (redis, channels) => redis.subscribe(...channels),
  unsubscribe: (redis, channels) => redis.unsubscribe(...channels),
  check: (redis) => redis.ping().then(() => true),
};

/** Sharded pub/sub of a master of Redis Cluster. Channels of several slots cannot share a command. */
export const sharded: Dialect = {
  event: 'smessage',
  publish: (redis, channel, payload) => redis.spublish(channel, payload),
  subscribe: (redis, channels) => Promise.all(channels.map((channel) => redis.ssubscribe(channel))),
  unsubscribe: (redis, channels) => Promise.all(channels.map((channel) => redis.sunsubscribe(channel))),
  // One that is cut off from the others goes on taking what nobody else hears.
  check: async (redis) => (await redis.cluster('INFO')).includes('cluster_state:ok'),
};

/** Whether a node refused a channel because it does not have its slot, or not any more. */
export function isElsewhere(error: unknown): boolean {
  return error instanceof Error && /^(MOVED|ASK|TRYAGAIN|CLUSTERDOWN) /.test(error.message);
}
