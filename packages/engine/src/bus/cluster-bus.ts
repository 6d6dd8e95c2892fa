import type { Log } from '../log.ts';
import type { Bus, BusListener } from './bus.ts';
import { Channels } from './channels.ts';
import { ownFirst } from './own-first.ts';
import { Connectedness } from './connectedness.ts';
import { sharded } from './dialect.ts';
import { LostPublishes } from './lost-publishes.ts';
import { nameOf, RedisNode } from './redis-node.ts';
import { Scout } from './scout.ts';
import type { SlotMap } from './slot-map.ts';

/** @param urls of some nodes of the cluster, as `redis://:password@host:port`; the others are found, with the same login */
export function clusterBus(urls: readonly string[], log: Log): Bus {
  return ownFirst(new ClusterBus(urls, log));
}

/**
 * The bus between processes, over the sharded pub/sub of a Redis Cluster: a channel is carried by the one master that
 * has its slot. It is connected while every slot has a master, every master is connected, and none has said that a
 * channel is elsewhere since the cluster was last asked.
 */
class ClusterBus implements Bus {
  readonly kind = 'redis';
  readonly #log: Log;
  readonly #channels = new Channels();
  readonly #lost = new LostPublishes();
  readonly #connectedness: Connectedness;
  readonly #scout: Scout;
  readonly #nodes = new Map<string, RedisNode>();
  #map: SlotMap | null = null;
  /** Whether something has moved since the cluster was last asked. */
  #stale = false;

  constructor(urls: readonly string[], log: Log) {
    this.#log = log;
    this.#connectedness = new Connectedness(log);
    this.onReconnect(() => this.#lost.sendAgain(this));
    this.#scout = new Scout(urls, (map) => this.#found(map), log);
  }

  get connected(): boolean {
    if (this.#map?.whole !== true || this.#stale) return false;
    return [...this.#nodes.values()].every((node) => node.connected);
  }

  publish(channel: string, payload: string): void {
    const node = this.#nodeOf(channel);
    if (node === undefined) this.#lost.keep(channel, payload);
    else node.publish(channel, payload);
  }

  whisper(channel: string, payload: string): void {
    this.#nodeOf(channel)?.whisper(channel, payload);
  }

  async subscribe(channels: readonly string[], listener: BusListener): Promise<void> {
    this.#channels.add(channels, listener);
    const groups = Map.groupBy(channels, (channel) => this.#nodeOf(channel));
    await Promise.all([...groups].map(async ([node, group]) => node?.subscribe(group)));
  }

  unsubscribe(channels: readonly string[], listener: BusListener): void {
    const idle = this.#channels.remove(channels, listener);
    const groups = Map.groupBy(idle, (channel) => this.#nodeOf(channel));
    for (const [node, group] of groups) node?.unsubscribe(group);
  }

  onReconnect(listener: () => void): () => void {
    return this.#connectedness.onReconnect(listener);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#scout[Symbol.dispose]();
    for (const node of this.#nodes.values()) node[Symbol.dispose]();
  }

  #nodeOf(channel: string): RedisNode | undefined {
    return this.#nodes.get(this.#map?.ownerOf(nameOf(channel)) ?? '');
  }

  #found(map: SlotMap): void {
    if (this.#map?.equals(map) === true && !this.#stale) return;
    this.#map = map;
    this.#stale = false;
    for (const [url, node] of this.#nodes) {
      if (map.masters.has(url)) continue;
      node[Symbol.dispose]();
      this.#nodes.delete(url);
    }
    for (const url of map.masters) {
      if (!this.#nodes.has(url)) this.#nodes.set(url, this.#open(url));
    }
    const groups = Map.groupBy(this.#channels.names(), (channel) => this.#nodeOf(channel));
    for (const node of this.#nodes.values()) node.follow(groups.get(node) ?? []);
    this.#tell();
  }

  #open(url: string): RedisNode {
    const listener = {
      heard: (channel: string, payload: string) => this.#channels.emit(channel, payload),
      changed: () => {
        // A master that is gone may have been replaced.
        if (!this.connected) this.#scout.alarm();
        this.#tell();
      },
      moved: () => {
        this.#stale = true;
        this.#scout.alarm();
        this.#tell();
      },
      lost: (channel: string, payload: string) => this.#lost.keep(channel, payload),
    };
    return new RedisNode(url, sharded, listener, this.#log);
  }

  #tell(): void {
    this.#connectedness.tell(this.connected);
  }
}
