import type { RedisFacts } from '@parley/engine/operations';

const mebibyte = 1024 ** 2;
/** Redis's own default: what a server may lag behind before it is cut off. */
const wanted = `pubsub ${32 * mebibyte} ${8 * mebibyte} 60`;

export interface Advice {
  /** What is as it should be, or does not matter. */
  readonly fine: readonly string[];
  /** What to change, and how. */
  readonly change: readonly string[];
}

/** Holds a Redis against what the bus needs of it. */
export function adviceOn({ version, settings }: RedisFacts): Advice {
  const fine: string[] = [];
  const change: string[] = [];
  if (Number.parseInt(version, 10) >= 7) fine.push(`version ${version}`);
  else change.push(`version ${version} is too old: install Redis 7 or later`);
  if (settings === null) {
    fine.push('its settings cannot be read by this user; what a hosted Redis comes with usually fits');
    return { fine, change };
  }
  const limit = /pubsub \d+ \d+ \d+/.exec(settings.outputBufferLimit)?.[0] ?? 'pubsub unknown';
  const fault = faultOf(limit);
  if (fault === null) fine.push(`client-output-buffer-limit ${limit}`);
  else {
    const command = `config set client-output-buffer-limit "${wanted}"`;
    change.push(`client-output-buffer-limit ${limit} ${fault}: redis-cli ${command}`);
  }
  fine.push(`maxmemory-policy ${settings.maxmemoryPolicy}; any will do, as nothing is stored in Redis`);
  return { fine, change };
}

function faultOf(limit: string): string | null {
  const [hard = Number.NaN, soft = Number.NaN] = limit.split(' ').slice(1).map(Number);
  if (Number.isNaN(hard) || Number.isNaN(soft)) return 'is not what Redis 7 says';
  // A zero is no limit; one of the two is enough to bound what a frozen server takes.
  if (hard === 0 && soft === 0) return 'lets one server that hangs fill the memory';
  if (hard !== 0 && hard < 32 * mebibyte) return 'cuts a server off in a burst';
  if (soft !== 0 && soft < 8 * mebibyte) return 'cuts a server off that is busy for a while';
  return null;
}
