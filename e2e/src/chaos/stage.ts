import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedPostgres } from '@parley/server/postgres/embedded';
import { freePort } from '@parley/server/postgres/port';
import pg from 'pg';
import { findOrInstall, redisServer } from '../../../scripts/services/programs.ts';
import { type Redis, startRedis } from '../../../scripts/services/redis.ts';
import { startBalancer } from '../balancer.ts';
import { type ServerProcess, startServerProcess } from '../server-process.ts';
import { startTcpProxy, type TcpProxy } from '../tcp-proxy.ts';

/** One server process with the links it depends on. */
export interface Site {
  process: ServerProcess;
  /** From clients to the server. */
  readonly clients: TcpProxy;
  /** From the server to PostgreSQL and to Redis. */
  readonly database: TcpProxy;
  readonly redis: TcpProxy;
  /**
   * Starts the process again after it was ended, as often as it takes: one whose database is taken away while it starts says so and
   * ends, and whatever keeps processes running starts the next.
   * @throws Error when none came up for `restartMs`
   */
  restart(): Promise<void>;
}

/** Everything a run breaks: PostgreSQL, Redis and servers of its own, with a proxy on each link. */
export interface Stage extends AsyncDisposable {
  /** What clients connect to. */
  readonly url: string;
  readonly sites: readonly Site[];
  /** To PostgreSQL itself, past every proxy. */
  readonly pool: pg.Pool;
  /** The pid of PostgreSQL's first process, as it is now. */
  postmaster(): Promise<number>;
  readonly redis: Redis;
  /** Starts another Redis in place of the one that was ended. */
  restartRedis(): Promise<void>;
}

const restartMs = 30_000;

/** @param env further variables of the servers' environment */
export async function setStage(servers: number, env: Readonly<Record<string, string>> = {}): Promise<Stage> {
  await using held = new AsyncDisposableStack();
  const directory = await mkdtemp(join(tmpdir(), 'parley-chaos-'));
  held.defer(() => rm(directory, { recursive: true, force: true }));
  await chmod(directory, 0o711); // as root, PostgreSQL runs as somebody else, and would be given a folder that stays
  const dataDir = join(directory, 'data');
  const postgres = held.use(await startEmbeddedPostgres({ dataDir }));
  const program = await findOrInstall(redisServer);
  let redis = await startRedis(program, directory);
  held.defer(() => redis[Symbol.asyncDispose]());
  const pool = new pg.Pool({ connectionString: postgres.connectionString, max: 4 });
  pool.on('error', () => {});
  pool.on('connect', (client) => client.on('error', () => {}));
  held.defer(() => pool.end());
  const front = held.use(await startBalancer({ inTurn: true }));
  const sites: Site[] = [];
  for (let server = 0; server < servers; server += 1) {
    const variables = { CORS_ORIGIN: front.url, LOG_LEVEL: 'warn', ...env };
    sites.push(await buildSite(held, postgres.connectionString, redis.url, variables));
  }
  front.route(sites.map(({ clients }) => clients.port));
  const kept = held.move();
  return {
    url: front.url,
    sites,
    pool,
    get redis() {
      return redis;
    },
    async restartRedis() {
      redis = await startRedis(program, directory);
      for (const site of sites) site.redis.route(Number(new URL(redis.url).port));
    },
    async postmaster() {
      const { rows } = await pool.query<{ directory: string }>(
        `select current_setting('data_directory') as directory`,
      );
      const [pid] = (await readFile(join(rows[0]?.directory ?? '', 'postmaster.pid'), 'utf8')).split('\n');
      return Number(pid);
    },
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}

async function buildSite(
  held: AsyncDisposableStack,
  databaseUrl: string,
  redisUrl: string,
  env: Readonly<Record<string, string>>,
): Promise<Site> {
  const database = held.use(await startTcpProxy(Number(new URL(databaseUrl).port)));
  const redis = held.use(await startTcpProxy(Number(new URL(redisUrl).port)));
  const port = await freePort();
  const start = () =>
    startServerProcess({
      databaseUrl: through(databaseUrl, database.port),
      redisUrl: through(redisUrl, redis.port),
      port,
      env,
    });
  const clients = held.use(await startTcpProxy(port));
  const site: Site = {
    process: await start(),
    clients,
    database,
    redis,
    async restart() {
      const deadline = Date.now() + restartMs;
      for (;;) {
        try {
          site.process = await start();
          return;
        } catch (error) {
          if (Date.now() > deadline) throw error;
        }
      }
    },
  };
  held.defer(() => site.process[Symbol.asyncDispose]());
  return site;
}

function through(url: string, port: number): string {
  const changed = new URL(url);
  changed.port = String(port);
  return changed.href;
}
