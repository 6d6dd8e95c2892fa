import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { lastingPort } from './lasting-port.ts';
import { askRedis } from './redis-inline.ts';
import { type Redis, startRedis } from './redis.ts';

const SLOTS = 16_384;
const FORM_DEADLINE = 20_000;
/** After which a silent node counts as failed, in milliseconds. */
const NODE_TIMEOUT = 1_000;

/** One of a cluster's nodes; it can be killed, by its pid or by disposing it, and started again as the node it was. */
export interface ClusterNode extends AsyncDisposable {
  readonly id: string;
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  restart(): Promise<void>;
}

export interface RedisCluster extends AsyncDisposable {
  readonly masters: readonly ClusterNode[];
  /** The first of them follows the first master, and so on. */
  readonly replicas: readonly ClusterNode[];
  readonly urls: readonly string[];
  /** Settles when every node sees all of the others well. */
  whole(): Promise<void>;
}

/** A Redis Cluster of one's own on 127.0.0.1. A master that is gone takes its slots with it, unless it has a replica. */
export async function startRedisCluster(
  program: string,
  directory: string,
  { masters: count = 3, replicas: followers = 0 } = {},
): Promise<RedisCluster> {
  await using held = new AsyncDisposableStack();
  const nodes = await Promise.all(
    Array.from({ length: count + followers }, () => startNode(program, directory)),
  );
  for (const node of nodes) held.use(node);
  const [masters, replicas] = [nodes.slice(0, count), nodes.slice(count)];
  await introduce(nodes);
  await Promise.all(masters.map((node, index) => assign(node, index, count)));
  await whole(nodes, count);
  await Promise.all(replicas.map((replica, index) => follow(replica, masters[index]?.id ?? '')));
  const kept = held.move();
  const urls = masters.map(({ url }) => url);
  return {
    masters,
    replicas,
    urls,
    whole: () => whole(nodes, count),
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}

async function startNode(program: string, parent: string): Promise<ClusterNode> {
  const [port, busPort] = [await lastingPort(), await lastingPort()];
  const directory = join(parent, `redis-${port}`);
  await mkdir(directory);
  const cluster = ['--cluster-enabled', 'yes', '--cluster-port', String(busPort)];
  const settings = ['--cluster-node-timeout', String(NODE_TIMEOUT), '--cluster-require-full-coverage', 'no'];
  settings.push('--repl-diskless-sync-delay', '0');
  const restart = () => startRedis(program, directory, { port, args: [...cluster, ...settings] });
  let redis: Redis = await restart();
  return {
    id: await askRedis(port, 'CLUSTER', 'MYID'),
    url: redis.url,
    port,
    get pid() {
      return redis.pid;
    },
    async restart() {
      redis = await restart();
    },
    [Symbol.asyncDispose]: () => redis[Symbol.asyncDispose](),
  };
}

/** Tells the first node of all the others; they tell each other. */
async function introduce([first, ...others]: readonly ClusterNode[]): Promise<void> {
  for (const { port } of others) {
    const nodes = await askRedis(port, 'CLUSTER', 'NODES');
    const busPort = /:\d+@(\d+)/.exec(nodes)?.[1] ?? '';
    if (first !== undefined) await askRedis(first.port, 'CLUSTER', 'MEET', '127.0.0.1', port, busPort);
  }
}

async function assign({ port }: ClusterNode, index: number, count: number): Promise<void> {
  const bound = (n: number) => Math.round((SLOTS * n) / count);
  await askRedis(port, 'CLUSTER', 'ADDSLOTSRANGE', bound(index), bound(index + 1) - 1);
}

/** Settles once it has what the master has: before that it would not take over. */
async function follow({ port }: ClusterNode, master: string): Promise<void> {
  await askRedis(port, 'CLUSTER', 'REPLICATE', master);
  const isUp = async () => (await askRedis(port, 'INFO', 'replication')).includes('master_link_status:up');
  await eventually(isUp, () => 'a replica does not get what its master has');
}

async function whole(nodes: readonly ClusterNode[], masters: number): Promise<void> {
  const wanted = ['state:ok', `slots_ok:${SLOTS}`, `known_nodes:${nodes.length}`, `size:${masters}`];
  for (const { port } of nodes) {
    let info = '';
    await eventually(
      async () => {
        info = await askRedis(port, 'CLUSTER', 'INFO').catch(() => '');
        return wanted.every((word) => info.includes(`cluster_${word}\r\n`));
      },
      () => info,
    );
  }
}

async function eventually(isSo: () => Promise<boolean>, otherwise: () => string): Promise<void> {
  const deadline = Date.now() + FORM_DEADLINE;
  while (!(await isSo())) {
    if (Date.now() > deadline) throw new Error(`unable to form a Redis Cluster; ${otherwise()}`);
    await sleep(20);
  }
}
