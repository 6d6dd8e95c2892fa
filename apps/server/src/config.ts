import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseEnv } from 'node:util';
import type { Issuer } from '@parley/engine';
import type { z } from 'zod';
import type { LimitRates } from '@parley/engine';
import { faultsBetween } from './config/faults.ts';
import { ratesOf } from './config/limits.ts';
import { databaseUrl, redisUrl } from './config/urls.ts';
import { Variables } from './config/variables.ts';

/** All that the server is told from outside. Times in milliseconds unless named otherwise. */
export interface Config {
  readonly production: boolean;
  readonly host: string;
  readonly port: number;
  /** Where people reach the server, without a slash at the end. */
  readonly publicUrl: string;
  /** Origins of the pages that may call; null for any. */
  readonly origins: readonly string[] | null;
  /** The proxies whose word on a client's address counts. */
  readonly trustProxy: readonly string[];
  readonly webRoot: string;
  readonly dataDir: string;
  /** Null for the embedded PostgreSQL. */
  readonly databaseUrl: string | null;
  readonly databasePool: number | null;
  readonly sendLanes: Variables['SEND_LANES'];
  /** Null for the memory bus, or a Redis Cluster. */
  readonly redisUrl: string | null;
  /** Some nodes of a Redis Cluster; null for none. */
  readonly redisClusterUrls: readonly string[] | null;
  /** Null for one of its own, kept under `dataDir`. */
  readonly jwtSecret: string | null;
  /** Earlier secrets, whose tokens are still taken. */
  readonly jwtSecretPrevious: readonly string[];
  readonly accessSeconds: number;
  readonly refreshSeconds: number;
  /** Where mails are handed over, and whom they are from; null where there is no such place. */
  readonly smtp: { readonly url: string; readonly from: string } | null;
  readonly requireEmailVerification: boolean;
  /** Another system whose people may come with its tokens; null for none. */
  readonly issuer: Issuer | null;
  readonly logLevel: Variables['LOG_LEVEL'];
  /** Null for no log files. */
  readonly logDir: string | null;
  readonly headCheckMs: number | null;
  readonly sessionCheckMs: number | null;
  /** What becomes of the messages of a deleted account. */
  readonly deletedAccountMessages: Variables['DELETED_ACCOUNT_MESSAGES'];
  readonly heartbeatMs: number;
  readonly presenceLeaseMs: number | null;
  readonly presenceGraceMs: number | null;
  /** Null for none of their own. */
  readonly metricsPort: number | null;
  /** What reading the metrics takes; null for nothing. */
  readonly metricsToken: string | null;
  readonly drainMs: number;
  readonly connectsPerSecond: number;
  /** How often somebody may call; null for as often as they like. */
  readonly limits: { readonly rates: LimitRates; readonly socketsPerUser: number } | null;
  readonly demo: boolean;
}

export type DatabaseConfig = Pick<
  Config,
  | 'production'
  | 'databaseUrl'
  | 'dataDir'
  | 'demo'
  | 'accessSeconds'
  | 'refreshSeconds'
  | 'deletedAccountMessages'
>;

type Env = Readonly<Record<string, string | undefined>>;

/** Everything that is wrong with the environment, at once. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly faults: readonly string[];

  constructor(faults: readonly string[]) {
    super(`unable to start; ${faults.join('; ')}`);
    this.faults = faults;
  }
}

const root = resolve(import.meta.dirname, '../../..');

/** The process's environment, completed from a `.env` file in the working directory or else in the repository's root. */
export function readEnv(): Env {
  const file = [resolve('.env'), join(root, '.env')].find((path) => existsSync(path));
  const fromFile = file === undefined ? {} : parseEnv(readFileSync(file, 'utf8'));
  return { ...fromFile, ...withoutEmpty(process.env) };
}

/** @throws ConfigError */
export function readConfig(env: Env): Config {
  const set = withoutEmpty(env);
  const read = Variables.safeParse(set);
  if (!read.success) throw new ConfigError(allFaults(set, read.error));
  const faults = faultsBetween(read.data);
  if (faults.length > 0) throw new ConfigError(faults);
  return configOf(read.data);
}

/**
 * What scripts for the database need: the same variables, of which no others can be at fault.
 * @throws ConfigError
 */
export function readDatabaseConfig(env: Env): DatabaseConfig {
  return readPart(env, /^(NODE_ENV|DATA_DIR|DATABASE_|POSTGRES_|DEMO|DELETED_)/);
}

/** What scripts for Redis need. @throws ConfigError */
export function readRedisConfig(env: Env): Pick<Config, 'redisUrl' | 'redisClusterUrls'> {
  return readPart(env, /^REDIS_/);
}

function readPart(env: Env, names: RegExp): Config {
  const set = withoutEmpty(Object.fromEntries(Object.entries(env).filter(([name]) => names.test(name))));
  const read = Variables.safeParse(set);
  const faults = read.success ? faultsBetween(read.data) : allFaults(set, read.error);
  const own = faults.filter((fault) => names.test(fault));
  if (!read.success || own.length > 0) {
    throw new ConfigError(own);
  }
  return configOf(read.data);
}

/** Those of single variables, and those between the ones that are fine. */
function allFaults(env: Env, error: z.core.$ZodError): string[] {
  const single = error.issues.map(({ path, message }) => `${path.join('.')} ${message}`);
  const wrong = new Set(error.issues.map(({ path }) => path[0]));
  const fine = Object.fromEntries(Object.entries(env).filter(([name]) => !wrong.has(name)));
  const between = faultsBetween(Variables.parse(fine));
  return [...single, ...between.filter((fault) => !wrong.has(fault.split(' ', 1)[0]))];
}

function configOf(variables: Variables): Config {
  const { NODE_ENV, PORT, WEB_ROOT, DATA_DIR, BUS, DEMO, DRAIN_MS, HOST, SMTP_URL, MAIL_FROM } = variables;
  const production = NODE_ENV === 'production';
  const database = databaseUrl(variables);
  return {
    production,
    host: HOST ?? (production ? '0.0.0.0' : '127.0.0.1'),
    port: PORT,
    publicUrl: (variables.PUBLIC_URL ?? `http://localhost:${PORT}`).replace(/\/+$/, ''),
    origins: allowedOrigins(variables),
    trustProxy: variables.TRUST_PROXY,
    webRoot: WEB_ROOT === undefined ? join(root, 'apps/web/dist') : resolve(WEB_ROOT),
    dataDir: DATA_DIR === undefined ? join(root, '.data') : resolve(DATA_DIR),
    databaseUrl: database,
    databasePool: variables.DATABASE_POOL ?? null,
    sendLanes: variables.SEND_LANES,
    redisUrl: BUS === 'memory' ? null : redisUrl(variables),
    redisClusterUrls: BUS === 'memory' ? null : (variables.REDIS_CLUSTER_URLS ?? null),
    jwtSecret: variables.JWT_SECRET ?? null,
    jwtSecretPrevious: variables.JWT_SECRET_PREVIOUS,
    accessSeconds: variables.JWT_EXPIRES_IN,
    refreshSeconds: variables.REFRESH_EXPIRES_IN,
    smtp: SMTP_URL === undefined || MAIL_FROM === undefined ? null : { url: SMTP_URL, from: MAIL_FROM },
    requireEmailVerification: variables.REQUIRE_EMAIL_VERIFICATION,
    issuer: issuerOf(variables),
    logLevel: variables.LOG_LEVEL,
    logDir: variables.LOG_DIR === undefined ? null : resolve(variables.LOG_DIR),
    headCheckMs: variables.HEAD_CHECK_MS ?? null,
    sessionCheckMs: variables.SESSION_CHECK_MS ?? null,
    deletedAccountMessages: variables.DELETED_ACCOUNT_MESSAGES,
    heartbeatMs: variables.HEARTBEAT_MS,
    presenceLeaseMs: variables.PRESENCE_LEASE_MS ?? null,
    presenceGraceMs: variables.PRESENCE_GRACE_MS ?? null,
    metricsPort: variables.METRICS_PORT ?? null,
    metricsToken: variables.METRICS_TOKEN ?? null,
    drainMs: DRAIN_MS ?? (production ? 10_000 : 0),
    connectsPerSecond: variables.CONNECTS_PER_SECOND,
    limits:
      variables.LIMITS === 'off'
        ? null
        : { rates: ratesOf(variables), socketsPerUser: variables.SOCKETS_PER_USER },
    demo: DEMO ?? (database === null && !production && !variables.REQUIRE_EMAIL_VERIFICATION),
  };
}

function issuerOf({
  AUTH_JWKS_URL: url,
  AUTH_ISSUER: issuer,
  AUTH_AUDIENCE: audience,
}: Variables): Issuer | null {
  if (url === undefined || issuer === undefined || audience === undefined) return null;
  return { url, issuer, audience };
}

/** The server's own address is always allowed; on one's own machine by its number, too. */
function allowedOrigins({ CORS_ORIGIN, PUBLIC_URL, PORT }: Variables): readonly string[] | null {
  if (CORS_ORIGIN.includes('*')) return null;
  const own =
    PUBLIC_URL === undefined
      ? [`http://localhost:${PORT}`, `http://127.0.0.1:${PORT}`]
      : [new URL(PUBLIC_URL).origin];
  return [...new Set([...CORS_ORIGIN, ...own])];
}

function withoutEmpty(env: Env): Env {
  return Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ''));
}
