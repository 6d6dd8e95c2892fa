import type { Variables } from './variables.ts';

/** DATABASE_URL, or the one that the POSTGRES_ variables make; null when there is neither. */
export function databaseUrl(variables: Variables): string | null {
  const { DATABASE_URL, POSTGRES_HOST, POSTGRES_PORT, POSTGRES_DB, POSTGRES_USER, POSTGRES_PASSWORD } =
    variables;
  if (DATABASE_URL !== undefined) return DATABASE_URL;
  if (POSTGRES_DB === undefined || POSTGRES_USER === undefined || POSTGRES_PASSWORD === undefined)
    return null;
  const login = `${encodeURIComponent(POSTGRES_USER)}:${encodeURIComponent(POSTGRES_PASSWORD)}`;
  const server = `${bracketed(POSTGRES_HOST ?? 'localhost')}:${POSTGRES_PORT}`;
  return `postgres://${login}@${server}/${encodeURIComponent(POSTGRES_DB)}`;
}

/** REDIS_URL, or the one that the REDIS_ variables make; null when there is neither. */
export function redisUrl({ REDIS_URL, REDIS_HOST, REDIS_PORT, REDIS_PASSWORD }: Variables): string | null {
  if (REDIS_URL !== undefined) return REDIS_URL;
  if (REDIS_HOST === undefined) return null;
  const login = REDIS_PASSWORD === undefined ? '' : `:${encodeURIComponent(REDIS_PASSWORD)}@`;
  return `redis://${login}${bracketed(REDIS_HOST)}:${REDIS_PORT}`;
}

function bracketed(host: string): string {
  return host.includes(':') && !host.startsWith('[') ? `[${host}]` : host;
}
