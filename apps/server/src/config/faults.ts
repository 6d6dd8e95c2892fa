import { databaseUrl } from './urls.ts';
import type { Variables } from './variables.ts';

/** What variables that are each fine say wrong together. */
export function faultsBetween(variables: Variables): string[] {
  return [
    ...database(variables),
    ...bus(variables),
    ...tokens(variables),
    ...mail(variables),
    ...issuer(variables),
    ...exposure(variables),
    ...demo(variables),
    ...metrics(variables),
  ];
}

function database(variables: Variables): string[] {
  const { DATABASE_URL, NODE_ENV } = variables;
  if (DATABASE_URL !== undefined) return [];
  const parts = ['POSTGRES_DB', 'POSTGRES_USER', 'POSTGRES_PASSWORD'] as const;
  const missing = parts.filter((name) => variables[name] === undefined);
  if (missing.length === 0) return [];
  if (missing.length < parts.length || variables.POSTGRES_HOST !== undefined) {
    return missing.map((name) => `${name} must be set with the other POSTGRES_ variables`);
  }
  return NODE_ENV === 'production' ? ['DATABASE_URL must be set in production'] : [];
}

function bus({ BUS, REDIS_URL, REDIS_HOST, REDIS_CLUSTER_URLS, NODE_ENV }: Variables): string[] {
  if (REDIS_CLUSTER_URLS !== undefined) {
    if (REDIS_URL === undefined && REDIS_HOST === undefined) return [];
    const other = REDIS_URL === undefined ? 'REDIS_HOST' : 'REDIS_URL';
    return [`REDIS_CLUSTER_URLS must not be set together with ${other}`];
  }
  if (REDIS_URL !== undefined || REDIS_HOST !== undefined) return [];
  if (BUS === 'redis') return ['REDIS_URL must be set with BUS=redis'];
  if (BUS === undefined && NODE_ENV === 'production') {
    return ['REDIS_URL must be set in production, or BUS=memory when there is one process only'];
  }
  return [];
}

const sample =
  /change[-_ ]?(me|this|it)|example|sample|placeholder|insecure|replace|default|your[-_ ]|super[-_ ]?secret|dev[-_ ]?secret/i;
const variety = 10;

function tokens({ JWT_SECRET, JWT_SECRET_PREVIOUS, NODE_ENV }: Variables): string[] {
  if (NODE_ENV !== 'production') return [];
  if (JWT_SECRET === undefined) return ['JWT_SECRET must be set in production'];
  const faults: string[] = [];
  if (isSample(JWT_SECRET)) faults.push('JWT_SECRET must be random, not a sample value');
  if (JWT_SECRET_PREVIOUS.some(isSample)) {
    faults.push('JWT_SECRET_PREVIOUS must be random, not a sample value');
  }
  return faults;
}

function isSample(secret: string): boolean {
  return sample.test(secret) || new Set(secret).size < variety;
}

function mail({ SMTP_URL, MAIL_FROM, REQUIRE_EMAIL_VERIFICATION, NODE_ENV }: Variables): string[] {
  if (SMTP_URL !== undefined && MAIL_FROM === undefined) return ['MAIL_FROM must be set with SMTP_URL'];
  if (SMTP_URL === undefined && MAIL_FROM !== undefined) return ['SMTP_URL must be set with MAIL_FROM'];
  if (REQUIRE_EMAIL_VERIFICATION && SMTP_URL === undefined && NODE_ENV === 'production') {
    return ['SMTP_URL must be set in production with REQUIRE_EMAIL_VERIFICATION=true'];
  }
  return [];
}

/** What another system's tokens are told by goes together. */
function issuer(variables: Variables): string[] {
  const { AUTH_JWKS_URL, NODE_ENV } = variables;
  const parts = ['AUTH_JWKS_URL', 'AUTH_ISSUER', 'AUTH_AUDIENCE'] as const;
  const missing = parts.filter((name) => variables[name] === undefined);
  if (missing.length > 0 && missing.length < parts.length) {
    return missing.map((name) => `${name} must be set with the other AUTH_ variables`);
  }
  if (NODE_ENV === 'production' && AUTH_JWKS_URL?.startsWith('https:') === false) {
    return ['AUTH_JWKS_URL must be an https address in production'];
  }
  return [];
}

function exposure({ CORS_ORIGIN, ALLOW_ANY_ORIGIN, NODE_ENV }: Variables): string[] {
  if (NODE_ENV !== 'production') return [];
  const faults: string[] = [];
  if (CORS_ORIGIN.includes('*') && !ALLOW_ANY_ORIGIN) {
    faults.push('CORS_ORIGIN must not be * in production unless ALLOW_ANY_ORIGIN=true');
  }
  return faults;
}

/** Demo people have a password that everybody knows. */
function demo(variables: Variables): string[] {
  if (variables.DEMO !== true) return [];
  if (variables.NODE_ENV === 'production') return ['DEMO must not be true in production'];
  if (variables.REQUIRE_EMAIL_VERIFICATION) {
    return ['DEMO must not be true with REQUIRE_EMAIL_VERIFICATION=true'];
  }
  if (databaseUrl(variables) !== null) return ['DEMO must not be true with a database of your own'];
  return [];
}

function metrics({ METRICS_PORT, PORT }: Variables): string[] {
  if (METRICS_PORT === undefined || METRICS_PORT === 0 || METRICS_PORT !== PORT) return [];
  return ['METRICS_PORT must not be the same as PORT'];
}
