import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import type { TcpProxy } from '../tcp-proxy.ts';
import type { Random } from './random.ts';
import type { Site, Stage } from './stage.ts';

/** Something bad that begins, lasts and is over. */
export interface Fault {
  readonly name: FaultName;
  readonly target: string;
  readonly lastsMs: number;
  begin(): Promise<void>;
  end(): Promise<void>;
}

/** How often each kind is chosen. */
const weights = {
  'server killed': 3,
  'server frozen': 2,
  'server restarted': 3,
  'redis killed': 2,
  'redis frozen': 2,
  'redis emptied': 1,
  'redis subscriptions cut': 2,
  'postgres crashed': 1,
  'postgres connections ended': 2,
  'clients reset': 3,
  'clients half closed': 2,
  'clients blackholed': 2,
  'clients throttled': 1,
  'redis link reset': 2,
  'redis link blackholed': 2,
  'database link reset': 2,
  'database link blackholed': 2,
  'database link throttled': 1,
} as const;
export type FaultName = keyof typeof weights;

/** What a fault works on: only one at a time may stop or replace the same process. */
function scopeOf(name: FaultName, site: number): string {
  if (name.startsWith('server')) return `server ${site}`;
  if (name.startsWith('redis link') || name.startsWith('database link') || name.startsWith('clients'))
    return `${name.split(' ')[0]} link ${site}`;
  return name.startsWith('redis') ? 'redis' : 'postgres';
}

/** Draws the next fault among those that do not meddle with one under way; null when there is none. */
export function drawFault(stage: Stage, random: Random, busy: ReadonlySet<string>): Fault | null {
  const index = random.between(0, stage.sites.length - 1);
  const name = random.weighted<FaultName>(weights);
  const lastsMs = random.between(500, 6_000);
  const site = stage.sites[index];
  const target = scopeOf(name, index);
  if (site === undefined || busy.has(target)) return null;
  return { name, target, lastsMs, ...actions(stage, site, name) };
}

type Actions = Pick<Fault, 'begin' | 'end'>;

function actions(stage: Stage, site: Site, name: FaultName): Actions {
  switch (name) {
    case 'server killed':
      return { begin: () => site.process.kill(), end: () => site.restart() };
    case 'server restarted':
      return { begin: async () => void (await site.process.stop()), end: () => site.restart() };
    case 'server frozen':
      return frozen(site.process.pid);
    case 'redis killed':
      return { begin: async () => stage.redis[Symbol.asyncDispose](), end: () => stage.restartRedis() };
    case 'redis frozen':
      return frozen(stage.redis.pid);
    case 'redis emptied':
      return once(() => command(stage.redis.url, 'FLUSHALL'));
    case 'redis subscriptions cut':
      return once(() => command(stage.redis.url, 'CLIENT', 'KILL', 'TYPE', 'pubsub'));
    case 'postgres crashed':
      return {
        begin: async () => void process.kill(await stage.postmaster(), 'SIGKILL'),
        end: () => answers(stage),
      };
    case 'postgres connections ended':
      return once(() => endConnections(stage));
    case 'clients reset':
      return once(async () => site.clients.reset());
    case 'clients half closed':
      return once(async () => site.clients.halfClose());
    case 'redis link reset':
      return once(async () => site.redis.reset());
    case 'database link reset':
      return once(async () => site.database.reset());
    case 'clients blackholed':
      return blackholed(site.clients);
    case 'redis link blackholed':
      return blackholed(site.redis);
    case 'database link blackholed':
      return blackholed(site.database);
    case 'clients throttled':
      return throttled(site.clients);
    case 'database link throttled':
      return throttled(site.database);
  }
}

const nothing = async () => {};
const once = (begin: () => Promise<void>): Actions => ({ begin, end: nothing });
const blackholed = (proxy: TcpProxy): Actions => ({
  begin: async () => proxy.blackhole(true),
  end: async () => proxy.blackhole(false),
});
const throttled = (proxy: TcpProxy): Actions => ({
  begin: async () => proxy.throttle(20_000),
  end: async () => proxy.throttle(null),
});

const stopped = new Set<number>();
// A stopped process would not hear that the run has ended.
process.on('exit', () => stopped.forEach(go));

function frozen(pid: number): Actions {
  return {
    begin: async () => {
      stopped.add(pid);
      process.kill(pid, 'SIGSTOP');
    },
    end: async () => go(pid),
  };
}

function go(pid: number): void {
  stopped.delete(pid);
  try {
    process.kill(pid, 'SIGCONT');
  } catch {
    // It has ended.
  }
}

async function command(url: string, name: string, ...args: string[]): Promise<void> {
  const redis = new Redis(url, { lazyConnect: true, connectTimeout: 1_000, commandTimeout: 1_000 });
  redis.on('error', () => {});
  try {
    await redis.connect();
    await redis.call(name, ...args);
  } catch {
    // A Redis that does not answer has nothing to be taken from it.
  } finally {
    redis.disconnect();
  }
}

async function endConnections(stage: Stage): Promise<void> {
  await stage.pool
    .query(
      `select pg_terminate_backend(pid) from pg_stat_activity
       where datname = current_database() and pid <> pg_backend_pid()`,
    )
    .catch(() => {});
}

/** Resolves once PostgreSQL answers again. @throws Error after half a minute */
async function answers(stage: Stage): Promise<void> {
  const deadline = Date.now() + 30_000;
  for (;;) {
    try {
      await stage.pool.query('select 1');
      return;
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await sleep(100);
    }
  }
}
