import { defaultRates } from '@parley/engine';
import { expect, test } from 'vitest';
import { type Config, ConfigError, readConfig } from './config.ts';

const secret = 'kR7v-0qLx2Zt8Wb5Nf3Ys9Hc1Jd6Pg4M';
const production = {
  NODE_ENV: 'production',
  DATABASE_URL: 'postgres://parley:pw@db:5432/parley',
  REDIS_URL: 'redis://cache:6379',
  JWT_SECRET: secret,
};

function faults(env: Record<string, string>): readonly string[] {
  try {
    readConfig(env);
  } catch (error) {
    if (error instanceof ConfigError) return error.faults;
    throw error;
  }
  return [];
}

test('with nothing set it is a server for one', () => {
  expect(readConfig({})).toMatchObject({
    production: false,
    host: '127.0.0.1',
    port: 3000,
    publicUrl: 'http://localhost:3000',
    origins: ['http://localhost:3000', 'http://localhost:5173', 'http://127.0.0.1:3000'],
    databaseUrl: null,
    sendLanes: 'shared',
    redisUrl: null,
    jwtSecret: null,
    accessSeconds: 7 * 86_400,
    refreshSeconds: 30 * 86_400,
    logLevel: 'info',
    drainMs: 0,
    connectsPerSecond: 200,
    limits: { rates: defaultRates, socketsPerUser: 20 },
    demo: true,
  } satisfies Partial<Config>);
});

test('in production it listens everywhere, drains, and has no demo', () => {
  expect(readConfig(production)).toMatchObject({
    production: true,
    host: '0.0.0.0',
    databaseUrl: production.DATABASE_URL,
    redisUrl: production.REDIS_URL,
    jwtSecret: secret,
    drainMs: 10_000,
    demo: false,
  });
});

test('earlier secrets, and where mail goes, are read', () => {
  const mail = { SMTP_URL: 'smtps://mail:465', MAIL_FROM: 'Parley <parley@example.com>' };
  const config = readConfig({ ...mail, JWT_SECRET_PREVIOUS: `${secret}, ${secret}x` });
  expect(config.jwtSecretPrevious).toEqual([secret, `${secret}x`]);
  expect(config.smtp).toEqual({ url: mail.SMTP_URL, from: mail.MAIL_FROM });
  expect(readConfig({})).toMatchObject({
    jwtSecretPrevious: [],
    smtp: null,
    requireEmailVerification: false,
  });
  expect(readConfig({ REQUIRE_EMAIL_VERIFICATION: 'true' })).toMatchObject({
    requireEmailVerification: true,
    demo: false,
  });
});

test('an empty variable is one that is not set', () => {
  expect(readConfig({ PORT: '', DATABASE_URL: '', JWT_SECRET: '' })).toEqual(readConfig({}));
});

test('the parts of an address make the address', () => {
  const parts = { POSTGRES_DB: 'chat', POSTGRES_USER: 'chat user', POSTGRES_PASSWORD: 'p@ss/word' };
  expect(readConfig(parts).databaseUrl).toBe('postgres://chat%20user:p%40ss%2Fword@localhost:5433/chat');
  expect(readConfig({ ...parts, POSTGRES_HOST: '::1', POSTGRES_PORT: '5432' }).databaseUrl).toContain(
    '@[::1]:5432/',
  );
  expect(readConfig({ REDIS_HOST: 'cache' }).redisUrl).toBe('redis://cache:6380');
  expect(readConfig({ REDIS_HOST: 'cache', REDIS_PORT: '1', REDIS_PASSWORD: 'a b' }).redisUrl).toBe(
    'redis://:a%20b@cache:1',
  );
  expect(readConfig({ ...production, ...parts }).databaseUrl).toBe(production.DATABASE_URL);
});

test('a database of one own is given no demo people', () => {
  expect(readConfig({ DATABASE_URL: production.DATABASE_URL }).demo).toBe(false);
  expect(readConfig({ DEMO: 'false' }).demo).toBe(false);
});

test('the memory bus can be asked for', () => {
  expect(readConfig({ ...production, BUS: 'memory' }).redisUrl).toBeNull();
  expect(readConfig({ ...production, BUS: 'memory', REDIS_URL: '' }).redisUrl).toBeNull();
});

test('a Redis Cluster is told by some of its nodes', () => {
  const { REDIS_URL, ...clustered } = {
    ...production,
    REDIS_CLUSTER_URLS: 'redis://a:7000, redis://b:7000/0',
  };
  const urls = ['redis://a:7000', 'redis://b:7000/0'];
  expect(readConfig(clustered)).toMatchObject({ redisUrl: null, redisClusterUrls: urls });
  expect(readConfig({ ...clustered, BUS: 'memory' }).redisClusterUrls).toBeNull();
  expect(readConfig({ REDIS_URL }).redisClusterUrls).toBeNull();
});

test('another issuer is trusted as a whole or not at all', () => {
  const url = 'https://id.example/jwks';
  const set = { AUTH_JWKS_URL: url, AUTH_ISSUER: 'https://id.example', AUTH_AUDIENCE: 'parley' };
  const issuer = { url, issuer: 'https://id.example', audience: 'parley' };
  expect(readConfig({ ...production, ...set }).issuer).toEqual(issuer);
  expect(readConfig({}).issuer).toBeNull();
});

test('origins are taken exactly, the own address always belongs to them', () => {
  const config = readConfig({
    CORS_ORIGIN: 'https://a.example, https://b.example:8443',
    PUBLIC_URL: 'https://chat.example/',
  });
  expect(config.origins).toEqual(['https://a.example', 'https://b.example:8443', 'https://chat.example']);
  expect(config.publicUrl).toBe('https://chat.example');
  expect(readConfig({ CORS_ORIGIN: '*' }).origins).toBeNull();
  expect(readConfig({ ...production, CORS_ORIGIN: '*', ALLOW_ANY_ORIGIN: 'true' }).origins).toBeNull();
});

test.each([
  [{ PORT: 'http' }, 'PORT must be a whole number from 0 to 65535'],
  [{ PORT: '70000' }, 'PORT must be a whole number from 0 to 65535'],
  [{ NODE_ENV: 'staging' }, 'NODE_ENV must be one of development, test, production'],
  [
    { DATABASE_URL: 'mysql://x' },
    'DATABASE_URL must be an address that starts with postgres:// or postgresql://',
  ],
  [
    { DATABASE_URL: 'postgres://[' },
    'DATABASE_URL must be an address that starts with postgres:// or postgresql://',
  ],
  [{ SEND_LANES: 'two' }, 'SEND_LANES must be one of shared, per-conversation'],
  [{ REDIS_URL: 'cache:6379' }, 'REDIS_URL must be an address that starts with redis:// or rediss://'],
  [
    { REDIS_CLUSTER_URLS: 'redis://a:7000,b:7000' },
    'REDIS_CLUSTER_URLS must be addresses that start with redis:// or rediss://, between commas',
  ],
  [
    { REDIS_CLUSTER_URLS: 'redis://:one@a:7000,redis://:two@b:7000' },
    'REDIS_CLUSTER_URLS must name every node with the same scheme, user and password',
  ],
  [
    { REDIS_CLUSTER_URLS: 'redis://a:7000/1' },
    'REDIS_CLUSTER_URLS must name no database: a cluster has one only',
  ],
  [
    { REDIS_CLUSTER_URLS: 'redis://a:7000', REDIS_URL: 'redis://a:6379' },
    'REDIS_CLUSTER_URLS must not be set together with REDIS_URL',
  ],
  [
    { REDIS_CLUSTER_URLS: 'redis://a:7000', REDIS_HOST: 'a' },
    'REDIS_CLUSTER_URLS must not be set together with REDIS_HOST',
  ],
  [{ JWT_SECRET: 'short' }, 'JWT_SECRET must have at least 32 bytes'],
  [
    { JWT_SECRET_PREVIOUS: `${secret},short` },
    'JWT_SECRET_PREVIOUS must be secrets of at least 32 bytes, between commas',
  ],
  [
    { ...production, JWT_SECRET_PREVIOUS: 'change-me-to-something-long-and-random' },
    'JWT_SECRET_PREVIOUS must be random, not a sample value',
  ],
  [{ SMTP_URL: 'mail.example.com' }, 'SMTP_URL must be an address that starts with smtp:// or smtps://'],
  [{ SMTP_URL: 'smtp://mail' }, 'MAIL_FROM must be set with SMTP_URL'],
  [{ MAIL_FROM: 'parley@example.com' }, 'SMTP_URL must be set with MAIL_FROM'],
  [{ SMTP_URL: 'smtp://mail', MAIL_FROM: 'parley' }, expect.stringMatching(/^MAIL_FROM must be an address/)],
  [
    { ...production, REQUIRE_EMAIL_VERIFICATION: 'true' },
    'SMTP_URL must be set in production with REQUIRE_EMAIL_VERIFICATION=true',
  ],
  [
    { DEMO: 'true', REQUIRE_EMAIL_VERIFICATION: 'true' },
    'DEMO must not be true with REQUIRE_EMAIL_VERIFICATION=true',
  ],
  [{ JWT_EXPIRES_IN: 'soon' }, 'JWT_EXPIRES_IN must be a length of time such as 15m, 12h or 7d'],
  [{ JWT_EXPIRES_IN: '0' }, 'JWT_EXPIRES_IN must be a length of time such as 15m, 12h or 7d'],
  [{ CORS_ORIGIN: 'chat.example' }, expect.stringMatching(/^CORS_ORIGIN must be origins such as/)],
  [
    { CORS_ORIGIN: 'https://chat.example/path' },
    expect.stringMatching(/^CORS_ORIGIN must be origins such as/),
  ],
  [{ TRUST_PROXY: 'everyone' }, expect.stringMatching(/^TRUST_PROXY must be addresses/)],
  [{ LIMITS: 'maybe' }, 'LIMITS must be one of on, off'],
  [{ LIMIT_SEND: '100' }, expect.stringMatching(/^LIMIT_SEND must be off, or a count per time/)],
  [{ LIMIT_SEND: '0/1s' }, expect.stringMatching(/^LIMIT_SEND must be off, or a count per time/)],
  [{ LIMIT_SEND: '5/2d' }, expect.stringMatching(/^LIMIT_SEND must be off, or a count per time/)],
  [{ LOG_LEVEL: 'loud' }, expect.stringMatching(/^LOG_LEVEL must be one of fatal/)],
  [{ DEMO: 'yes' }, 'DEMO must be one of true, false'],
  [{ METRICS_TOKEN: 'short' }, 'METRICS_TOKEN must have at least 16 characters'],
  [{ METRICS_PORT: '3000' }, 'METRICS_PORT must not be the same as PORT'],
  [
    { AUTH_JWKS_URL: 'id.example/jwks' },
    'AUTH_JWKS_URL must be an address that starts with http:// or https://',
  ],
  [
    { AUTH_ISSUER: 'id', AUTH_AUDIENCE: 'parley' },
    'AUTH_JWKS_URL must be set with the other AUTH_ variables',
  ],
  [
    { AUTH_ISSUER: 'id', AUTH_JWKS_URL: 'https://id.example/jwks' },
    'AUTH_AUDIENCE must be set with the other AUTH_ variables',
  ],
  [
    {
      ...production,
      AUTH_ISSUER: 'id',
      AUTH_AUDIENCE: 'parley',
      AUTH_JWKS_URL: 'http://id.example/jwks',
    },
    'AUTH_JWKS_URL must be an https address in production',
  ],
  [{ BUS: 'redis' }, 'REDIS_URL must be set with BUS=redis'],
  [
    { POSTGRES_HOST: 'db', POSTGRES_DB: 'x', POSTGRES_USER: 'x' },
    'POSTGRES_PASSWORD must be set with the other POSTGRES_ variables',
  ],
  [
    { ...production, CORS_ORIGIN: '*' },
    'CORS_ORIGIN must not be * in production unless ALLOW_ANY_ORIGIN=true',
  ],
  [{ ...production, DEMO: 'true' }, 'DEMO must not be true in production'],
  [
    { DATABASE_URL: production.DATABASE_URL, DEMO: 'true' },
    'DEMO must not be true with a database of your own',
  ],
  [
    { ...production, JWT_SECRET: 'change-me-to-something-long-and-random' },
    'JWT_SECRET must be random, not a sample value',
  ],
  [{ ...production, JWT_SECRET: 'a'.repeat(40) }, 'JWT_SECRET must be random, not a sample value'],
])('%j is one fault', (env, fault) => {
  expect(faults(env)).toEqual([fault]);
});

test('a limit is one rate, several, or none; all of them can be off', () => {
  const config = readConfig({ LIMIT_SEND: '20/1m, 5/10s', LIMIT_SEARCH: 'off', SOCKETS_PER_USER: '3' });
  expect(config.limits?.rates.send).toEqual([
    { count: 5, seconds: 10 },
    { count: 20, seconds: 60 },
  ]);
  expect(config.limits?.rates.search).toEqual([]);
  expect(config.limits?.rates.calls).toEqual(defaultRates.calls);
  expect(config.limits?.socketsPerUser).toBe(3);
  expect(readConfig({ LIMITS: 'off' }).limits).toBeNull();
});

test('everything that is wrong is said at once, in one message', () => {
  const env = { NODE_ENV: 'production', PORT: 'x', JWT_SECRET: 'short', CORS_ORIGIN: '*' };
  expect(() => readConfig(env)).toThrow(
    'unable to start; PORT must be a whole number from 0 to 65535; JWT_SECRET must have at least 32 bytes; ' +
      'DATABASE_URL must be set in production; REDIS_URL must be set in production, or BUS=memory when there is ' +
      'one process only; CORS_ORIGIN must not be * in production unless ALLOW_ANY_ORIGIN=true',
  );
});

test.each([
  ['90', 90],
  ['90s', 90],
  ['15m', 900],
  ['12h', 43_200],
  ['7d', 604_800],
  ['2w', 1_209_600],
])('%s is %d seconds', (text, seconds) => {
  expect(readConfig({ JWT_EXPIRES_IN: text }).accessSeconds).toBe(seconds);
});
