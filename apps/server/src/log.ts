import { type DestinationStream, type Logger, pino } from 'pino';
import { PinoPretty } from 'pino-pretty';
import type { Config } from './config.ts';

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
];
const redacted = secrets.flatMap((name) => [name, `*.${name}`, `*.*.${name}`, `*.*.*.${name}`]);

/** One JSON line per entry, or lines for people on a terminal. Written at once: nothing is lost at the end. */
export function createLog(
  { logLevel, production }: Pick<Config, 'logLevel' | 'production'>,
  to?: DestinationStream,
): Logger {
  const options = { level: logLevel, redact: { paths: redacted, censor: '[redacted]' } };
  return pino(
    options,
    to ??
      (process.stdout.isTTY && !production
        ? PinoPretty({ colorize: true, sync: true })
        : pino.destination({ sync: true })),
  );
}
