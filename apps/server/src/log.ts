import cluster from 'node:cluster';
import { join } from 'node:path';
import { type DestinationStream, type Logger, pino, type StreamEntry } from 'pino';
import { PinoPretty } from 'pino-pretty';
import type { Config } from './config.ts';
import { rotatingFile } from './operations/rotating-file.ts';

/** What never stands in a log, wherever it appears in what is logged. */
const secrets = [
  'password',
  'currentPassword',
  'newPassword',
  'token',
  'accessToken',
  'refreshToken',
  'authorization',
  'cookie',
  'connectionParams',
  'connectionString',
  'content',
  // What names a person directly: in a log people are ids.
  'email',
  'username',
  'displayName',
  // What PostgreSQL adds to an error has the values it is about in it.
  'detail',
  'where',
];
const redacted = secrets.flatMap((name) => [name, `*.${name}`, `*.*.${name}`, `*.*.*.${name}`]);

/** Of `combined.log` and `error.log`, each. */
const fileLimits = { maxBytes: 20 * 1024 * 1024, keep: 5 };

export type LogConfig = Pick<Config, 'logLevel' | 'production'> & { readonly logDir?: Config['logDir'] };

/**
 * One JSON line per entry, or lines for people on a terminal; the same in files when there is a folder for them.
 * Everything is written at once: nothing is lost at the end.
 */
export function createLog(
  { logLevel, production, logDir = null }: LogConfig,
  to?: DestinationStream,
): Logger {
  const options = { level: logLevel, redact: { paths: redacted, censor: '[redacted]' } };
  const output =
    to ?? (process.stdout.isTTY && !production ? PinoPretty({ colorize: true, sync: true }) : plainOutput());
  if (logDir === null || logLevel === 'silent') return pino(options, output);
  return pino(options, pino.multistream([{ level: logLevel, stream: output }, ...files(logDir, logLevel)]));
}

/** PM2 takes what its workers write to `process.stdout`, but not what they write to its descriptor. */
function plainOutput(): DestinationStream {
  return cluster.isWorker ? process.stdout : pino.destination({ sync: true });
}

function files(logDir: string, level: Exclude<Config['logLevel'], 'silent'>): StreamEntry[] {
  return [
    { level, stream: rotatingFile({ path: join(logDir, 'combined.log'), ...fileLimits }) },
    { level: 'error', stream: rotatingFile({ path: join(logDir, 'error.log'), ...fileLimits }) },
  ];
}
