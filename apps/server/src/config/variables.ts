import { compile } from '@fastify/proxy-addr';
import { z } from 'zod';
import { limitVariables } from './limits.ts';
import { address, duration, flag, list, nodes, oneOf, origins, whole } from './values.ts';

const secretBytes = 32;
const metricsTokenLength = 16;

/** Every environment variable of the server. One that is empty counts as not set. */
export const Variables = z.object({
  NODE_ENV: oneOf('development', 'test', 'production').default('development'),
  HOST: z.string().optional(),
  PORT: whole(0, 65_535).default(3000),
  PUBLIC_URL: address('http', 'https').optional(),
  CORS_ORIGIN: origins.default(['http://localhost:3000', 'http://localhost:5173']),
  ALLOW_ANY_ORIGIN: flag.default(false),
  TRUST_PROXY: list
    .refine(isProxyList, {
      error:
        'must be addresses, networks such as 10.0.0.0/8, or loopback, linklocal, uniquelocal, between commas',
    })
    .default([]),
  WEB_ROOT: z.string().optional(),
  DATA_DIR: z.string().optional(),
  DATABASE_URL: address('postgres', 'postgresql').optional(),
  DATABASE_POOL: whole(1, 1000).optional(),
  SEND_LANES: oneOf('shared', 'per-conversation').default('shared'),
  POSTGRES_HOST: z.string().optional(),
  POSTGRES_PORT: whole(1, 65_535).default(5433),
  POSTGRES_DB: z.string().optional(),
  POSTGRES_USER: z.string().optional(),
  POSTGRES_PASSWORD: z.string().optional(),
  REDIS_URL: address('redis', 'rediss').optional(),
  REDIS_CLUSTER_URLS: nodes('redis', 'rediss').optional(),
  REDIS_HOST: z.string().optional(),
  REDIS_PORT: whole(1, 65_535).default(6380),
  REDIS_PASSWORD: z.string().optional(),
  BUS: oneOf('memory', 'redis').optional(),
  JWT_SECRET: z
    .string()
    .refine((secret) => Buffer.byteLength(secret) >= secretBytes, {
      error: `must have at least ${secretBytes} bytes`,
    })
    .optional(),
  JWT_SECRET_PREVIOUS: list
    .refine((secrets) => secrets.every((secret) => Buffer.byteLength(secret) >= secretBytes), {
      error: `must be secrets of at least ${secretBytes} bytes, between commas`,
    })
    .default([]),
  JWT_EXPIRES_IN: duration.default(7 * 86_400),
  REFRESH_EXPIRES_IN: duration.default(30 * 86_400),
  SMTP_URL: address('smtp', 'smtps').optional(),
  MAIL_FROM: z
    .string()
    .refine((from) => /^[^\r\n]*[^\s@]@[^\s@]/.test(from), {
      error: 'must be an address such as parley@example.com, or Parley <parley@example.com>',
    })
    .optional(),
  REQUIRE_EMAIL_VERIFICATION: flag.default(false),
  AUTH_JWKS_URL: address('http', 'https').optional(),
  AUTH_ISSUER: z.string().optional(),
  AUTH_AUDIENCE: z.string().optional(),
  LOG_DIR: z.string().optional(),
  LOG_LEVEL: oneOf('fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent').default('info'),
  HEAD_CHECK_MS: whole(50, 600_000).optional(),
  SESSION_CHECK_MS: whole(50, 600_000).optional(),
  DELETED_ACCOUNT_MESSAGES: oneOf('keep', 'remove').default('keep'),
  HEARTBEAT_MS: whole(50, 600_000).default(5_000),
  PRESENCE_LEASE_MS: whole(300, 600_000).optional(),
  PRESENCE_GRACE_MS: whole(0, 600_000).optional(),
  METRICS_PORT: whole(0, 65_535).optional(),
  METRICS_TOKEN: z
    .string()
    .refine((token) => token.length >= metricsTokenLength, {
      error: `must have at least ${metricsTokenLength} characters`,
    })
    .optional(),
  DRAIN_MS: whole(0, 600_000).optional(),
  CONNECTS_PER_SECOND: whole(1, 1_000_000).default(200),
  LIMITS: oneOf('on', 'off').default('on'),
  ...limitVariables,
  SOCKETS_PER_USER: whole(1, 1_000_000).default(20),
  DEMO: flag.optional(),
});
export type Variables = z.output<typeof Variables>;

function isProxyList(proxies: readonly string[]): boolean {
  try {
    compile([...proxies]);
    return true;
  } catch {
    return false;
  }
}
