import type { Redis } from 'ioredis';
import { slotCount, slotOf } from './slots.ts';

/** Which master has which slots, as one node of a cluster knows it. */
export class SlotMap {
  readonly #owners: readonly (string | undefined)[];
  /** The masters' addresses, with the login of the node that was asked. */
  readonly masters: ReadonlySet<string>;
  /** Whether every slot has a master. */
  readonly whole: boolean;

  constructor(ranges: readonly SlotRange[]) {
    const owners = Array.from<string | undefined>({ length: slotCount });
    for (const { from, to, url } of ranges) owners.fill(url, from, to + 1);
    this.#owners = owners;
    this.masters = new Set(ranges.map(({ url }) => url));
    this.whole = !owners.includes(undefined);
  }

  ownerOf(name: string): string | undefined {
    return this.#owners[slotOf(name)];
  }

  equals(other: SlotMap): boolean {
    return this.#owners.every((owner, slot) => owner === other.#owners[slot]);
  }
}

export interface SlotRange {
  readonly from: number;
  readonly to: number;
  readonly url: string;
}

/**
 * Asks a node of a cluster for its masters.
 * @param url the node's, of which the other nodes' are made
 * @throws Error when it does not answer, is in no cluster, or has lost sight of the others
 */
export async function readSlotMap(redis: Redis, url: string): Promise<SlotMap> {
  const info = await redis.cluster('INFO');
  if (!info.includes('cluster_state:ok')) throw new Error('it does not see the whole cluster');
  const ranges = await redis.cluster('SLOTS');
  return new SlotMap(
    ranges.map(([from, to, master]) => {
      if (master === undefined) throw new Error('it does not say where its slots are');
      const [host, port] = master;
      return { from, to, url: urlOf(url, host, port) };
    }),
  );
}

/** The address of another node: same scheme, same login. A node that does not say its host has the one it was asked at. */
function urlOf(asked: string, host: string | null, port: number): string {
  const url = new URL(asked);
  if (host !== null && host !== '' && host !== '?') url.hostname = host.includes(':') ? `[${host}]` : host;
  url.port = String(port);
  url.pathname = '';
  return url.href;
}
