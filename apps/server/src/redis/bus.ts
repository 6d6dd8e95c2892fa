import { type Bus, clusterBus, type LimitsRedis, type Log, memoryBus, redisBus } from '@parley/engine';
import type { Config } from '../config.ts';

export type RedisConfig = Pick<Config, 'redisUrl' | 'redisClusterUrls'>;

/** The bus the configuration asks for. */
export function createBus({ redisUrl, redisClusterUrls }: RedisConfig, log: Log): Bus {
  if (redisClusterUrls !== null) return clusterBus(redisClusterUrls, log);
  return redisUrl === null ? memoryBus() : redisBus(redisUrl, log);
}

/** Where processes count together how often somebody calls; null with the memory bus. */
export function limitsRedis({ redisUrl, redisClusterUrls }: RedisConfig): LimitsRedis | null {
  if (redisClusterUrls !== null) return { clusterUrls: redisClusterUrls };
  return redisUrl === null ? null : { url: redisUrl };
}

/** The addresses that are configured; none for the memory bus. */
export function redisUrls({ redisUrl, redisClusterUrls }: RedisConfig): readonly string[] {
  return redisClusterUrls ?? (redisUrl === null ? [] : [redisUrl]);
}

/** Where a Redis is, without its password. */
export function hostOf(url: string): string {
  return new URL(url).host;
}
