import type { User } from '@parley/contract';
import type { ParleyClient, Store } from '@parley/sdk';
import { OwnStore } from '../../own-store.ts';

const BATCH = 100;

type Known = ReadonlyMap<string, User>;

/** The people seen so far, by id. Asks the server once about those it does not know, many at a time. */
export class People extends OwnStore<Known> {
  readonly #client: ParleyClient;
  readonly #asked = new Set<string>();
  #wanted: string[] = [];

  constructor(client: ParleyClient) {
    super(new Map());
    this.#client = client;
  }

  /** Those of some people who are known: the same map until one of them changes. */
  some(userIds: readonly string[]): Store<Known> {
    let some: Known = new Map();
    const getSnapshot = () => {
      const all = this.getSnapshot();
      const known = userIds.filter((id) => all.has(id));
      const same = known.length === some.size && known.every((id) => some.get(id) === all.get(id));
      if (!same) some = new Map([...all].filter(([id]) => userIds.includes(id)));
      return some;
    };
    return { subscribe: this.subscribe, getSnapshot };
  }

  /** Makes sure that these are known sooner or later. */
  want(userIds: Iterable<string>): void {
    for (const id of userIds) {
      if (this.getSnapshot().has(id) || this.#asked.has(id)) continue;
      this.#asked.add(id);
      this.#wanted.push(id);
      // The first of a batch asks for all that are wanted in this turn.
      if (this.#wanted.length === 1) queueMicrotask(() => this.#askAll());
    }
  }

  add(users: readonly User[]): void {
    const fresh = users.filter((user) => this.getSnapshot().get(user.id) !== user);
    if (fresh.length === 0) return;
    this.show(new Map([...this.getSnapshot(), ...fresh.map((user) => [user.id, user] as const)]));
  }

  #askAll(): void {
    const wanted = this.#wanted;
    this.#wanted = [];
    for (let i = 0; i < wanted.length; i += BATCH) void this.#ask(wanted.slice(i, i + BATCH));
  }

  async #ask(userIds: string[]): Promise<void> {
    try {
      this.add(await this.#client.users.getMany({ userIds }));
    } catch {
      // Whoever needs them next asks again.
      for (const id of userIds) this.#asked.delete(id);
    }
  }
}
